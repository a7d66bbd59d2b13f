/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verifier of Linux 6.1 knows of a number: an unsigned range and a
 * set of known bits.  It must never know more than that verifier does, because
 * the card's driver decides by the verifier's knowledge; where it knows less,
 * the price is a "cannot decide".
 */
#ifndef NFP_SCALAR_H
#define NFP_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

struct nfp_scalar {
	uint64_t min, max;
	uint64_t value; /* of the known bits; the unknown ones are 0 here */
	uint64_t mask;	/* unknown bits */
};

struct nfp_scalar nfp_scalar_const(uint64_t value);
struct nfp_scalar nfp_scalar_unknown(void);
/* What a load of `bytes` bytes gives. */
struct nfp_scalar nfp_scalar_loaded(unsigned int bytes);
bool nfp_scalar_is_const(const struct nfp_scalar *s);
/* Whether every number of `b` is one of `a`, by range and by bits. */
bool nfp_scalar_covers(const struct nfp_scalar *a, const struct nfp_scalar *b);

/* The result of a BPF ALU operation (BPF_ADD, ... BPF_MOV), 32 or 64 bits. */
struct nfp_scalar nfp_scalar_alu(uint8_t op, bool is64, struct nfp_scalar dst,
				 struct nfp_scalar src);

/* Of a branch (BPF_JEQ, ...) against a constant: 1 taken, 0 not, -1 unknown. */
int nfp_scalar_branch(uint8_t op, bool is64, const struct nfp_scalar *s,
		      uint64_t imm);
/* Learns from the branch's outcome. */
void nfp_scalar_learn(uint8_t op, bool is64, bool taken, struct nfp_scalar *s,
		      uint64_t imm);

#endif
