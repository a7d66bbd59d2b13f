/* SPDX-License-Identifier: GPL-2.0-only */
/* The running load balancer: everybody meets here, and only here. */
#ifndef DAEMON_H
#define DAEMON_H

#include "model/model.h"

/*
 * Balances until SIGTERM or SIGINT, then detaches unless the model says to
 * persist; SIGHUP reads the file at path again.  replace: in the place of a
 * udplb that still runs, if there is one.  0; or negative errno, with the
 * reason logged and nothing of this one left attached.
 */
int daemon_run(const struct model *model, const char *path, bool replace);

#endif
