/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the instance only. */
#ifndef INSTANCE_CORE_H
#define INSTANCE_CORE_H

#include "instance/instance.h"

/* Opens in->nl for the events of that interface.  0 or negative errno. */
int instance_listen(struct instance *in, int ifindex);
/* A plan for where it runs; as plan_build(). */
int instance_plan(const struct instance *in, const struct model *model,
		  struct plan **out, char *why, size_t why_size);
/* The addresses that tunnels are sent from; the kernel may choose others now.
 */
void instance_find_sources(struct instance *in);

#endif
