/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which registers can still be read, before every instruction.  Two uses:
 * states that differ only in dead registers are the same state, and the JIT
 * clears an upper half only where somebody may read it.
 */
#ifndef NFP_LIVE_H
#define NFP_LIVE_H

#include <stdint.h>

#include "object.h"

struct nfp_live {
	uint16_t any;  /* bit r: register r is read */
	uint16_t wide; /* with all its 64 bits */
};

/* One per instruction, or NULL; free() it. */
struct nfp_live *nfp_live_compute(const struct nfp_object *object);
/* The register that the instruction writes with 32 bits, or -1. */
int nfp_live_narrow_def(const struct bpf_insn *insn);

#endif
