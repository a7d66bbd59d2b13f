/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of a path asks of a value.  Every value knows of which others
 * it was made, so a need reaches back to what an earlier checkpoint held.  This
 * does what mark_reg_read() and mark_chain_precision() do in the kernel's
 * verifier, without going back over the instructions.
 */
#ifndef NFP_USE_H
#define NFP_USE_H

#include <stddef.h>

enum nfp_need {
	NFP_NEED_NOTHING,
	NFP_NEED_KIND,	 /* that it is a number, and all of a pointer */
	NFP_NEED_NUMBER, /* also which numbers it can be */
};

/* NULL stands for a value that was made of no other: a constant, a load. */
struct nfp_use {
	struct nfp_use *from[2];
	struct nfp_use *todo; /* of nfp_use_need() */
	enum nfp_need need;
};

/* All of them, until nfp_uses_free(). */
struct nfp_uses {
	struct nfp_use_block *newest;
	size_t used; /* of the newest block */
};

/* A value made of one other, whose own needs are not yet known, or NULL. */
struct nfp_use *nfp_use_new(struct nfp_uses *uses, struct nfp_use *from);
/* Of a value made of both, needed as soon as they are. */
struct nfp_use *nfp_use_join(struct nfp_uses *uses, struct nfp_use *a,
			     struct nfp_use *b);
void nfp_use_need(struct nfp_use *use, enum nfp_need need);
void nfp_uses_free(struct nfp_uses *uses);

#endif
