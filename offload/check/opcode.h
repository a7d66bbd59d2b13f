/* SPDX-License-Identifier: GPL-2.0-only */
/* Which instructions the card's driver can translate at all. */
#ifndef NFP_OPCODE_H
#define NFP_OPCODE_H

#include <linux/bpf.h>
#include <stdbool.h>

#include "report.h"

struct nfp_opcode_fault {
	enum nfp_rule rule;
	const char *text;
	bool is_known; /* what it does is clear, so the path goes on */
};

/* Bytes that a load, store or atomic touches. */
int nfp_opcode_bytes(const struct bpf_insn *insn);

/* NULL if the driver can translate it. */
const struct nfp_opcode_fault *nfp_opcode_fault(const struct bpf_insn *insn);

#endif
