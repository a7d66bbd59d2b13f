/* SPDX-License-Identifier: GPL-2.0-only */
/* The running load balancer: everybody meets here, and only here. */
#ifndef DAEMON_H
#define DAEMON_H

#include "model.h"

/*
 * Balances until SIGTERM or SIGINT, then detaches.  replace: in the place of an
 * older udplb, if there is one.  0; or negative errno, with the reason logged
 * and nothing of this one left attached.
 */
int daemon_run(const struct model *model, bool replace);

#endif
