/* SPDX-License-Identifier: GPL-2.0-only */
/* What an access to the stack takes, which lies in the card's local memory. */
#ifndef NFP_COST_STACK_H
#define NFP_COST_STACK_H

#include "flow.h"

/*
 * `frame_depth`: bytes of the function's stack, a multiple of 4; `zero_extend`:
 * the upper half of what is loaded must be cleared.
 */
unsigned int nfp_cost_stack(const struct nfp_object *object,
			    const struct nfp_facts *facts, size_t pc,
			    uint32_t frame_depth, bool zero_extend);

#endif
