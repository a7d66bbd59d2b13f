/* SPDX-License-Identifier: GPL-2.0-only */
/* The running load balancer: everybody meets here, and only here. */
#ifndef DAEMON_H
#define DAEMON_H

#include "model.h"

/*
 * Balances until SIGTERM or SIGINT, then detaches.  0; or negative errno, with
 * the reason logged and nothing left attached.
 */
int daemon_run(const struct model *model);

#endif
