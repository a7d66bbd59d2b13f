/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states that paths had at jump targets, and whether all that followed has
 * been seen.
 */
#ifndef NFP_CHECKPOINT_H
#define NFP_CHECKPOINT_H

#include "state.h"

struct nfp_checkpoint;

struct nfp_checkpoints {
	size_t *newest; /* per instruction, NFP_NO_CHECKPOINT */
	struct nfp_checkpoint *all;
	size_t count;
};

/* Returns 0 or -ENOMEM; nfp_checkpoints_free() in either case. */
int nfp_checkpoints_init(struct nfp_checkpoints *c, size_t insn_count);
void nfp_checkpoints_free(struct nfp_checkpoints *c);

/*
 * Whether what follows the state has been seen, and then needs of it what was
 * needed there: 1, 0, or -ELOOP where it would be followed for ever.
 */
int nfp_checkpoint_find(struct nfp_checkpoints *c, struct nfp_state *state);
/* Keeps a copy; the state's path goes on from there.  Returns 0 or -ENOMEM. */
int nfp_checkpoint_add(struct nfp_checkpoints *c, struct nfp_state *state,
		       struct nfp_uses *uses);
/* One more path goes on from the state's checkpoint. */
void nfp_checkpoint_fork(struct nfp_checkpoints *c,
			 const struct nfp_state *state);
/* The state's path has ended. */
void nfp_checkpoint_end(struct nfp_checkpoints *c,
			const struct nfp_state *state);

#endif
