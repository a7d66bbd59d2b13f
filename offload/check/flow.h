/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows every path of a program as the kernel's verifier does, judges each
 * instruction by the card's rules, and gathers what the estimate of its length
 * needs to know.
 */
#ifndef NFP_FLOW_H
#define NFP_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caps.h"
#include "object.h"
#include "report.h"
#include "state.h"

/* What all paths together say of one instruction. */
struct nfp_fact {
	bool seen;
	/* A multiplication or division, on some path: of 32 bits, of 16. */
	bool fits, exceeds;
	bool narrow, wide;
	bool off_varies;  /* the pointer's offset differs between paths */
	bool other_frame; /* a caller's stack */
	bool add_small, add_large; /* atomic: within 16 bits, beyond */
	bool visited_twice;
	enum nfp_kind kind; /* of the pointer that is used */
	uint32_t id;	    /* of a packet pointer */
	int32_t off;	    /* of the pointer, without the instruction's */
	uint64_t min_src, max_src, max_dst;
};

/* How a program uses one 32-bit word of a map's values. */
struct nfp_word {
	bool read, counted, written;
	struct nfp_where where_read, where_counted, where_written;
};

struct nfp_facts {
	struct nfp_fact *insn;	 /* one per instruction */
	uint32_t *stack_depth;	 /* one per function: bytes */
	struct nfp_word **words; /* one array per map */
	uint32_t packet_bytes;	 /* highest offset touched, + 1 */
	size_t adjust_head_at;	 /* instruction + 1; 0: none, or slow */
	bool adjust_head_slow;
	bool complete; /* every path was followed */
};

/*
 * Adds what it finds to `report`.  Returns 0 or -ENOMEM; nfp_flow_free() in
 * either case.
 */
int nfp_flow_run(struct nfp_facts *facts, const struct nfp_object *object,
		 const struct nfp_caps *caps, struct nfp_report *report);
void nfp_flow_free(struct nfp_facts *facts, const struct nfp_object *object);

#endif
