/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/bpf.h>

#include "depth.h"

bool nfp_depth_saves(const struct nfp_object *o, size_t function)
{
	for (size_t pc = o->functions[function].start;
	     pc < o->functions[function].end; pc++)
		if (o->insns[pc].bpf.dst_reg >= 6 &&
		    o->insns[pc].bpf.dst_reg <= 9)
			return true;
	return false;
}

uint32_t nfp_depth_frame(const struct nfp_object *o,
			 const struct nfp_facts *facts, size_t function)
{
	uint32_t depth = facts->stack_depth[function];

	if (function)
		depth += 4 + (nfp_depth_saves(o, function) ? 32 : 0);
	return depth;
}

static uint32_t round_up(uint32_t x, uint32_t to)
{
	return (x + to - 1) / to * to;
}

static uint32_t deepest(const struct nfp_object *o,
			const struct nfp_facts *facts, size_t function,
			unsigned int level)
{
	uint32_t below = 0, depth;

	if (level == NFP_FRAMES_MAX)
		return 0;
	for (size_t pc = o->functions[function].start;
	     pc < o->functions[function].end; pc++) {
		const struct bpf_insn *i = &o->insns[pc].bpf;

		if (i->code != (BPF_JMP | BPF_CALL) ||
		    i->src_reg != BPF_PSEUDO_CALL ||
		    o->insns[pc].symbol != NFP_SYMBOL_NONE)
			continue;
		depth = deepest(
			o, facts,
			o->insns[pc + 1 + (size_t)(ssize_t)i->imm].function,
			level + 1);
		if (depth > below)
			below = depth;
	}
	return below +
	       round_up(nfp_depth_frame(o, facts, function), NFP_DEPTH_ALIGN);
}

uint32_t nfp_depth_total(const struct nfp_object *object,
			 const struct nfp_facts *facts)
{
	return object->function_count ? deepest(object, facts, 0, 0) : 0;
}
