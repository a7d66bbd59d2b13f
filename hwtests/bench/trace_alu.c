/* SPDX-License-Identifier: GPL-2.0-only */
#include "trace_alu.h"

#include <endian.h>
#include <errno.h>

int trace_swap(uint64_t *dst, const struct bpf_insn *insn)
{
	bool to_big = BPF_SRC(insn->code) == BPF_TO_BE;

	switch (insn->imm) {
	case 16:
		*dst = to_big ? htobe16((uint16_t)*dst) : (uint16_t)*dst;
		return 0;
	case 32:
		*dst = to_big ? htobe32((uint32_t)*dst) : (uint32_t)*dst;
		return 0;
	case 64:
		*dst = to_big ? htobe64(*dst) : *dst;
		return 0;
	default:
		return -ENOTSUP;
	}
}

int trace_compute(uint8_t op, bool wide, uint64_t *dst, uint64_t src)
{
	uint64_t a = wide ? *dst : (uint32_t)*dst;
	uint64_t b = wide ? src : (uint32_t)src;
	unsigned int bits = b & (wide ? 63 : 31);

	switch (op) {
	case BPF_ADD:
		a += b;
		break;
	case BPF_SUB:
		a -= b;
		break;
	case BPF_MUL:
		a *= b;
		break;
	case BPF_OR:
		a |= b;
		break;
	case BPF_AND:
		a &= b;
		break;
	case BPF_XOR:
		a ^= b;
		break;
	case BPF_MOV:
		a = b;
		break;
	case BPF_NEG:
		a = -a;
		break;
	case BPF_LSH:
		a <<= bits;
		break;
	case BPF_RSH:
		a >>= bits;
		break;
	case BPF_ARSH:
		a = wide ? (uint64_t)((int64_t)a >> bits)
			 : (uint64_t)((int32_t)a >> bits);
		break;
	default:
		return -ENOTSUP;
	}
	*dst = wide ? a : (uint32_t)a;
	return 0;
}

int trace_holds(uint8_t op, bool wide, uint64_t a, uint64_t b, bool *yes)
{
	int64_t sa = wide ? (int64_t)a : (int32_t)a;
	int64_t sb = wide ? (int64_t)b : (int32_t)b;

	if (!wide) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (op) {
	case BPF_JA:
		*yes = true;
		return 0;
	case BPF_JEQ:
		*yes = a == b;
		return 0;
	case BPF_JNE:
		*yes = a != b;
		return 0;
	case BPF_JGT:
		*yes = a > b;
		return 0;
	case BPF_JGE:
		*yes = a >= b;
		return 0;
	case BPF_JLT:
		*yes = a < b;
		return 0;
	case BPF_JLE:
		*yes = a <= b;
		return 0;
	case BPF_JSET:
		*yes = a & b;
		return 0;
	case BPF_JSGT:
		*yes = sa > sb;
		return 0;
	case BPF_JSGE:
		*yes = sa >= sb;
		return 0;
	case BPF_JSLT:
		*yes = sa < sb;
		return 0;
	case BPF_JSLE:
		*yes = sa <= sb;
		return 0;
	default:
		return -ENOTSUP;
	}
}
