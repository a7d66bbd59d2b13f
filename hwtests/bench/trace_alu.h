/* SPDX-License-Identifier: GPL-2.0-only */
/* BPF's arithmetic and comparisons.  All return 0, or -ENOTSUP. */
#ifndef TRACE_ALU_H
#define TRACE_ALU_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

int trace_swap(uint64_t *dst, const struct bpf_insn *insn);

/* op: BPF_OP() of an instruction; wide: of 64 bits, else the upper are 0. */
int trace_compute(uint8_t op, bool wide, uint64_t *dst, uint64_t src);
int trace_holds(uint8_t op, bool wide, uint64_t a, uint64_t b, bool *yes);

#endif
