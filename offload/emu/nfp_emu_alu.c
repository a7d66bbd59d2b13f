// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arithmetic, logic, multiplication, immediates.
 *
 * What the driver's jit.c requires, and so is certain: carry after a
 * subtraction means "no borrow" (cmp_reg(): BR_BLO is "no carry"); SUB_CARRY
 * takes it as such (64-bit comparison and subtraction); immed leaves the flags
 * alone, as it may stand between the halves of one (cmp_imm()); ADD_2B adds
 * the low half of its B operand (adjust_head()).  Signed conditions need
 * overflow as usual.
 */
#include "nfp_emu_core.h"
#include "nfp_emu_word.h"

static void set_flags(struct nfp_emu_thread *t, u32 result,
		      enum nfp_emu_setter setter)
{
	t->negative = FLIP(NEGATIVE, result >> 31, result & 1);
	t->zero = FLIP(ZERO, !result, result);
	t->setter = setter;
}

static u32 add(struct nfp_emu_thread *t, u32 a, u32 b, bool carry)
{
	u64 sum = (u64)a + b + carry;
	u32 result = (u32)sum;

	t->carry = FLIP(CARRY, sum >> 32, !(sum >> 32));
	t->overflow = FLIP(OVERFLOW, (~(a ^ b) & (a ^ result)) >> 31, false);
	set_flags(t, result, NFP_EMU_BY_SUM);
	return result;
}

/* The carry of the instruction before, which not every one sets. */
static bool carry_in(struct nfp_emu_thread *t)
{
	if (t->setter == NFP_EMU_BY_LOGIC)
		nfp_emu_guessed(t, NFP_EMU_GUESS_LOGIC_CARRY);
	else if (t->setter == NFP_EMU_BY_SHIFT)
		nfp_emu_guessed(t, NFP_EMU_GUESS_SHIFT_FLAGS);
	else if (t->setter == NFP_EMU_BY_FIELD)
		nfp_emu_guessed(t, NFP_EMU_GUESS_FIELD_FLAGS);
	else if (t->setter == NFP_EMU_BY_HELPER)
		nfp_emu_guessed(t, NFP_EMU_GUESS_HELPER_FLAGS);
	return t->carry;
}

static u32 logic(struct nfp_emu_thread *t, enum alu_op op, u32 a, u32 b)
{
	u32 result = 0;

	switch (op) {
	case ALU_NONE:
		result = b;
		break;
	case ALU_NOT:
		result = FLIP(NOT, ~b, b);
		break;
	case ALU_AND:
		result = FLIP(AND, a & b, a | b);
		break;
	case ALU_AND_NOT_A:
		result = FLIP(AND_NOT_A, ~a & b, a & ~b);
		break;
	case ALU_AND_NOT_B:
		result = FLIP(AND_NOT_B, a & ~b, ~a & b);
		break;
	case ALU_OR:
		result = FLIP(OR, a | b, a ^ b);
		break;
	case ALU_XOR:
		result = FLIP(XOR, a ^ b, a | b);
		break;
	default:
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	}
	t->carry = FLIP(LOGIC_CARRY, false, true);
	t->overflow = false;
	set_flags(t, result, NFP_EMU_BY_LOGIC);
	return result;
}

static u32 compute(struct nfp_emu_thread *t, enum alu_op op, u32 a, u32 b)
{
	switch (op) {
	case ALU_ADD:
		return add(t, a, b, FLIP(ADD, 0, 1));
	case ALU_ADD_2B:
		return add(t, a, FLIP(ADD_2B, b & 0xffff, b), 0);
	case ALU_ADD_CARRY:
		return add(t, a, b, FLIP(ADD_CARRY, carry_in(t), 0));
	case ALU_SUB:
		return add(t, a, ~b, FLIP(SUB, 1, 0));
	case ALU_SUB_CARRY:
		return add(t, a, ~b, FLIP(SUB_CARRY, carry_in(t), 1));
	default:
		return logic(t, op, a, b);
	}
}

void nfp_emu_alu(struct nfp_emu_thread *t, u64 word)
{
	bool swap = ALU_SWAP(word), high = SRC_LM_HIGH(word);
	bool unary = ALU_OP(word) == ALU_NONE || ALU_OP(word) == ALU_NOT;
	struct nfp_emu_dst dst = {
		.bank = ALU_DST_B(word) ? NFP_EMU_B : NFP_EMU_A,
		.both = WRITES_BOTH(word),
		.lm_high = DST_LM_HIGH(word),
	};
	u32 first = 0, second = 0, a, b, result;

	if (word & ~ALU_BITS)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	if (!unary || swap)
		first = nfp_emu_ur_read(t, UR_A(word), NFP_EMU_A, high);
	if (!unary || !swap)
		second = nfp_emu_ur_read(t, UR_B(word), NFP_EMU_B, high);
	a = FLIP(ALU_SWAP, swap, false) ? second : first;
	b = FLIP(ALU_SWAP, swap, false) ? first : second;
	result = compute(t, ALU_OP(word), a, b);
	t->result = result;
	t->a_operand = a;
	t->a_operand_sure = !swap && !unary;
	nfp_emu_ur_write(t, ALU_DST(word), dst, result);
}

/* Half a word of a general or transfer register, the other half kept. */
static u32 immediate_half(struct nfp_emu_thread *t, u32 to,
			  enum nfp_emu_bank bank, u32 value, u32 shift)
{
	u32 old = 0;

	if (to < NFP_EMU_REGISTERS)
		old = bank == NFP_EMU_B ? t->b[to] : t->a[to];
	else if ((to & 0x3e0) == 0x180)
		old = t->out[to & 0x1f];
	else
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
	return FLIP(IMM_HALF, old & ~(0xffffU << shift), 0) | value << shift;
}

/* The value stands beside the destination, its upper half in a field. */
void nfp_emu_immediate(struct nfp_emu_thread *t, u64 word)
{
	u32 a = UR_A(word), b = UR_B(word), shift = IMM_SHIFT(word) * 8;
	bool to_b = !nfp_emu_ur_is_immediate(b);
	u32 to = to_b ? b : a, low = to_b ? a : b, value;
	struct nfp_emu_dst dst = {
		.bank = to_b ? NFP_EMU_B : NFP_EMU_A,
		.both = WRITES_BOTH(word),
		.lm_high = DST_LM_HIGH(word),
	};

	if (word & ~IMM_BITS || !nfp_emu_ur_is_immediate(low) || shift > 16)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	t->cost.nops += word == 0xf0000c0300ULL;
	value = (low & 0xff) | IMM_VALUE_HIGH(word) << 8;
	if (t->random_pending) {
		t->random_pending = false;
		value = t->random;
	} else if (IMM_WIDTH(word) == IMM_HALF) {
		value = immediate_half(t, to, dst.bank, value, shift);
	} else {
		value <<= FLIP(IMM_SHIFT, shift, 0);
		if (FLIP(IMM_INVERT, IMM_INVERT(word), false))
			value = ~value;
		if (IMM_WIDTH(word) != IMM_WHOLE)
			nfp_emu_fail(t, NFP_EMU_E_WORD);
	}
	if (FLIP(IMM_FLAGS, false, true))
		t->carry = false;
	nfp_emu_result(t, value);
	nfp_emu_ur_write(t, to, dst, value);
}

static void multiply_step(struct nfp_emu_thread *t, u64 word, u32 a, u32 b)
{
	u64 mask = MUL_TYPE(word) == MUL_16X16 ? FLIP(MUL_16, 0xffffU, 0xff)
					       : 0xffffffff;

	if (MUL_TYPE(word) == MUL_START) {
		t->factors[0] = a;
		t->factors[1] = b;
		t->steps = 0;
		return;
	}
	if (a != t->factors[0] || b != t->factors[1])
		nfp_emu_guessed(t, NFP_EMU_GUESS_MULTIPLY_OPERANDS);
	t->steps |= 1U << MUL_STEP(word);
	t->product = (t->factors[0] & mask) * (t->factors[1] & mask);
}

/*
 * wrp_mul_u32() and wrp_mul_u16() in jit.c: a start with the factors, a step
 * for every 8 bits, then the result is fetched.  The fetch has its destination
 * where others have their A operand.
 */
void nfp_emu_multiply(struct nfp_emu_thread *t, u64 word)
{
	u32 type = MUL_TYPE(word), step = MUL_STEP(word), a, b;
	u32 all = type == MUL_16X16 ? 0x3 : 0xf;
	bool high = SRC_LM_HIGH(word), swap = MUL_SWAP(word);
	struct nfp_emu_dst dst = {
		.bank = MUL_DST_B(word) ? NFP_EMU_B : NFP_EMU_A,
		.both = WRITES_BOTH(word),
		.lm_high = DST_LM_HIGH(word),
	};

	if (word & ~MUL_BITS || type == 1 || step > MUL_LAST_2 ||
	    (type == MUL_START && step))
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	if (type != MUL_START && step >= MUL_LAST) {
		if (t->steps != all)
			nfp_emu_fail(t, NFP_EMU_E_WORD);
		t->result = step == MUL_LAST
				    ? FLIP(MUL_LOW, t->product, 0)
				    : FLIP(MUL_HIGH, t->product >> 32, 0);
		nfp_emu_ur_write(t, UR_A(word), dst, t->result);
	} else {
		a = nfp_emu_ur_read(t, UR_A(word), NFP_EMU_A, high);
		b = nfp_emu_ur_read(t, UR_B(word), NFP_EMU_B, high);
		multiply_step(t, word, swap ? b : a, swap ? a : b);
	}
	t->a_operand_sure = false;
}
