/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the files of a running udplb are: /run/udplb, or what systemd made for
 * it.  Interfaces of one name in several network namespaces are several, so the
 * namespace's number is part of the name.
 */
#ifndef RUN_PATH_H
#define RUN_PATH_H

#include <stdbool.h>

/* "DIRECTORY/INTERFACE.lock" for ".lock"; free() it.  NULL without memory. */
char *run_path(const char *interface, const char *suffix);

/* The directory alone; free() it.  NULL without memory. */
char *run_path_directory(void);

/* Makes the directory where it is missing; who writes there sees what fails. */
void run_path_make_directory(void);

/* Whether a file of that name is one of this namespace's. */
bool run_path_is_here(const char *name, const char *suffix);

#endif
