/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_SOCKET_H
#define CLI_SOCKET_H

#include "cli/cli.h"

/*
 * The socket that is meant: the one named, the interface's, or that of the only
 * udplb here; free() it.  0; or an exit code, with the reason told.
 */
int cli_socket_find(const struct cli_options *options, char **path);

#endif
