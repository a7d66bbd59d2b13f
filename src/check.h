/* SPDX-License-Identifier: GPL-2.0-only */
/* udplb check: what a configuration will do, without doing it. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "model/model.h"

/*
 * Prints the plan to standard output, and as the last line whether all is well;
 * warnings: how many there were when the file was read.  0; or negative errno,
 * logged: so, too, where no mode that is asked for takes the program.
 */
int check_print(const struct model *model, size_t warnings, bool json);

#endif
