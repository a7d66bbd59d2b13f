/* SPDX-License-Identifier: GPL-2.0-only */
/* udplb check: what a configuration will do, without doing it. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "model/model.h"

/*
 * Prints the plan to standard output.  0; or negative errno, logged: so, too,
 * where `mode: hw` asks for what no card can do.
 */
int check_print(const struct model *model, bool json);

#endif
