/* SPDX-License-Identifier: GPL-2.0-only */
/* Stack, as the driver counts it: nfp_bpf_get_stack_usage() in verifier.c. */
#ifndef NFP_DEPTH_H
#define NFP_DEPTH_H

#include "flow.h"

#define NFP_DEPTH_ALIGN 64 /* of the frames of functions that call */

/* Whether a function changes R6 to R9, which the card then saves. */
bool nfp_depth_saves(const struct nfp_object *object, size_t function);
/* Of one function: its variables, return address and saved registers. */
uint32_t nfp_depth_frame(const struct nfp_object *object,
			 const struct nfp_facts *facts, size_t function);
/* Of the deepest chain of calls. */
uint32_t nfp_depth_total(const struct nfp_object *object,
			 const struct nfp_facts *facts);

#endif
