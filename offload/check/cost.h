/* SPDX-License-Identifier: GPL-2.0-only */
/* How many NFP instructions the driver's JIT makes of a program. */
#ifndef NFP_COST_H
#define NFP_COST_H

#include "flow.h"

/* How far off it may be, from what was seen: docs/nfp-check.md. */
#define NFP_COST_ERROR_PERCENT 3
#define NFP_COST_ERROR_INSNS   5

/*
 * Estimates; `per_insn`, if not NULL, gets the share of each BPF instruction.
 * Adds hints to `report`.  Returns the number or -ENOMEM.
 */
int nfp_cost_estimate(const struct nfp_object *object,
		      const struct nfp_facts *facts, struct nfp_report *report,
		      unsigned int *per_insn);

#endif
