/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small BPF interpreter.  Registers hold host addresses: of the frame, the
 * stack, or a copy of a map's value, which is fetched by a system call at each
 * look-up.  The program has passed the kernel's verifier, so only what differs
 * here is checked: whether an access stays within what was handed out.
 */
#include "trace.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trace_alu.h"

#define STACK	  512
#define HEADROOM  256
#define ROOM	  2048
#define AREAS_MAX 64
#define STEPS_MAX 100000

struct area {
	void *start;
	size_t size;
};

struct machine {
	uint64_t r[MAX_BPF_REG];
	struct area areas[AREAS_MAX]; /* 0: context, 1: stack, 2: frame */
	size_t n_areas;
	struct xdp_md context; /* its addresses are read from data, end */
	uint64_t data, end;
	_Alignas(8) uint8_t stack[STACK], frame[ROOM];
	struct trace trace;
};

static int add_area(struct machine *m, void *start, size_t size)
{
	if (m->n_areas == AREAS_MAX)
		return -ENOTSUP;
	m->areas[m->n_areas++] = (struct area){ start, size };
	return 0;
}

static bool reachable(const struct machine *m, uint64_t address, size_t size)
{
	for (size_t i = 0; i < m->n_areas; i++) {
		uint64_t start = (uint64_t)m->areas[i].start;

		if (address >= start &&
		    address + size <= start + m->areas[i].size)
			return true;
	}
	return false;
}

static size_t access_size(uint8_t code)
{
	static const size_t sizes[] = { 4, 2, 1, 8 };

	return sizes[BPF_SIZE(code) >> 3];
}

/* The kernel widens the context's two 32-bit fields to pointers. */
static int load_context(const struct machine *m, size_t offset, uint64_t *value)
{
	if (offset == offsetof(struct xdp_md, data))
		*value = m->data;
	else if (offset == offsetof(struct xdp_md, data_end))
		*value = m->end;
	else
		*value = 0;
	return 0;
}

static int load(const struct machine *m, uint8_t code, uint64_t address,
		uint64_t *value)
{
	size_t size = access_size(code);
	uint64_t context = (uint64_t)&m->context;

	if (!reachable(m, address, size))
		return -EFAULT;
	if (address >= context && address < context + sizeof(m->context))
		return load_context(m, address - context, value);
	*value = 0; /* little endian: the low bytes come first */
	memcpy(value, (const void *)address, size);
	return 0;
}

static int store(const struct machine *m, uint8_t code, uint64_t address,
		 uint64_t value)
{
	size_t size = access_size(code);

	if (!reachable(m, address, size))
		return -EFAULT;
	memcpy((void *)address, &value, size);
	return 0;
}

static int atomic(struct machine *m, const struct bpf_insn *insn)
{
	uint64_t address = m->r[insn->dst_reg] + (int64_t)insn->off, old;
	uint64_t operand = m->r[insn->src_reg];
	int err = load(m, insn->code, address, &old);

	if (err)
		return err;
	switch (insn->imm & ~BPF_FETCH) {
	case BPF_ADD:
		err = store(m, insn->code, address, old + operand);
		break;
	case BPF_OR:
		err = store(m, insn->code, address, old | operand);
		break;
	default:
		return -ENOTSUP;
	}
	if (insn->imm & BPF_FETCH)
		m->r[insn->src_reg] = old;
	return err;
}

static int call_lookup(struct machine *m)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = (int)m->r[1], cpus = libbpf_num_possible_cpus();
	void *value;

	m->trace.lookups++;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || cpus < 0)
		return -ENOTSUP;
	/* A per-CPU map answers with the values of all. */
	value = calloc((size_t)cpus, ((size_t)info.value_size + 7) / 8 * 8);
	if (!value)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, (void *)m->r[2], value)) {
		free(value);
		m->r[0] = 0;
		return 0;
	}
	m->r[0] = (uint64_t)value;
	if (add_area(m, value, info.value_size)) {
		free(value);
		return -ENOTSUP;
	}
	return 0;
}

static int call_adjust_head(struct machine *m)
{
	uint64_t data = m->data + (uint64_t)(int64_t)(int32_t)m->r[2];

	m->trace.other_calls++;
	m->r[0] = (uint64_t)-EINVAL;
	if (data < (uint64_t)m->frame || data > m->end)
		return 0;
	m->data = data;
	m->areas[2] = (struct area){ (void *)data, m->end - data };
	m->r[0] = 0;
	return 0;
}

static int call_adjust_tail(struct machine *m)
{
	uint64_t end = m->end + (uint64_t)(int64_t)(int32_t)m->r[2];

	m->trace.other_calls++;
	m->r[0] = (uint64_t)-EINVAL;
	if (end < m->data || end > (uint64_t)(m->frame + ROOM))
		return 0;
	m->end = end;
	m->areas[2].size = end - m->data;
	m->r[0] = 0;
	return 0;
}

static int call(struct machine *m, const struct bpf_insn *insn)
{
	if (insn->src_reg)
		return -ENOTSUP;
	switch (insn->imm) {
	case BPF_FUNC_map_lookup_elem:
		return call_lookup(m);
	case BPF_FUNC_xdp_adjust_head:
		return call_adjust_head(m);
	case BPF_FUNC_map_update_elem: /* lost, like all that is written */
		m->r[0] = 0;
		break;
	case BPF_FUNC_xdp_adjust_tail:
		return call_adjust_tail(m);
	case BPF_FUNC_get_prandom_u32:
		m->r[0] = 0x12345678;
		break;
	case BPF_FUNC_ktime_get_ns:
		m->r[0] = (uint64_t)clock();
		break;
	default:
		return -ENOTSUP;
	}
	m->trace.other_calls++;
	return 0;
}

static uint64_t operand(const struct machine *m, const struct bpf_insn *insn)
{
	return BPF_SRC(insn->code) == BPF_X ? m->r[insn->src_reg]
					    : (uint64_t)(int64_t)insn->imm;
}

static int jump(struct machine *m, const struct bpf_insn **pc)
{
	const struct bpf_insn *insn = *pc;
	bool yes = false;
	int err;

	if (BPF_OP(insn->code) == BPF_CALL)
		return call(m, insn);
	err = trace_holds(BPF_OP(insn->code), BPF_CLASS(insn->code) == BPF_JMP,
			  m->r[insn->dst_reg], operand(m, insn), &yes);
	if (yes)
		*pc += insn->off;
	return err;
}

/* The only instruction of this class left: 64 bits over two slots. */
static int load_immediate(struct machine *m, const struct bpf_insn **pc)
{
	const struct bpf_insn *insn = *pc;

	if (insn->code != (BPF_LD | BPF_DW | BPF_IMM) ||
	    insn->src_reg > BPF_PSEUDO_MAP_FD)
		return -ENOTSUP;
	m->r[insn->dst_reg] =
		(uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;
	(*pc)++;
	return 0;
}

static int step(struct machine *m, const struct bpf_insn **pc)
{
	const struct bpf_insn *insn = *pc;
	uint64_t *dst = &m->r[insn->dst_reg];
	uint64_t there = *dst + (uint64_t)(int64_t)insn->off;
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;

	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
		if (BPF_OP(insn->code) == BPF_END)
			return trace_swap(dst, insn);
		/* fall through */
	case BPF_ALU64:
		return trace_compute(BPF_OP(insn->code), wide, dst,
				     operand(m, insn));
	case BPF_LD:
		return load_immediate(m, pc);
	case BPF_LDX:
		return load(m, insn->code,
			    m->r[insn->src_reg] + (uint64_t)(int64_t)insn->off,
			    dst);
	case BPF_ST:
		return store(m, insn->code, there,
			     (uint64_t)(int64_t)insn->imm);
	case BPF_STX:
		if (BPF_MODE(insn->code) == BPF_ATOMIC)
			return atomic(m, insn);
		return store(m, insn->code, there, m->r[insn->src_reg]);
	default:
		return jump(m, pc);
	}
}

static int execute(struct machine *m, const struct bpf_insn *first, size_t n)
{
	const struct bpf_insn *pc = first;
	int err;

	for (int steps = 0; steps < STEPS_MAX; steps++, pc++) {
		if (pc < first || pc >= first + n)
			return -EFAULT;
		m->trace.instructions++;
		if (pc->code == (BPF_JMP | BPF_EXIT))
			return 0;
		err = step(m, &pc);
		if (err)
			return err;
	}
	return -ENOTSUP;
}

int trace_run(const struct bpf_program *program, uint8_t *frame, size_t length,
	      struct trace *out)
{
	struct machine *m;
	int err;

	if (length > ROOM - HEADROOM)
		return -ENOTSUP;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	memcpy(m->frame + HEADROOM, frame, length);
	m->data = (uint64_t)(m->frame + HEADROOM);
	m->end = m->data + length;
	m->r[1] = (uint64_t)&m->context;
	m->r[10] = (uint64_t)(m->stack + STACK);
	add_area(m, &m->context, sizeof(m->context));
	add_area(m, m->stack, STACK);
	add_area(m, (void *)m->data, length);
	err = execute(m, bpf_program__insns(program),
		      bpf_program__insn_cnt(program));
	m->trace.verdict = (uint32_t)m->r[0];
	*out = m->trace;
	memcpy(frame, m->frame + HEADROOM, length);
	for (size_t i = 3; i < m->n_areas; i++)
		free(m->areas[i].start);
	free(m);
	return err;
}
