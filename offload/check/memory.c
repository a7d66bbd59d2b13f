/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loads, stores and atomics: nfp_bpf_check_ptr(), nfp_bpf_check_store() and
 * nfp_bpf_check_atomic() of the driver's verifier.c, the kernel's own bounds,
 * and what only the JIT refuses (mem_ldx_xdp(), mem_st() in jit.c).
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "opcode.h"
#include "walk.h"

static void check_packet(struct nfp_walk *w, const struct nfp_reg *reg,
			 uint32_t size)
{
	int64_t off = (int64_t)reg->off + nfp_walk_insn(w)->off;
	uint64_t end;

	if (off < 0 || off + size > reg->range) {
		nfp_walk_say(w, NFP_RULE_PACKET, NFP_REFUSED,
			     "%u bytes at offset %lld of the packet, of which "
			     "%u are checked: compare with data_end first",
			     size, (long long)off, reg->range);
		return;
	}
	end = (uint64_t)off + reg->s.max + size;
	if (end > w->facts->packet_bytes)
		w->facts->packet_bytes = (uint32_t)end;
}

/* The first byte within the map's value, or -1. */
static int value_index(struct nfp_walk *w, const struct nfp_reg *reg,
		       uint32_t size)
{
	const struct nfp_map *map = &w->object->maps[reg->map];
	int64_t at = (int64_t)reg->off + nfp_walk_insn(w)->off;

	if (!nfp_scalar_is_const(&reg->s)) {
		nfp_walk_say(w, NFP_RULE_MAP_VALUE, NFP_REFUSED,
			     "accesses a value of map %s at a variable offset: "
			     "use constant indexes, or more entries",
			     map->name);
		return -1;
	}
	at += (int64_t)reg->s.value;
	if (at < 0 || at + size > map->value_bytes) {
		nfp_walk_say(w, NFP_RULE_MAP_VALUE, NFP_REFUSED,
			     "accesses a value of map %s outside of its %u "
			     "bytes",
			     map->name, map->value_bytes);
		return -1;
	}
	return (int)at;
}

static void note_words(struct nfp_walk *w, const struct nfp_reg *reg,
		       uint32_t size, bool counted)
{
	int at = value_index(w, reg, size);
	struct nfp_word *word;

	for (int i = at; at >= 0 && i < at + (int)size; i += 4 - i % 4) {
		word = &w->facts->words[reg->map][i / 4];
		if (counted) {
			word->counted = true;
			word->where_counted = nfp_walk_where(w);
		} else {
			word->read = true;
			word->where_read = nfp_walk_where(w);
		}
	}
}

static struct nfp_reg context_load(struct nfp_walk *w,
				   const struct nfp_reg *reg, uint32_t size)
{
	int64_t off = (int64_t)reg->off + nfp_walk_insn(w)->off;
	struct nfp_reg result = { .s = nfp_scalar_const(0) };

	if (size == 4 && nfp_scalar_is_const(&reg->s)) {
		if (off == offsetof(struct xdp_md, data))
			result.kind = NFP_PACKET;
		if (off == offsetof(struct xdp_md, data_end))
			result.kind = NFP_PACKET_END;
	}
	if (result.kind != NFP_UNSET)
		return result;
	nfp_walk_say(w, NFP_RULE_CONTEXT, NFP_REFUSED,
		     "reads %u bytes at offset %lld of the context: the card "
		     "knows data and data_end only",
		     size, (long long)off);
	return nfp_reg_anything();
}

static void bad_pointer(struct nfp_walk *w, const struct nfp_reg *reg)
{
	nfp_walk_say(
		w, NFP_RULE_POINTER, NFP_REFUSED, "%s",
		reg->kind == NFP_VALUE_OR_NULL
			? "uses a look-up's result before it is compared "
			  "with NULL"
			: "accesses memory through what is no pointer to it");
}

void nfp_memory_load(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_reg reg = *nfp_walk_read(w, i->src_reg);
	struct nfp_reg result = nfp_reg_anything();
	struct nfp_fact before = *nfp_walk_fact(w);
	uint32_t size = nfp_opcode_bytes(i);

	nfp_walk_note(w, &reg);
	switch (reg.kind) {
	case NFP_ANYTHING:
		break;
	case NFP_CTX:
		result = context_load(w, &reg, size);
		break;
	case NFP_PACKET:
		check_packet(w, &reg, size);
		result = nfp_reg_scalar(nfp_scalar_loaded(size));
		break;
	case NFP_STACK_PTR:
		nfp_stack_check_moving(w, &reg, &before);
		result = nfp_stack_load(w, &reg, size);
		break;
	case NFP_VALUE:
		note_words(w, &reg, size, false);
		result = nfp_reg_scalar(nfp_scalar_loaded(size));
		break;
	default:
		bad_pointer(w, &reg);
	}
	*nfp_walk_reg(w, i->dst_reg) = result;
}

static void context_store(struct nfp_walk *w, const struct nfp_reg *reg,
			  uint32_t size)
{
	int64_t off = (int64_t)reg->off + nfp_walk_insn(w)->off;

	if (off != offsetof(struct xdp_md, rx_queue_index) || size != 4)
		nfp_walk_say(w, NFP_RULE_CONTEXT, NFP_REFUSED,
			     "writes the context: only rx_queue_index may be "
			     "written");
	else if (!w->caps->queue_select)
		nfp_walk_say(w, NFP_RULE_CONTEXT, NFP_REFUSED,
			     "writes rx_queue_index: this firmware cannot "
			     "select queues");
}

void nfp_memory_store(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_reg reg = *nfp_walk_read(w, i->dst_reg);
	struct nfp_fact before = *nfp_walk_fact(w);
	uint32_t size = nfp_opcode_bytes(i);
	struct nfp_reg value;

	if (BPF_CLASS(i->code) == BPF_ST) {
		nfp_walk_say(w, NFP_RULE_INSTRUCTION, NFP_REFUSED,
			     "stores a constant with one instruction, which "
			     "the driver cannot translate: put it into a "
			     "register first");
		return;
	}
	value = *nfp_walk_read(w, i->src_reg);
	nfp_walk_note(w, &reg);
	switch (reg.kind) {
	case NFP_ANYTHING:
		break;
	case NFP_CTX:
		context_store(w, &reg, size);
		break;
	case NFP_PACKET:
		check_packet(w, &reg, size);
		break;
	case NFP_STACK_PTR:
		nfp_stack_check_moving(w, &reg, &before);
		nfp_stack_store(w, &reg, size, &value);
		break;
	case NFP_VALUE:
		nfp_walk_say(w, NFP_RULE_MAP_VALUE, NFP_REFUSED,
			     "stores into a value of map %s: the card can only "
			     "read values or add to them atomically; use "
			     "bpf_map_update_elem() or "
			     "__atomic_fetch_add()",
			     w->object->maps[reg.map].name);
		break;
	default:
		bad_pointer(w, &reg);
	}
}

/* mem_xadd(): an addend within 16 bits has a shorter form. */
static void note_addend(struct nfp_walk *w, const struct nfp_reg *addend)
{
	struct nfp_fact *fact = nfp_walk_fact(w);

	fact->add_large |= (addend->s.value | addend->s.mask) > 0xffff;
	fact->add_small |= addend->s.value <= 0xffff;
}

void nfp_memory_atomic(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_reg reg = *nfp_walk_read(w, i->dst_reg);
	struct nfp_reg addend = *nfp_walk_number(w, i->src_reg);
	const char *fault = NULL;

	if (i->imm != BPF_ADD)
		fault = "an atomic operation other than an addition whose "
			"result is not used: the card can only add";
	else if (reg.kind != NFP_ANYTHING && reg.kind != NFP_VALUE)
		fault = "an atomic addition to something other than a map's "
			"value";
	else if (nfp_reg_is_pointer(&addend))
		fault = "an atomic addition of a pointer";
	if (fault) {
		nfp_walk_say(w, NFP_RULE_ATOMIC, NFP_REFUSED, "%s", fault);
		if (i->imm & BPF_FETCH)
			*nfp_walk_reg(w,
				      i->imm == BPF_CMPXCHG ? 0 : i->src_reg) =
				nfp_reg_anything();
		return;
	}
	nfp_walk_note(w, &reg);
	note_addend(w, &addend);
	if (reg.kind == NFP_VALUE)
		note_words(w, &reg, nfp_opcode_bytes(i), true);
}
