/* SPDX-License-Identifier: GPL-2.0-only */
/* Which mode an instance runs in: the best that kernel and card agree to. */
#ifndef ATTACH_H
#define ATTACH_H

#include "instance/instance.h"

/*
 * Tries the modes asked for, in order; logs every attempt and keeps it in
 * in->attempts.  0, with maps filled and the program attached; or negative
 * errno, and nothing is.
 */
int attach_instance(struct instance *in);

#endif
