/* SPDX-License-Identifier: GPL-2.0-only */
/* Would the kernel, or the card, take a program?  Nothing is attached. */
#ifndef XDP_TRY_H
#define XDP_TRY_H

#include "tables/plan.h"
#include "xdp/xdp.h"

typedef int (*xdp_try_fn)(const struct xdp_request *request, char *why,
			  size_t why_size);

/*
 * Asks fn about the program for these features (1 << LB_FEATURE_...), with maps
 * of these sizes; xdp has the interface and the mode.  0; or negative errno and
 * the reasons in why.
 */
int xdp_try_program(struct xdp_request *xdp, const struct plan_sizes *sizes,
		    uint32_t features, xdp_try_fn fn, char *why,
		    size_t why_size);

/* Would it load in this mode? */
int xdp_try_mode(int ifindex, enum mode mode, const struct plan_sizes *sizes,
		 uint32_t features, char *why, size_t why_size);

#endif
