/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The known bits are a "tristate number": Vishwanathan et al., "Sound, precise
 * and fast abstract interpretation with tristate numbers" (CGO 2022) has the
 * arithmetic and its proofs.  What is remarkable here is what is *not* known,
 * after adjust_scalar_min_max_vals() in kernel/bpf/verifier.c of Linux 6.1:
 *
 * - Only +, - and & take an unknown second operand.  Any other operation with
 *   one yields an unknown number of 64 bits, even the 32-bit operations, whose
 *   result the machine cuts to 32 bits.  This is why a hash with x ^= y must be
 *   bounded by a 32-bit move before it is multiplied.
 * - Negation and byte swaps yield an unknown number of 64 bits.
 *
 * The verifier also keeps signed ranges and ranges of the lower halves.  They
 * are left out: they seldom decide anything that the card's rules ask for.
 */
#include <linux/bpf.h>

#include "scalar.h"

#define SIGN_BIT (1ULL << 63)

struct nfp_scalar nfp_scalar_const(uint64_t value)
{
	return (struct nfp_scalar){ value, value, value, 0 };
}

struct nfp_scalar nfp_scalar_unknown(void)
{
	return (struct nfp_scalar){ 0, UINT64_MAX, 0, UINT64_MAX };
}

struct nfp_scalar nfp_scalar_loaded(unsigned int bytes)
{
	uint64_t max = bytes < 8 ? (1ULL << bytes * 8) - 1 : UINT64_MAX;

	return (struct nfp_scalar){ 0, max, 0, max };
}

bool nfp_scalar_is_const(const struct nfp_scalar *s)
{
	return !s->mask;
}

bool nfp_scalar_covers(const struct nfp_scalar *a, const struct nfp_scalar *b)
{
	return a->min <= b->min && b->max <= a->max && !(b->mask & ~a->mask) &&
	       (b->value & ~a->mask) == a->value;
}

/* All bits up to the highest that is set. */
static uint64_t fill(uint64_t x)
{
	return x ? UINT64_MAX >> __builtin_clzll(x) : 0;
}

/* Lets range and bits learn from each other. */
static struct nfp_scalar settle(struct nfp_scalar s)
{
	uint64_t unknown;

	if (s.min < s.value)
		s.min = s.value;
	if (s.max > (s.value | s.mask))
		s.max = s.value | s.mask;
	/* On a branch that cannot happen the two may contradict. */
	if (s.min > s.max)
		return s;
	unknown = fill(s.min ^ s.max);
	s.value |= s.min & ~unknown & s.mask;
	s.mask &= unknown;
	s.value &= ~s.mask;
	return s;
}

static struct nfp_scalar from_bits(uint64_t value, uint64_t mask)
{
	return settle(
		(struct nfp_scalar){ 0, UINT64_MAX, value & ~mask, mask });
}

/* The lower 32 bits, zero-extended. */
static struct nfp_scalar low(struct nfp_scalar s)
{
	if (s.max > UINT32_MAX) {
		s.min = 0;
		s.max = UINT32_MAX;
	}
	s.value &= UINT32_MAX;
	s.mask &= UINT32_MAX;
	return settle(s);
}

static struct nfp_scalar add(struct nfp_scalar a, struct nfp_scalar b)
{
	uint64_t sum = a.value + b.value;
	uint64_t carries = (sum + a.mask + b.mask) ^ sum;
	struct nfp_scalar s = from_bits(sum, carries | a.mask | b.mask);
	uint64_t max;

	if (!__builtin_add_overflow(a.max, b.max, &max)) {
		s.min = a.min + b.min;
		s.max = max;
	}
	return settle(s);
}

static struct nfp_scalar subtract(struct nfp_scalar a, struct nfp_scalar b)
{
	uint64_t difference = a.value - b.value;
	uint64_t borrows = (difference + a.mask) ^ (difference - b.mask);
	struct nfp_scalar s = from_bits(difference, borrows | a.mask | b.mask);

	if (a.min >= b.max) {
		s.min = a.min - b.max;
		s.max = a.max - b.min;
	}
	return settle(s);
}

static struct nfp_scalar bit_and(struct nfp_scalar a, struct nfp_scalar b)
{
	uint64_t value = a.value & b.value;
	uint64_t possible = (a.value | a.mask) & (b.value | b.mask);
	struct nfp_scalar s = from_bits(value, possible & ~value);
	uint64_t max = a.max < b.max ? a.max : b.max;

	if (s.max > max)
		s.max = max;
	return settle(s);
}

static struct nfp_scalar bit_or(struct nfp_scalar a, uint64_t k)
{
	struct nfp_scalar s = from_bits(a.value | k, a.mask & ~k);

	if (s.min < a.min)
		s.min = a.min;
	return settle(s);
}

static struct nfp_scalar multiply(struct nfp_scalar a, uint64_t k, bool is64)
{
	uint64_t limit = is64 ? UINT32_MAX : UINT16_MAX;

	if (!a.mask)
		return nfp_scalar_const(a.value * k);
	if (a.max > limit || k > limit)
		return nfp_scalar_unknown();
	return settle(
		(struct nfp_scalar){ a.min * k, a.max * k, 0, UINT64_MAX });
}

static struct nfp_scalar shift_left(struct nfp_scalar a, uint64_t k)
{
	struct nfp_scalar s = from_bits(a.value << k, a.mask << k);

	if (a.max <= UINT64_MAX >> k) {
		s.min = a.min << k;
		s.max = a.max << k;
	}
	return settle(s);
}

static struct nfp_scalar shift_right(struct nfp_scalar a, uint64_t k)
{
	return settle((struct nfp_scalar){ a.min >> k, a.max >> k, a.value >> k,
					   a.mask >> k });
}

static struct nfp_scalar shift_arithmetic(struct nfp_scalar a, uint64_t k,
					  bool is64)
{
	if (a.max < (is64 ? SIGN_BIT : SIGN_BIT >> 32))
		return shift_right(a, k);
	return nfp_scalar_unknown();
}

static struct nfp_scalar alu(uint8_t op, bool is64, struct nfp_scalar a,
			     struct nfp_scalar b)
{
	unsigned int bits = is64 ? 64 : 32;

	switch (op) {
	case BPF_ADD:
		return add(a, b);
	case BPF_SUB:
		return subtract(a, b);
	case BPF_AND:
		return bit_and(a, b);
	case BPF_OR:
		return bit_or(a, b.value);
	case BPF_XOR:
		return from_bits((a.value ^ b.value) & ~a.mask, a.mask);
	case BPF_MUL:
		return multiply(a, b.value, is64);
	default:
		break;
	}
	if (b.value >= bits)
		return nfp_scalar_unknown();
	switch (op) {
	case BPF_LSH:
		return shift_left(a, b.value);
	case BPF_RSH:
		return shift_right(a, b.value);
	case BPF_ARSH:
		return shift_arithmetic(a, b.value, is64);
	default:
		return nfp_scalar_unknown();
	}
}

struct nfp_scalar nfp_scalar_alu(uint8_t op, bool is64, struct nfp_scalar dst,
				 struct nfp_scalar src)
{
	if (op == BPF_NEG || op == BPF_END)
		return nfp_scalar_unknown();
	if (!is64) {
		dst = low(dst);
		src = low(src);
	}
	if (op == BPF_MOV)
		return src;
	if (src.mask && op != BPF_ADD && op != BPF_SUB && op != BPF_AND)
		return nfp_scalar_unknown();
	dst = alu(op, is64, dst, src);
	return is64 ? dst : low(dst);
}

static bool is_signed(uint8_t op)
{
	return op == BPF_JSGT || op == BPF_JSGE || op == BPF_JSLT ||
	       op == BPF_JSLE;
}

/* The unsigned comparison that decides alike while no sign bit is set. */
static uint8_t to_unsigned(uint8_t op)
{
	switch (op) {
	case BPF_JSGT:
		return BPF_JGT;
	case BPF_JSGE:
		return BPF_JGE;
	case BPF_JSLT:
		return BPF_JLT;
	case BPF_JSLE:
		return BPF_JLE;
	default:
		return op;
	}
}

static int decide(uint8_t op, const struct nfp_scalar *s, uint64_t imm)
{
	switch (op) {
	case BPF_JEQ:
		return s->mask ? -1 : s->value == imm;
	case BPF_JNE:
		return s->mask ? -1 : s->value != imm;
	case BPF_JSET:
		if (s->value & imm)
			return 1;
		return (s->value | s->mask) & imm ? -1 : 0;
	case BPF_JGT:
		return s->min > imm ? 1 : s->max <= imm ? 0 : -1;
	case BPF_JGE:
		return s->min >= imm ? 1 : s->max < imm ? 0 : -1;
	case BPF_JLT:
		return s->max < imm ? 1 : s->min >= imm ? 0 : -1;
	case BPF_JLE:
		return s->max <= imm ? 1 : s->min > imm ? 0 : -1;
	default:
		return -1;
	}
}

int nfp_scalar_branch(uint8_t op, bool is64, const struct nfp_scalar *s,
		      uint64_t imm)
{
	struct nfp_scalar view = is64 ? *s : low(*s);
	uint64_t sign = is64 ? SIGN_BIT : SIGN_BIT >> 32;

	if (!is64)
		imm &= UINT32_MAX;
	/* Turning the sign bit over turns signed order into unsigned order. */
	if (is_signed(op)) {
		if (view.min < sign && view.max >= sign)
			return -1;
		view.min ^= sign;
		view.max ^= sign;
		imm ^= sign;
	}
	return decide(to_unsigned(op), &view, imm);
}

static void at_least(struct nfp_scalar *s, uint64_t x)
{
	if (s->min < x)
		s->min = x;
}

static void at_most(struct nfp_scalar *s, uint64_t x)
{
	if (s->max > x)
		s->max = x;
}

static void learn(uint8_t op, bool taken, struct nfp_scalar *s, uint64_t imm)
{
	switch (op) {
	case BPF_JEQ:
	case BPF_JNE:
		if (taken == (op == BPF_JEQ))
			*s = nfp_scalar_const(imm);
		break;
	case BPF_JSET:
		if (!taken)
			*s = from_bits(s->value & ~imm, s->mask & ~imm);
		break;
	case BPF_JGT:
	case BPF_JLE:
		if (taken == (op == BPF_JGT))
			at_least(s, imm + 1);
		else
			at_most(s, imm);
		break;
	case BPF_JGE:
	case BPF_JLT:
		if (taken == (op == BPF_JGE))
			at_least(s, imm);
		else
			at_most(s, imm - 1);
		break;
	default:
		break;
	}
	*s = settle(*s);
}

/* A lower bound that is not negative also says that the sign bit is clear. */
static void learn_signed(uint8_t op, bool is64, bool taken,
			 struct nfp_scalar *s, uint64_t imm)
{
	uint64_t sign = is64 ? SIGN_BIT : SIGN_BIT >> 32;
	bool greater = taken == (op == BPF_JSGT || op == BPF_JSGE);
	bool strict = op == BPF_JSGT || op == BPF_JSLE;

	if (greater && imm == 2 * sign - 1 && strict) {
		at_most(s, sign - 1);
		*s = settle(*s);
	} else if (imm < sign && (greater || s->max < sign)) {
		at_most(s, sign - 1);
		learn(to_unsigned(op), taken, s, imm);
	}
}

void nfp_scalar_learn(uint8_t op, bool is64, bool taken, struct nfp_scalar *s,
		      uint64_t imm)
{
	if (!is64) {
		/* The verifier forgets the range of what is not 32 bits. */
		if ((s->value | s->mask) > UINT32_MAX) {
			*s = from_bits(s->value, s->mask);
			return;
		}
		imm &= UINT32_MAX;
	}
	if (is_signed(op))
		learn_signed(op, is64, taken, s, imm);
	else
		learn(op, taken, s, imm);
}
