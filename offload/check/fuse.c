/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/bpf.h>
#include <stdlib.h>

#include "fuse.h"
#include "opcode.h"

#define COPY_MAX 128
#define READ_MAX 64

struct fuse {
	const struct nfp_object *object;
	const struct nfp_facts *facts;
	struct nfp_fusion *fusion;
	struct nfp_live *live;
	struct nfp_report *report;
};

static const struct bpf_insn *insn(const struct fuse *f, size_t pc)
{
	return &f->object->insns[pc].bpf;
}

static bool is_load(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_LDX && BPF_MODE(i->code) == BPF_MEM;
}

static bool is_store(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_STX && BPF_MODE(i->code) == BPF_MEM;
}

static void mark_targets(struct fuse *f)
{
	for (size_t pc = 0; pc < f->object->insn_count; pc++) {
		const struct bpf_insn *i = insn(f, pc);
		uint8_t class = BPF_CLASS(i->code), op = BPF_OP(i->code);
		size_t target = pc + 1;

		if ((class != BPF_JMP && class != BPF_JMP32) ||
		    op == BPF_EXIT ||
		    (op == BPF_CALL && i->src_reg != BPF_PSEUDO_CALL))
			continue;
		target += (size_t)(ssize_t)(op == BPF_CALL ? i->imm : i->off);
		if (target < f->object->insn_count)
			f->fusion[target].is_target = true;
	}
}

/* A load from packet or map, and the store of it into the packet. */
static bool is_pair(const struct fuse *f, size_t pc)
{
	const struct bpf_insn *ld, *st;
	enum nfp_kind from;

	if (pc + 1 >= f->object->insn_count)
		return false;
	ld = insn(f, pc);
	st = insn(f, pc + 1);
	from = f->facts->insn[pc].kind;
	return is_load(ld) && is_store(st) &&
	       (from == NFP_PACKET || from == NFP_VALUE) &&
	       f->facts->insn[pc + 1].kind == NFP_PACKET &&
	       BPF_SIZE(ld->code) == BPF_SIZE(st->code) &&
	       ld->dst_reg == st->src_reg && !f->fusion[pc + 1].is_target;
}

static bool continues(const struct fuse *f, size_t pc)
{
	const struct bpf_insn *ld = insn(f, pc), *st = insn(f, pc + 1);
	const struct bpf_insn *prev_ld = insn(f, pc - 2);
	const struct bpf_insn *prev_st = insn(f, pc - 1);
	int size = nfp_opcode_bytes(ld);

	if (ld->dst_reg != prev_ld->dst_reg ||
	    ld->src_reg != prev_ld->src_reg ||
	    st->dst_reg != prev_st->dst_reg ||
	    size != nfp_opcode_bytes(prev_ld) || f->fusion[pc].is_target)
		return false;
	return (ld->off == prev_ld->off + size &&
		st->off == prev_st->off + size) ||
	       (ld->off == prev_ld->off - size &&
		st->off == prev_st->off - size);
}

/* Would a later load read what an earlier store wrote? */
static bool crosses(const struct fuse *f, size_t head, size_t pc)
{
	const struct nfp_fact *from = &f->facts->insn[head];
	const struct nfp_fact *to = &f->facts->insn[head + 1];
	int first = insn(f, head)->off + from->off;
	int store = insn(f, head + 1)->off + to->off;
	int now = insn(f, pc)->off + from->off;

	if (from->kind != to->kind)
		return false;
	if (from->id != to->id)
		return true;
	return (now > first && first < store && now >= store) ||
	       (now < first && first > store && now <= store);
}

/*
 * After the copy the loaded register should hold the last piece; of words it
 * gets the first, of smaller pieces that descend a wrong one.  And one copy of
 * all differs from piecewise copies if they overlap.
 */
static void hint_copy(const struct fuse *f, size_t head, size_t end)
{
	const struct bpf_insn *ld = insn(f, head);
	struct nfp_where where = f->object->insns[head].where;
	bool ascending = insn(f, head + 2)->off > ld->off;
	int distance = insn(f, head + 1)->off + f->facts->insn[head + 1].off -
		       ld->off - f->facts->insn[head].off;

	if (end < f->object->insn_count &&
	    f->live[end].any & 1U << ld->dst_reg &&
	    ascending == (nfp_opcode_bytes(ld) == 4) &&
	    nfp_opcode_bytes(ld) != 8)
		nfp_report_add(f->report, NFP_RULE_JIT, NFP_HINT, where,
			       "a run of copies whose last value is used "
			       "afterwards: the driver's JIT leaves a wrong "
			       "one in the register");
	if (f->facts->insn[head].kind == NFP_PACKET &&
	    abs(distance) < f->fusion[head].copy_bytes)
		nfp_report_add(f->report, NFP_RULE_JIT, NFP_HINT, where,
			       "a run of copies within the packet that "
			       "overlap: the driver's JIT makes one copy of "
			       "them, which reads before it writes");
}

/* Returns the instruction after the copy that starts at `head`. */
static size_t fuse_copy(struct fuse *f, size_t head)
{
	int size = nfp_opcode_bytes(insn(f, head)), total = size;
	struct nfp_fusion *fusion = &f->fusion[head];
	size_t pc = head + 2;

	while (is_pair(f, pc) && total < COPY_MAX && continues(f, pc) &&
	       !crosses(f, head, pc)) {
		total += size;
		pc += 2;
	}
	if (pc == head + 2)
		return pc;
	fusion->copy_bytes = total;
	fusion->copy_from = insn(f, head)->off;
	fusion->copy_to = insn(f, head + 1)->off;
	if (insn(f, pc - 2)->off < fusion->copy_from) {
		fusion->copy_from = insn(f, pc - 2)->off;
		fusion->copy_to = insn(f, pc - 1)->off;
	}
	for (size_t i = head + 1; i < pc; i++)
		f->fusion[i].is_skipped = true;
	hint_copy(f, head, pc);
	return pc;
}

static bool ends_read(const struct fuse *f, size_t pc)
{
	const struct bpf_insn *i = insn(f, pc);

	if (i->code == (BPF_JMP | BPF_CALL))
		return true;
	if (is_store(i))
		return f->facts->insn[pc].kind == NFP_PACKET;
	return is_load(i) && (f->facts->insn[pc].kind != NFP_PACKET ||
			      f->fusion[pc].copy_bytes);
}

/* Whether the load still fits the read that starts at `head`; grows it. */
static bool joins_read(struct fuse *f, size_t head, size_t pc)
{
	struct nfp_fusion *read = &f->fusion[head];
	int start = insn(f, pc)->off,
	    end = start + nfp_opcode_bytes(insn(f, pc));

	if (f->facts->insn[pc].id != f->facts->insn[head].id ||
	    f->facts->insn[pc].off != f->facts->insn[head].off)
		return false;
	if (start > read->read_start)
		start = read->read_start;
	if (end < read->read_end)
		end = read->read_end;
	if (end - start > READ_MAX &&
	    (start != read->read_start || end != read->read_end))
		return false;
	read->read_start = start;
	read->read_end = end;
	return true;
}

static void fuse_reads(struct fuse *f)
{
	bool open = false;
	size_t head = 0;

	for (size_t pc = 0; pc < f->object->insn_count; pc++) {
		struct nfp_fusion *fusion = &f->fusion[pc];

		open &= !fusion->is_target;
		if (fusion->is_skipped || !f->facts->insn[pc].seen)
			continue;
		if (ends_read(f, pc)) {
			open = false;
			continue;
		}
		if (!is_load(insn(f, pc)) || (open && joins_read(f, head, pc)))
			continue;
		open = true;
		head = pc;
		fusion->reads = true;
		fusion->read_start = insn(f, pc)->off;
		fusion->read_end =
			fusion->read_start + nfp_opcode_bytes(insn(f, pc));
	}
}

/* A load that does not read itself takes from the read before it. */
static void share_reads(struct fuse *f)
{
	int start = 0, end = 0;

	for (size_t pc = 0; pc < f->object->insn_count; pc++) {
		struct nfp_fusion *fusion = &f->fusion[pc];

		if (fusion->reads) {
			start = fusion->read_start;
			end = fusion->read_end;
		} else if (!fusion->copy_bytes) {
			fusion->read_start = start;
			fusion->read_end = end;
		}
	}
}

struct nfp_fusion *nfp_fuse(const struct nfp_object *object,
			    const struct nfp_facts *facts,
			    struct nfp_report *report)
{
	struct fuse f = { .object = object, .facts = facts, .report = report };

	f.fusion = calloc(object->insn_count, sizeof(*f.fusion));
	f.live = nfp_live_compute(object);
	if (!f.fusion || !f.live) {
		free(f.fusion);
		free(f.live);
		return NULL;
	}
	mark_targets(&f);
	for (size_t pc = 0; pc < object->insn_count;)
		pc = is_pair(&f, pc) ? fuse_copy(&f, pc) : pc + 1;
	fuse_reads(&f);
	share_reads(&f);
	free(f.live);
	return f.fusion;
}
