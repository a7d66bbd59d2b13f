/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mem_op_stack() in the driver's jit.c.  Local memory is addressed in words
 * through pointers: the first points to the bottom of the frame and reaches 16
 * words, but a part of a word only within 8, else the word is fetched, changed
 * and put back.  What lies higher needs a pointer of its own, which takes three
 * more instructions to become valid.
 */
#include <linux/bpf.h>

#include "cost_stack.h"
#include "opcode.h"

#define REACH	     64 /* bytes through the first pointer */
#define WINDOW	     32 /* bytes through another, aligned */
#define PARTS_WITHIN 32 /* bytes: RE_REG_LM_IDX_MAX */

struct access {
	int off;
	int size;
	bool load;
	bool moving; /* another pointer, incremented word by word */
	bool other;  /* another pointer at all */
};

static unsigned int set_pointer(int off)
{
	return (uint32_t)off <= 0xff ? 1 : 2;
}

static unsigned int choose_pointer(struct access *a, int insn_off, bool unknown)
{
	unsigned int cost;

	if (unknown) {
		a->moving = true;
		cost = set_pointer(insn_off);
	} else if (a->off + a->size <= REACH) {
		return 0;
	} else if (a->off / WINDOW == (a->off + a->size - 1) / WINDOW) {
		cost = set_pointer(a->off / WINDOW * WINDOW);
		a->off %= WINDOW;
	} else {
		cost = set_pointer(a->off / 4 * 4);
		a->moving = true;
	}
	a->other = true;
	return cost + 1 + 3; /* set it, wait */
}

/* One word of the stack, or the part of it that one register takes. */
static unsigned int piece(const struct access *a, int size, bool first,
			  bool new_reg, bool last)
{
	bool far = !a->other && a->off >= PARTS_WITHIN;
	unsigned int cost = 1;

	if (size == 4)
		return 1;
	if (far && a->load)
		cost += first || !new_reg;
	if (far && !a->load)
		cost += (first || last) + (new_reg || last);
	if (a->moving && new_reg && !last)
		cost++;
	return cost;
}

static unsigned int pieces(struct access *a)
{
	unsigned int cost = 0;
	bool first = true, new_reg = true;
	int reg_byte = 0, size;

	while (a->size > 0) {
		if (a->moving)
			a->off &= 3;
		size = 4 - reg_byte;
		if (size > a->size)
			size = a->size;
		if (size > 4 - (a->off & 3))
			size = 4 - (a->off & 3);
		cost += piece(a, size, first, new_reg, size == a->size);
		first = false;
		reg_byte += size;
		new_reg = reg_byte == 4;
		reg_byte %= 4;
		a->size -= size;
		a->off += size;
	}
	return cost;
}

unsigned int nfp_cost_stack(const struct nfp_object *object,
			    const struct nfp_facts *facts, size_t pc,
			    uint32_t frame_depth, bool zero_extend)
{
	const struct bpf_insn *i = &object->insns[pc].bpf;
	const struct nfp_fact *fact = &facts->insn[pc];
	struct access a = {
		.off = (int)frame_depth + i->off + fact->off,
		.size = nfp_opcode_bytes(i),
		.load = BPF_CLASS(i->code) == BPF_LDX,
	};
	unsigned int cost = choose_pointer(
		&a, i->off, fact->off_varies || fact->other_frame);

	/* Clearing the upper half fills one slot of the wait. */
	if (zero_extend && !a.other)
		cost++;
	return cost + pieces(&a);
}
