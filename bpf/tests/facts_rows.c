/* SPDX-License-Identifier: GPL-2.0-only */
/* Operands and names: those of Netronome's tests (facts.h). */
#include "facts.h"

#define FACT(program_, source_, a_, b_)                                        \
	{                                                                      \
		.program = #program_, .source = source_, .a = a_, .b = b_,     \
		.queue = -1                                                    \
	}
/* Amounts: any, known below 32, known not to be, in 32 bits. */
#define AMOUNTS(any, below, above, word)                                       \
	((any) | (below) << 8 | (above) << 16 | (uint64_t)(word) << 24)
#define UP   0x1122334455667788
#define DOWN 0x8122334455667788

const struct fact facts[] = {
	FACT(compare, "compares", 17, 0),
	FACT(compare, "compares", 17, 16),
	FACT(compare, "compares", 17, 17),
	FACT(compare, "compares", 17, 18),
	FACT(compare, "compares", 17, (uint64_t)-1),
	FACT(compare, "compares", 17, 0xffffffff),
	FACT(compare, "compares", 17, 0x80ffff0000000000),
	FACT(compare, "compares", 17, 0x00ffff0000000000),
	FACT(compare, "compares", 0, 0),
	FACT(compare, "compares", 0, 1),
	FACT(compare, "compares", (uint64_t)-17, (uint64_t)-18),
	FACT(compare, "compares", (uint64_t)-17, (uint64_t)-16),
	FACT(compare, "compares", (uint64_t)-17, 1),
	FACT(compare, "compares", (uint64_t)-17, 0x80ffff0000000000),
	FACT(compare, "compares", (uint64_t)-17, 0x00ffff0000000000),
	FACT(compare, "compares", 0x0ffff00000000000, 0x0efff00000000000),
	FACT(compare, "compares", 0x0ffff00000000000, 0x0000000000000110),
	FACT(compare, "compares", 0x0ffff00000000000, 0x8efff0000000f000),
	FACT(compare, "compares", 0x0ffff00000000000, 0x7ffff00000000000),
	FACT(compare, "imm_neg", (uint64_t)-2, (uint64_t)-3),
	FACT(compare, "imm_neg", 0xf00000000, 0xeffffffff),
	FACT(compare, "compares32", 0x100000002, 0x200000002),
	FACT(compare, "compares32", 0x200000002, 0x100000001),
	FACT(compare, "compares32", 0x2fffffffd, 0x3fffffffc),
	FACT(compare, "compares32", 0x2fffffffd, 0x1fffffffe),
	FACT(compare, "compares32", 0x2fffffffe, 0x1ffffffff),

	FACT(shift, "shifts_ind_2, 3, 32_ind", UP, AMOUNTS(32, 1, 32, 0)),
	FACT(shift, "shifts_ind_2, 3, 32_ind", UP, AMOUNTS(1, 31, 33, 0x12)),
	FACT(shift, "shifts_ind_2, 3, 32_ind", UP, AMOUNTS(63, 16, 63, 31)),
	FACT(shift, "shifts_ind_2, 32_ind", UP, AMOUNTS(31, 5, 62, 39)),
	FACT(shift, "shifts_ind_2, 32_ind", UP, AMOUNTS(33, 1, 32, 0x1c)),
	FACT(shift, "ashifts_ind_1, 2", UP, AMOUNTS(32, 15, 37, 1)),
	FACT(shift, "ashifts_ind_1, 2", DOWN, AMOUNTS(31, 1, 33, 63)),
	FACT(shift, "ashifts_ind_1, 2", DOWN, AMOUNTS(32, 2, 34, 29)),
	FACT(shift, "ashifts_ind_1, 2", DOWN, AMOUNTS(33, 3, 32, 0)),
	FACT(shift, "ashifts32_ind", 0x1122334485667788, AMOUNTS(1, 7, 32, 7)),
	FACT(shift, "ashifts32_ind", 0x8122ffff55667788,
	     AMOUNTS(4, 15, 33, 15)),

	FACT(multiply, "mul32", 0x11223344, 0x55667788),
	FACT(multiply, "mul32", 0x88776655, 0x44332211),
	FACT(multiply, "mul32", 0x11223344, 0x556),
	FACT(multiply, "mul32", 0x887, 0x84332211),
	FACT(multiply, "mul16", 0x3344, 0x5566),
	FACT(multiply, "mul16", 0x8877, 0x44),
	FACT(multiply, "mul16", 0x112, 0x8556),
	FACT(multiply, "mul16", 0x887, 0x433),

	FACT(divide, "div32", 0x11223344, 0),
	FACT(divide, "div32", 0x81223344, 0),

	FACT(alu, "alu_imm_opt", 0x8877665544332211, UP),
	FACT(alu, "neg, swap", 0x0f0e0d0c0b0a0908, 0x2212),
	FACT(alu, "mov64", 0x7777777777777777, 0x77777777),
	FACT(alu, "imm_neg", 0xf00000000, 2),
	FACT(alu, "imm_neg", 0, (uint64_t)-1),

	FACT(stack, "stack_read_*, stack_write_*", 0x7766554433221100,
	     0xffeeddccbbaa9988),
	FACT(stack, "stack_aligned_split", 0x1234567890abcdef, 0xabc),

	FACT(copy, "opt_memcpy_*, opt_pkt_cache_*", UP, DOWN),

	FACT(offset, "dpa_var_off_11bit", UP, 48),
	FACT(offset, "dpa_var_off_11bit", UP, 97),
	FACT(offset, "dpa_var_off_11bit", UP, 2047),

	FACT(verdict, "pass, drop, tx", 0, 0),
	FACT(verdict, "pass, drop, tx", 1, 0),
	FACT(verdict, "pass, drop, tx", 2, 0),
	FACT(verdict, "pass, drop, tx", 3, 0),

	FACT(head, "adjust_head_0", 0, 0),
	FACT(head, "adjust_head_twice", 1, 0),
	FACT(head, "adjust_head_pass_offload_close", 2, 0),
	FACT(head, "adjust_head_pass_offload_far", 3, 0),
	FACT(head, "adjust_head_pass_offload_far2", 4, 0),
	FACT(head, "adjust_head_fail_long", 5, 0),
	FACT(tail, "adjust_tail_multi, _negative_bad", 0, 0),

	FACT(call, "function_call_*", UP, DOWN),

	FACT(map, "map_array*, map_atomic*, atomic_read*", UP, 0),
	FACT(map, "map_htab*, stack_corruption_on_lookup", 0x2ffffffff, 1),
	FACT(map, "map_array256", 0xfffffffffffffff0, 2),
	FACT(random, "random", 0, 0),

	{ "queue", 1, 0, "queue_select_q1", 0, 1 },
	{ "queue", 123456, 0, "queue_select_q123456", 0, -1 },
	{ "queue", 0xffffffff, 0, "queue_select_q-1", 0, -1 },

	FACT(event, "perf_event_output_pkt", 0, 0),
	FACT(event, "perf_event_output_stack", 1, 0),
	FACT(event, "perf_event_output_both", 2, 0),
	FACT(event, "perf_event_output_1s", 3, 0),
	FACT(event, "perf_event_output_map", 4, 0),
	FACT(event, "perf_event_output_dyn", 5, 0),
	FACT(event, "perf_event_output_twice", 6, 0),
	{ "event", 7, 0, "perf_event_output_too_big", 1400, -1 },
};

const size_t facts_count = sizeof(facts) / sizeof(facts[0]);
