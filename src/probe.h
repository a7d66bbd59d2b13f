/* SPDX-License-Identifier: GPL-2.0-only */
/* The command probe: what this machine, its kernel and its NIC can do. */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>

/* Prints the answer for an interface to standard output.  Logs errors. */
int probe_print(const char *interface, bool json);

/*
 * Prints whether a card would take an object file, judged offline (no root, no
 * card, no kernel).  -EINVAL where it would not; else 0 or negative errno.
 */
int probe_object(const char *path, bool json);

#endif
