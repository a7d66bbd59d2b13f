/* SPDX-License-Identifier: GPL-2.0-only */
/* What every part of the walk does with the register that it meets. */
#include <linux/bpf.h>

#include "walk.h"

struct nfp_reg *nfp_walk_read(struct nfp_walk *w, unsigned int reg)
{
	struct nfp_reg *r = nfp_walk_reg(w, reg);

	if (r->kind == NFP_UNSET) {
		nfp_walk_say(w, NFP_RULE_POINTER, NFP_REFUSED,
			     "reads a variable that was never written");
		*r = nfp_reg_anything();
	}
	nfp_use_need(r->use, NFP_NEED_KIND);
	return r;
}

struct nfp_reg *nfp_walk_number(struct nfp_walk *w, unsigned int reg)
{
	struct nfp_reg *r = nfp_walk_read(w, reg);

	nfp_use_need(r->use, NFP_NEED_NUMBER);
	return r;
}

void nfp_walk_note(struct nfp_walk *w, const struct nfp_reg *reg)
{
	struct nfp_fact *fact = nfp_walk_fact(w);

	if (reg->kind == NFP_ANYTHING)
		return;
	if (fact->kind != NFP_UNSET && fact->kind != reg->kind)
		nfp_walk_say(w, NFP_RULE_POINTER, NFP_REFUSED,
			     "uses different kinds of memory on different "
			     "paths: separate the accesses");
	if (fact->kind == NFP_STACK_PTR && fact->off != reg->off)
		fact->off_varies = true;
	if (reg->kind == NFP_STACK_PTR)
		fact->other_frame |= reg->frame + 1U != w->state->frames;
	fact->kind = reg->kind;
	fact->off = reg->off;
	fact->id = reg->id;
}
