/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What needs neither a compiler nor the lab: numbers, capabilities, encodings.
 * The rules themselves are tested by corpus-test.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "offload/check/caps.h"
#include "offload/check/check.h"
#include "offload/check/opcode.h"
#include "offload/check/report.h"
#include "offload/check/scalar.h"

static uint64_t machine_alu(uint8_t op, bool is64, uint64_t a, uint64_t b)
{
	uint64_t result;

	if (!is64) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (op) {
	case BPF_ADD:
		result = a + b;
		break;
	case BPF_SUB:
		result = a - b;
		break;
	case BPF_AND:
		result = a & b;
		break;
	case BPF_OR:
		result = a | b;
		break;
	case BPF_XOR:
		result = a ^ b;
		break;
	case BPF_MUL:
		result = a * b;
		break;
	case BPF_LSH:
		result = a << (b & (is64 ? 63 : 31));
		break;
	case BPF_RSH:
		result = a >> (b & (is64 ? 63 : 31));
		break;
	case BPF_ARSH:
		result = is64 ? (uint64_t)((int64_t)a >> (b & 63))
			      : (uint64_t)((int32_t)a >> (b & 31));
		break;
	default:
		result = b;
	}
	return is64 ? result : (uint32_t)result;
}

static uint64_t random64(void)
{
	uint64_t x = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^
		     (uint64_t)random();

	return x >> random() % 64;
}

/* A description, and one number that it describes. */
static struct nfp_scalar random_scalar(uint64_t *member)
{
	struct nfp_scalar s = nfp_scalar_unknown();

	*member = random64();
	switch (random() % 4) {
	case 0:
		return nfp_scalar_const(*member);
	case 1:
		*member = (uint32_t)*member;
		return nfp_scalar_loaded(4);
	case 2:
		*member &= 0xfff0;
		return nfp_scalar_alu(BPF_AND, true, s,
				      nfp_scalar_const(0xfff0));
	default:
		return s;
	}
}

static bool contains(const struct nfp_scalar *s, uint64_t x)
{
	struct nfp_scalar one = nfp_scalar_const(x);

	return nfp_scalar_covers(s, &one);
}

/* No operation may know more than what the machine can do. */
static void alu_is_sound(void **state)
{
	static const uint8_t ops[] = { BPF_ADD,	 BPF_SUB, BPF_AND, BPF_OR,
				       BPF_XOR,	 BPF_MUL, BPF_LSH, BPF_RSH,
				       BPF_ARSH, BPF_MOV };

	(void)state;
	srandom(1);
	for (int round = 0; round < 400000; round++) {
		uint8_t op = ops[random() % (sizeof(ops) / sizeof(ops[0]))];
		bool is64 = random() & 1;
		uint64_t a, b;
		struct nfp_scalar x = random_scalar(&a), y = random_scalar(&b);
		struct nfp_scalar z;

		if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH) {
			b &= is64 ? 63 : 31;
			y = nfp_scalar_const(b);
		}
		z = nfp_scalar_alu(op, is64, x, y);
		assert_true(contains(&z, machine_alu(op, is64, a, b)));
		/* A second step from the result. */
		a = machine_alu(op, is64, a, b);
		z = nfp_scalar_alu(BPF_ADD, is64, z, y);
		assert_true(contains(&z, machine_alu(BPF_ADD, is64, a, b)));
	}
}

static bool machine_branch(uint8_t op, bool is64, uint64_t a, uint64_t b)
{
	int64_t s = is64 ? (int64_t)a : (int32_t)a;
	int64_t t = is64 ? (int64_t)b : (int32_t)b;

	if (!is64) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (op) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JSET:
		return a & b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSGT:
		return s > t;
	case BPF_JSGE:
		return s >= t;
	case BPF_JSLT:
		return s < t;
	default:
		return s <= t;
	}
}

/* The way that is taken is possible, and what is learnt there is true. */
static void branch_is_sound(void **state)
{
	static const uint8_t ops[] = { BPF_JEQ,	 BPF_JNE,  BPF_JSET, BPF_JGT,
				       BPF_JGE,	 BPF_JLT,  BPF_JLE,  BPF_JSGT,
				       BPF_JSGE, BPF_JSLT, BPF_JSLE };

	(void)state;
	srandom(2);
	for (int round = 0; round < 400000; round++) {
		uint8_t op = ops[random() % (sizeof(ops) / sizeof(ops[0]))];
		bool is64 = random() & 1, taken;
		uint64_t a, imm = (uint64_t)(int64_t)(int32_t)random64();
		struct nfp_scalar s = random_scalar(&a);
		int decided;

		taken = machine_branch(op, is64, a, imm);
		decided = nfp_scalar_branch(op, is64, &s, imm);
		assert_true(decided == -1 || decided == taken);
		nfp_scalar_learn(op, is64, taken, &s, imm);
		assert_true(contains(&s, a));
	}
}

/* What Linux 6.1 does not know must not be known here. */
static void ignorance_is_kept(void **state)
{
	struct nfp_scalar word = nfp_scalar_loaded(4), all, s;

	(void)state;
	all = nfp_scalar_unknown();
	s = nfp_scalar_alu(BPF_XOR, false, word, word);
	assert_true(nfp_scalar_covers(&s, &all));
	s = nfp_scalar_alu(BPF_OR, false, word, word);
	assert_true(nfp_scalar_covers(&s, &all));
	s = nfp_scalar_alu(BPF_END, false, word, nfp_scalar_const(0));
	assert_true(nfp_scalar_covers(&s, &all));
	s = nfp_scalar_alu(BPF_MOV, false, all, s);
	assert_int_equal(s.max, UINT32_MAX);
	s = nfp_scalar_alu(BPF_XOR, false, word, nfp_scalar_const(5));
	assert_int_equal(s.max, UINT32_MAX);
}

static void check_caps(const char *json, int expected, const char *sentence)
{
	char path[] = "/tmp/nfp-caps-XXXXXX", why[200] = "";
	int fd = mkstemp(path);
	struct nfp_caps caps;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, json, strlen(json)), strlen(json));
	close(fd);
	assert_int_equal(nfp_caps_read(&caps, path, why, sizeof(why)),
			 expected);
	if (sentence)
		assert_non_null(strstr(why, sentence));
	else
		assert_int_equal(caps.max_insns, 99);
	unlink(path);
}

static void caps_are_checked(void **state)
{
	(void)state;
	check_caps("{\"max_insns\": 99}", 0, NULL);
	check_caps("{\"max_insns\": -1}", -EINVAL, "32 bits");
	check_caps("{\"max_insns\": 4294967296}", -EINVAL, "32 bits");
	check_caps("{\"max_insns\": true}", -EINVAL, "32 bits");
	check_caps("{\"random\": 1}", -EINVAL, "true or false");
	check_caps("{\"rendom\": true}", -EINVAL, "unknown capability");
	check_caps("[]", -EINVAL, "JSON object");
	check_caps("{\"max_insns\": 1", -EINVAL, ":1:");
}

static void caps_survive_a_file(void **state)
{
	char path[] = "/tmp/nfp-caps-XXXXXX", why[200];
	struct nfp_caps caps = nfp_caps_default, read;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	caps.max_maps = 7;
	caps.random = false;
	assert_int_equal(nfp_caps_write(&caps, path), 0);
	assert_int_equal(nfp_caps_read(&read, path, why, sizeof(why)), 0);
	assert_int_equal(read.max_maps, 7);
	assert_false(read.random);
	assert_true(read.adjust_tail);
	assert_int_equal(nfp_caps_packet_limit(&read), 2016);
	unlink(path);
}

static void opcodes_are_known(void **state)
{
	static const struct {
		struct bpf_insn insn;
		bool fine;
	} cases[] = {
		{ { .code = BPF_ALU64 | BPF_ADD | BPF_X }, true },
		{ { .code = BPF_ALU | BPF_MOD | BPF_K }, false },
		{ { .code = BPF_ALU | BPF_DIV | BPF_K, .off = 1 }, false },
		{ { .code = BPF_ALU64 | BPF_MOV | BPF_X, .off = 8 }, false },
		{ { .code = BPF_ALU | BPF_END | BPF_TO_BE }, true },
		{ { .code = BPF_ALU | BPF_END | BPF_TO_LE }, false },
		{ { .code = BPF_ALU64 | BPF_END }, false },
		{ { .code = BPF_JMP32 | BPF_JA }, false },
		{ { .code = BPF_JMP32 | BPF_JEQ | BPF_K }, true },
		{ { .code = BPF_JMP | BPF_EXIT }, true },
		{ { .code = BPF_LD | BPF_ABS | BPF_W }, false },
		{ { .code = BPF_LD | BPF_IMM | BPF_DW }, true },
		{ { .code = BPF_LDX | 0x80 | BPF_W }, false },
		{ { .code = BPF_STX | BPF_ATOMIC | BPF_DW }, true },
		{ { .code = BPF_STX | BPF_ATOMIC | BPF_B }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(!nfp_opcode_fault(&cases[i].insn),
				 cases[i].fine);
}

static void report_keeps_the_worst(void **state)
{
	static const struct nfp_where where = { "a.c", 3 };
	struct nfp_report report = { 0 };

	(void)state;
	assert_int_equal(nfp_report_verdict(&report), NFP_FINE);
	nfp_report_add(&report, NFP_RULE_JIT, NFP_HINT, where, "x %d", 1);
	nfp_report_add(&report, NFP_RULE_JIT, NFP_HINT, where, "x %d", 1);
	nfp_report_add(&report, NFP_RULE_KEY, NFP_REFUSED, where, "y");
	nfp_report_add(&report, NFP_RULE_KEY, NFP_UNDECIDED, where, "z");
	assert_int_equal(report.count, 3);
	assert_int_equal(nfp_report_verdict(&report), NFP_REFUSED);
	assert_int_equal(nfp_report_rule(&report, NFP_RULE_JIT), NFP_HINT);
	assert_int_equal(nfp_report_rule(&report, NFP_RULE_KEY), NFP_REFUSED);
	assert_int_equal(nfp_report_rule(&report, NFP_RULE_LOOP), NFP_FINE);
	nfp_report_free(&report);
}

/* Whatever the file, there is an answer or a sentence. */
static void bad_objects_are_told(void **state)
{
	static const struct nfp_check_plan plan = { .mtu = 1500 };
	static const char *const paths[] = { "/nonexistent", "/dev/null",
					     "/proc/self/exe" };
	struct nfp_check_result result;
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		why[0] = '\0';
		assert_true(nfp_check_object(&result, paths[i], "udplb",
					     &nfp_caps_default, &plan, why,
					     sizeof(why)) < 0);
		assert_true(why[0]);
		nfp_check_free(&result);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(alu_is_sound),
		cmocka_unit_test(branch_is_sound),
		cmocka_unit_test(ignorance_is_kept),
		cmocka_unit_test(caps_are_checked),
		cmocka_unit_test(caps_survive_a_file),
		cmocka_unit_test(opcodes_are_known),
		cmocka_unit_test(report_keeps_the_worst),
		cmocka_unit_test(bad_objects_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
