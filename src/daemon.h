/* SPDX-License-Identifier: GPL-2.0-only */
/* The running load balancer: everybody meets here, and only here. */
#ifndef DAEMON_H
#define DAEMON_H

#include "model/model.h"

/*
 * Balances until SIGTERM or SIGINT, then detaches unless the model says to
 * persist; SIGHUP reads the file at path again.  replace: in the place of a
 * udplb that still runs, if there is one, which ends then; this one ends with 0
 * when it is replaced itself.  0; or negative errno, with the reason logged and
 * nothing of this one left attached, unless it has already taken another one's
 * place, or the kernel refused to detach it.
 */
int daemon_run(const struct model *model, const char *path, bool replace);

#endif
