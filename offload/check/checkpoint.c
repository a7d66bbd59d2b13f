/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>

#include "checkpoint.h"

/* The verifier takes 3; more costs comparisons, fewer cost steps. */
#define MISSES_MAX 8

struct nfp_checkpoint {
	struct nfp_state *state; /* NULL: is no more in the list */
	size_t parent;
	size_t next;	   /* of the same instruction */
	unsigned int open; /* paths from here that have not ended */
	unsigned int hits, misses;
};

int nfp_checkpoints_init(struct nfp_checkpoints *c, size_t insn_count)
{
	*c = (struct nfp_checkpoints){
		.newest = malloc(insn_count * sizeof(*c->newest)),
	};
	if (!c->newest)
		return -ENOMEM;
	for (size_t pc = 0; pc < insn_count; pc++)
		c->newest[pc] = NFP_NO_CHECKPOINT;
	return 0;
}

void nfp_checkpoints_free(struct nfp_checkpoints *c)
{
	for (size_t i = 0; i < c->count; i++)
		nfp_state_free(c->all[i].state);
	free(c->all);
	free(c->newest);
}

/* As is_state_visited() in the verifier: comparing with it is not worth it. */
static bool is_useless(struct nfp_checkpoint *one)
{
	return ++one->misses > MISSES_MAX * (one->hits + 1);
}

int nfp_checkpoint_find(struct nfp_checkpoints *c, struct nfp_state *state)
{
	size_t *link = &c->newest[state->pc];
	struct nfp_checkpoint *one;

	while (*link != NFP_NO_CHECKPOINT) {
		one = &c->all[*link];
		if (nfp_state_covers(one->state, state)) {
			if (!one->open) {
				one->hits++;
				nfp_state_need_alike(state, one->state);
				return 1;
			}
			if (nfp_state_covers(state, one->state))
				return -ELOOP;
		}
		if (!one->open && is_useless(one)) {
			*link = one->next;
			nfp_state_free(one->state);
			one->state = NULL;
		} else {
			link = &one->next;
		}
	}
	return 0;
}

int nfp_checkpoint_add(struct nfp_checkpoints *c, struct nfp_state *state,
		       struct nfp_uses *uses)
{
	struct nfp_checkpoint *grown;
	struct nfp_state *copy;

	if (nfp_state_renew_uses(state, uses))
		return -ENOMEM;
	grown = reallocarray(c->all, c->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	c->all = grown;
	copy = nfp_state_copy(state);
	if (!copy)
		return -ENOMEM;
	grown[c->count] = (struct nfp_checkpoint){
		.state = copy,
		.parent = state->checkpoint,
		.next = c->newest[state->pc],
		.open = 1,
	};
	c->newest[state->pc] = c->count;
	state->checkpoint = c->count++;
	return 0;
}

void nfp_checkpoint_fork(struct nfp_checkpoints *c,
			 const struct nfp_state *state)
{
	if (state->checkpoint < c->count)
		c->all[state->checkpoint].open++;
}

void nfp_checkpoint_end(struct nfp_checkpoints *c,
			const struct nfp_state *state)
{
	struct nfp_checkpoint *one;

	for (size_t at = state->checkpoint; at < c->count; at = one->parent) {
		one = &c->all[at];
		/* Perhaps it was the last. */
		if (--one->open)
			return;
		nfp_state_forget_unneeded(one->state);
	}
}
