/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions to the admin API of a running udplb. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <jansson.h>

#include "cli/cli.h"

struct cli_client;

/* 0 and *out; or an exit code, with the reason told. */
int cli_client_open(struct cli_client **out, const struct cli_options *options);
void cli_client_close(struct cli_client *client);

/* "/v1/services/dns/backends" for "/v1/services/?/backends" and "dns", each
 * escaped; free() it.  NULL without memory. */
char *cli_client_path(const char *pattern, const char *a, const char *b);

/*
 * Takes body (NULL: none).  0 and *text (free() it); or an exit code, with what
 * the daemon said told: as sentences, and with --json as it came, too.
 */
int cli_client_ask(struct cli_client *client, const char *method,
		   const char *path, json_t *body, char **text);

/* The same of GET, for an answer that is JSON. */
int cli_client_get(struct cli_client *client, const char *path, json_t **json);

#endif
