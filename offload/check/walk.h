/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of nfp_flow share: the walk along one path. */
#ifndef NFP_WALK_H
#define NFP_WALK_H

#include "flow.h"

struct nfp_walk {
	const struct nfp_object *object;
	const struct nfp_caps *caps;
	struct nfp_report *report;
	struct nfp_facts *facts;
	struct nfp_state *state; /* of the path that is being followed */
	uint32_t last_id;
	struct nfp_uses uses;
};

#define nfp_walk_say(walk, rule, verdict, ...)                                 \
	nfp_report_add((walk)->report, rule, verdict, nfp_walk_where(walk),    \
		       __VA_ARGS__)

static inline const struct bpf_insn *nfp_walk_insn(const struct nfp_walk *w)
{
	return &w->object->insns[w->state->pc].bpf;
}

static inline struct nfp_where nfp_walk_where(const struct nfp_walk *w)
{
	return w->object->insns[w->state->pc].where;
}

static inline struct nfp_fact *nfp_walk_fact(const struct nfp_walk *w)
{
	return &w->facts->insn[w->state->pc];
}

static inline struct nfp_reg *nfp_walk_reg(const struct nfp_walk *w,
					   unsigned int reg)
{
	return &nfp_state_top(w->state)->reg[reg];
}

/* The register, after a complaint if it was never written. */
struct nfp_reg *nfp_walk_read(struct nfp_walk *w, unsigned int reg);
/* The register, of which it matters which numbers it can be. */
struct nfp_reg *nfp_walk_number(struct nfp_walk *w, unsigned int reg);
/* Notes the pointer that an instruction uses; complains if its kind changes. */
void nfp_walk_note(struct nfp_walk *w, const struct nfp_reg *reg);

enum nfp_step { NFP_STEP_ON, NFP_STEP_END, NFP_STEP_FAILED };

/* control.c: calls and returns; all of them move on. */
enum nfp_step nfp_control_call(struct nfp_walk *w);
enum nfp_step nfp_control_exit(struct nfp_walk *w);
/* The first half of a 64-bit constant. */
void nfp_control_constant(struct nfp_walk *w);

/* alu.c: arithmetic, and what is asked of it. */
void nfp_alu_step(struct nfp_walk *w);

/* memory.c: loads, stores, atomics. */
void nfp_memory_load(struct nfp_walk *w);
void nfp_memory_store(struct nfp_walk *w);
void nfp_memory_atomic(struct nfp_walk *w);

/* stack.c: of the frame that reg points into; aligned, as cards want it. */
struct nfp_reg nfp_stack_load(struct nfp_walk *w, const struct nfp_reg *reg,
			      uint32_t size);
void nfp_stack_store(struct nfp_walk *w, const struct nfp_reg *reg,
		     uint32_t size, const struct nfp_reg *value);
/* Complains where this instruction had another alignment before. */
void nfp_stack_check_moving(struct nfp_walk *w, const struct nfp_reg *reg,
			    const struct nfp_fact *before);
/* Whether [off, off + size) of a stack may be read; forgets what it holds. */
bool nfp_stack_argument(struct nfp_walk *w, const struct nfp_reg *reg,
			uint32_t size, const char *what);

/* call.c: helpers. */
void nfp_call_helper(struct nfp_walk *w);

/* branch.c: 1 taken, 0 not, -1 either; what the state then knows. */
int nfp_branch_decide(const struct nfp_walk *w);
void nfp_branch_learn(const struct nfp_walk *w, struct nfp_state *state,
		      bool taken);

#endif
