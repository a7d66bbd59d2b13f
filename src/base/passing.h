/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PASSING_H
#define PASSING_H

#include <stdbool.h>

/*
 * Of an error (negative errno): it says that the question could not be asked,
 * for want of memory, descriptors or time, and nothing of what was asked about.
 * The same question may be answered a moment later.
 */
bool passing(int err);

#endif
