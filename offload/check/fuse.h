/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver's JIT makes of neighbouring instructions before it
 * translates: runs of loads and stores become one copy, packet loads share one
 * read (nfp_bpf_opt_ldst_gather(), nfp_bpf_opt_pkt_cache() in jit.c).
 */
#ifndef NFP_FUSE_H
#define NFP_FUSE_H

#include "flow.h"
#include "live.h"

struct nfp_fusion {
	bool is_target;	 /* of a jump or a call */
	bool is_skipped; /* part of a copy that starts elsewhere */
	bool reads;	 /* the first load that shares this read */
	int copy_bytes;	 /* > 0: the load that starts a copy */
	int copy_to;	 /* its lowest store offset */
	int copy_from;	 /* its lowest load offset */
	int read_start, read_end;
};

/* One per instruction, or NULL; free() it.  Adds hints on known defects. */
struct nfp_fusion *nfp_fuse(const struct nfp_object *object,
			    const struct nfp_facts *facts,
			    struct nfp_report *report);

#endif
