/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Five steps: read the object, judge its maps (nfp_maps) and its shape
 * (nfp_shape), follow its paths (nfp_flow), and judge what only all paths
 * together show.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cost.h"
#include "depth.h"
#include "flow.h"
#include "maps.h"
#include "object.h"
#include "shape.h"

static const struct nfp_where nowhere;

static void judge_program(struct nfp_report *report, const struct nfp_object *o)
{
	if (!o->is_xdp)
		nfp_report_add(report, NFP_RULE_PROGRAM, NFP_REFUSED, nowhere,
			       "not an XDP program: put it into SEC(\"xdp\")");
	if (o->has_frags)
		nfp_report_add(report, NFP_RULE_PROGRAM, NFP_REFUSED, nowhere,
			       "a program for fragmented frames: put it into "
			       "SEC(\"xdp\")");
	if (o->has_core)
		nfp_report_add(report, NFP_RULE_PROGRAM, NFP_UNDECIDED, nowhere,
			       "has CO-RE relocations, which are made from a "
			       "kernel's types while it is loaded");
}

/*
 * The verifier skips a path whose numbers it need not tell apart from one it
 * has seen; so a range that only some paths exceed may go unseen by the driver.
 */
static void judge_range(struct nfp_report *report, const struct nfp_insn *insn,
			const struct nfp_fact *fact)
{
	bool product = BPF_OP(insn->bpf.code) == BPF_MUL;

	if (fact->exceeds)
		nfp_report_add(
			report, product ? NFP_RULE_MULTIPLY : NFP_RULE_DIVIDE,
			fact->fits ? NFP_UNDECIDED : NFP_REFUSED, insn->where,
			product ? "a factor that is not known to fit 32 bits: "
				  "after | and ^ with a variable, a swap or a "
				  "random number, bound it with asm volatile"
				  "(\"%%0 = %%0\" : \"+w\"(x))"
				: "a dividend that is not known to fit 32 "
				  "bits: mask or compare it first");
	if (!product && BPF_SRC(insn->bpf.code) == BPF_X &&
	    fact->min_src != fact->max_src)
		nfp_report_add(report, NFP_RULE_DIVIDE, NFP_REFUSED,
			       insn->where,
			       "a division by a variable: the card divides by "
			       "constants only");
	if (product && fact->narrow && fact->wide)
		nfp_report_add(report, NFP_RULE_JIT, NFP_HINT, insn->where,
			       "a factor within 16 bits on some paths only: "
			       "the driver's JIT may multiply 16 bits on all");
}

static void judge_ranges(struct nfp_report *report, const struct nfp_object *o,
			 const struct nfp_facts *facts)
{
	for (size_t pc = 0; pc < o->insn_count; pc++) {
		uint8_t code = o->insns[pc].bpf.code, class = BPF_CLASS(code);

		if ((class == BPF_ALU || class == BPF_ALU64) &&
		    (BPF_OP(code) == BPF_MUL || BPF_OP(code) == BPF_DIV) &&
		    facts->insn[pc].seen)
			judge_range(report, &o->insns[pc], &facts->insn[pc]);
	}
}

static void judge_word(struct nfp_report *report, const struct nfp_map *map,
		       size_t word, const struct nfp_word *w)
{
	if (w->counted && w->read)
		nfp_report_add(report, NFP_RULE_MAP_WORD, NFP_REFUSED,
			       w->where_counted,
			       "adds atomically to bytes %zu to %zu of map %s, "
			       "which %s:%u reads: a word is either read or "
			       "counted; use a map of its own for counters",
			       word * 4, word * 4 + 3, map->name,
			       w->where_read.file ? w->where_read.file : "?",
			       w->where_read.line);
	if (w->counted && w->written)
		nfp_report_add(report, NFP_RULE_MAP_WORD, NFP_REFUSED,
			       w->where_counted,
			       "adds atomically to bytes %zu to %zu of map %s, "
			       "which %s:%u may set to other than zero: "
			       "counters start at zero",
			       word * 4, word * 4 + 3, map->name,
			       w->where_written.file ? w->where_written.file
						     : "?",
			       w->where_written.line);
}

static void judge_words(struct nfp_report *report, const struct nfp_object *o,
			const struct nfp_facts *facts)
{
	for (size_t m = 0; m < o->map_count; m++)
		for (size_t i = 0; i < o->maps[m].value_bytes / 4 + 1; i++)
			judge_word(report, &o->maps[m], i, &facts->words[m][i]);
}

/* nfp_bpf_offload_check_mtu(): a short MTU hides what lies beyond. */
static void judge_packet(struct nfp_check_result *r,
			 const struct nfp_caps *caps, uint32_t mtu)
{
	uint32_t limit = nfp_caps_packet_limit(caps);
	uint32_t last = r->packet_bytes ? r->packet_bytes - 1 : 0;

	if (last <= limit)
		return;
	nfp_report_add(&r->report, NFP_RULE_PACKET_OFFSET,
		       mtu > limit ? NFP_REFUSED : NFP_HINT, nowhere,
		       "touches packets up to byte %u, the card holds the "
		       "first %u: keep accesses near the start, or the MTU at "
		       "%u (it is %u)",
		       last, limit, limit, mtu);
}

static void judge_stack(struct nfp_check_result *r, const struct nfp_caps *caps)
{
	uint32_t limit =
		caps->stack_bytes < NFP_STACK ? caps->stack_bytes : NFP_STACK;

	if (r->stack_bytes > limit)
		nfp_report_add(&r->report, NFP_RULE_STACK, NFP_REFUSED, nowhere,
			       "needs %u bytes of stack with all calls, the "
			       "card has %u: use smaller or fewer local "
			       "variables",
			       r->stack_bytes, limit);
}

uint32_t nfp_check_error(uint32_t insns)
{
	return insns * NFP_COST_ERROR_PERCENT / 100 + NFP_COST_ERROR_INSNS;
}

static void judge_length(struct nfp_check_result *r,
			 const struct nfp_caps *caps)
{
	const char *about = r->complete ? "about" : "at least";
	uint32_t error = nfp_check_error(r->nfp_insns);

	if (r->nfp_insns + error > caps->max_insns)
		nfp_report_add(&r->report, NFP_RULE_LENGTH,
			       r->nfp_insns > caps->max_insns + error
				       ? NFP_REFUSED
				       : NFP_UNDECIDED,
			       nowhere,
			       "needs %s %u NFP instructions (+-%u), the card "
			       "has room for %u: shorten the program",
			       about, r->nfp_insns, error, caps->max_insns);
	else if (r->nfp_insns > NFP_CAPS_INSNS_PUBLISHED)
		nfp_report_add(&r->report, NFP_RULE_LENGTH, NFP_HINT, nowhere,
			       "needs %s %u NFP instructions (+-%u): a vNIC of "
			       "Netronome's published nic-firmware has room "
			       "for %u only",
			       about, r->nfp_insns, error,
			       NFP_CAPS_INSNS_PUBLISHED);
}

static int judge_flow(struct nfp_check_result *r, const struct nfp_caps *caps,
		      const struct nfp_check_plan *plan)
{
	struct nfp_object *o = r->object;
	struct nfp_facts facts;
	int err, length;

	err = nfp_flow_run(&facts, o, caps, &r->report);
	if (err)
		goto out;
	length = nfp_cost_estimate(o, &facts, &r->report, NULL);
	if (length < 0) {
		err = length;
		goto out;
	}
	r->nfp_insns = (uint32_t)length;
	r->complete = facts.complete;
	r->stack_bytes = nfp_depth_total(o, &facts);
	r->packet_bytes = facts.packet_bytes;
	judge_ranges(&r->report, o, &facts);
	judge_words(&r->report, o, &facts);
	judge_packet(r, caps, plan->mtu);
	judge_stack(r, caps);
	judge_length(r, caps);
out:
	nfp_flow_free(&facts, o);
	return err;
}

static bool can_follow(const struct nfp_object *o)
{
	for (size_t m = 0; m < o->map_count; m++)
		if (o->maps[m].value_bytes > NFP_VALUE_MAX)
			return false;
	return true;
}

int nfp_check_object(struct nfp_check_result *result, const char *path,
		     const char *program, const struct nfp_caps *caps,
		     const struct nfp_check_plan *plan, char *why,
		     size_t why_size)
{
	int err;

	*result = (struct nfp_check_result){ 0 };
	result->object = calloc(1, sizeof(*result->object));
	if (!result->object) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	err = nfp_object_open(result->object, path, program, why, why_size);
	if (err)
		return err;
	result->bpf_insns = (uint32_t)result->object->insn_count;
	judge_program(&result->report, result->object);
	nfp_maps_judge(result, caps, plan);
	err = nfp_shape_judge(result->object, &result->report);
	if (!err && can_follow(result->object))
		err = judge_flow(result, caps, plan);
	else if (err == -ENOEXEC)
		err = 0;
	if (!err && result->report.out_of_memory)
		err = -ENOMEM;
	if (err)
		snprintf(why, why_size, "out of memory");
	return err;
}

void nfp_check_free(struct nfp_check_result *result)
{
	nfp_report_free(&result->report);
	if (result->object)
		nfp_object_close(result->object);
	free(result->object);
	*result = (struct nfp_check_result){ 0 };
}
