/* SPDX-License-Identifier: GPL-2.0-only */
/* What becomes of a service none of whose backends passes its health check. */
#ifndef FAIL_OPEN_H
#define FAIL_OPEN_H

#include "instance/instance.h"

/*
 * After held[] of its backends: sets their serves[] and stays[], and open[] of
 * the service.  Returns whether open[] changed.
 */
bool fail_open_judge(struct instance *in, size_t service);

/* The same where only this one of its backends is held otherwise. */
bool fail_open_judge_one(struct instance *in, size_t service, uint32_t index);

#endif
