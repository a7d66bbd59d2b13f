/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that ask a running udplb.  Each returns the program's exit code,
 * with the reason of a failure on standard error.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>

/* Besides EXIT_SUCCESS and EXIT_FAILURE; as sysexits.h has them. */
#define CLI_USAGE     64
#define CLI_NO_DAEMON 69

/* As given; NULL where not. */
struct cli_options {
	const char *socket, *interface;
	const char *service, *weight, *mac, *server_id;
	const char *count, *interval;
	bool drain;
	bool json;
};

int cli_status(const struct cli_options *options, char **operands);
int cli_services(const struct cli_options *options, char **operands);
int cli_backends(const struct cli_options *options, char **operands);
int cli_top(const struct cli_options *options, char **operands);
int cli_config(const struct cli_options *options, char **operands);

int cli_drain(const struct cli_options *options, char **operands);
int cli_undrain(const struct cli_options *options, char **operands);
int cli_weight(const struct cli_options *options, char **operands);
int cli_add(const struct cli_options *options, char **operands);
int cli_del(const struct cli_options *options, char **operands);
int cli_reload(const struct cli_options *options, char **operands);

#endif
