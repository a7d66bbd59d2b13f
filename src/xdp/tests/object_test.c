/* SPDX-License-Identifier: GPL-2.0-only */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "xdp/object.h"
#include "bpf/lb_abi.h"

static const void *built;
static size_t built_size;

static int setup(void **state)
{
	(void)state;
	built = object_bytes(&built_size);
	return 0;
}

static struct bpf_object *open_bytes(const void *bytes)
{
	struct bpf_object *object =
		bpf_object__open_mem(bytes, built_size, NULL);

	assert_non_null(object);
	return object;
}

static const struct bpf_insn *insns_of(struct bpf_object *object,
				       const char *name, size_t *n)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(object, name);

	assert_non_null(program);
	*n = bpf_program__insn_cnt(program);
	return bpf_program__insns(program);
}

static bool is_move(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU | BPF_MOV | BPF_K) ||
	       insn->code == (BPF_ALU64 | BPF_MOV | BPF_K);
}

static bool moves_packet(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       (insn->imm == BPF_FUNC_xdp_adjust_head ||
		insn->imm == BPF_FUNC_xdp_adjust_tail);
}

static const struct bpf_insn failed = {
	.code = BPF_ALU64 | BPF_MOV | BPF_K,
	.imm = -1,
};

/*
 * Every instruction that asks for a feature is answered, what moves the
 * packet's ends goes with tunnels and ICMP errors, and no other is changed.
 */
static void assert_features(const char *program, uint32_t features)
{
	size_t asked[LB_FEATURES_END] = { 0 }, moves = 0, n, n_built;
	struct bpf_object *before = open_bytes(built), *after;
	const struct bpf_insn *old, *new;
	void *bytes;

	assert_int_equal(object_features(built, built_size, features, &bytes),
			 0);
	after = open_bytes(bytes);
	old = insns_of(before, program, &n_built);
	new = insns_of(after, program, &n);
	assert_int_equal(n, n_built);
	for (size_t i = 0; i < n; i++) {
		uint32_t feature = (uint32_t)old[i].imm - LB_FEATURE_MAGIC;
		struct bpf_insn wanted = old[i];

		if (is_move(&old[i]) && feature < LB_FEATURES_END) {
			asked[feature]++;
			wanted.imm = features >> feature & 1;
		} else if (moves_packet(&old[i])) {
			moves++;
			if (!(features & (LB_BIT_(TUNNEL) | LB_BIT_(TELL))))
				wanted = failed;
		}
		assert_memory_equal(&new[i], &wanted, sizeof(wanted));
	}
	for (size_t i = 0; i < LB_FEATURES_END; i++)
		assert_int_not_equal(asked[i], 0);
	assert_int_not_equal(moves, 0);
	bpf_object__close(before);
	bpf_object__close(after);
	free(bytes);
}

static void test_features(void **state)
{
	static const char *const programs[] = { LB_PROGRAM, LB_PROGRAM_TIMED };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_features(programs[i], 0);
		assert_features(programs[i], LB_FEATURES_ALL);
		for (size_t n = 0; n < LB_FEATURES_END; n++)
			assert_features(programs[i], 1U << n);
	}
}

/* A section in which only what is meant is a move of the magic number. */
static void test_other_instructions(void **state)
{
	struct file {
		Elf64_Ehdr header;
		Elf64_Shdr sections[3];
		struct bpf_insn code[6], data[1];
	} file = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64 },
			.e_machine = EM_BPF,
			.e_shoff = offsetof(struct file, sections),
			.e_shentsize = sizeof(Elf64_Shdr),
			.e_shnum = 3,
		},
		.sections = {
			[1] = { .sh_type = SHT_PROGBITS,
				.sh_flags = SHF_ALLOC | SHF_EXECINSTR,
				.sh_offset = offsetof(struct file, code),
				.sh_size = sizeof(file.code) },
			[2] = { .sh_type = SHT_PROGBITS,
				.sh_flags = SHF_ALLOC,
				.sh_offset = offsetof(struct file, data),
				.sh_size = sizeof(file.data) },
		},
		.code = {
			{ .code = BPF_ALU | BPF_MOV | BPF_K,
			  .imm = LB_FEATURE_MAGIC + 1 },
			{ .code = BPF_ALU | BPF_ADD | BPF_K,
			  .imm = LB_FEATURE_MAGIC + 1 },
			{ .code = BPF_LD | BPF_IMM | BPF_DW,
			  .imm = LB_FEATURE_MAGIC + 1 },
			{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
			  .imm = LB_FEATURE_MAGIC + 1 },
			{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
			  .imm = LB_FEATURE_MAGIC + LB_FEATURES_END },
			{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
			  .imm = LB_FEATURE_MAGIC - 1 },
		},
		.data = { { .code = BPF_ALU | BPF_MOV | BPF_K,
			    .imm = LB_FEATURE_MAGIC + 1 } },
	}, wanted;
	void *bytes;

	(void)state;
	file.header.e_ident[EI_DATA] = ((const uint8_t *)built)[EI_DATA];
	wanted = file;
	wanted.code[0].imm = 1;
	assert_int_equal(object_features(&file, sizeof(file), 2, &bytes), 0);
	assert_memory_equal(bytes, &wanted, sizeof(wanted));
	free(bytes);
}

static void assert_refused(const void *bytes, size_t size)
{
	void *out = &out;

	assert_int_equal(object_features(bytes, size, 0, &out), -EINVAL);
	assert_null(out);
}

static void test_no_object(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
		{ EI_MAG1, 'e' },
		{ EI_CLASS, ELFCLASS32 },
		{ EI_DATA, ELFDATANONE },
		{ offsetof(Elf64_Ehdr, e_machine), EM_X86_64 },
		{ offsetof(Elf64_Ehdr, e_shentsize), 63 },
		{ offsetof(Elf64_Ehdr, e_shoff) + 7, 0xff },
		{ offsetof(Elf64_Ehdr, e_shnum) + 1, 0xff },
	};
	uint8_t *bytes = malloc(built_size);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memcpy(bytes, built, built_size);
		bytes[cases[i].at] = cases[i].value;
		assert_refused(bytes, built_size);
	}
	free(bytes);
}

/* Cut anywhere, or with a byte of its headers wrong: no more than refused. */
static void test_damaged(void **state)
{
	const Elf64_Ehdr *header = built;
	uint8_t *bytes;
	void *out;

	(void)state;
	for (size_t size = 0; size < built_size; size += 1 + size / 64) {
		bytes = malloc(size + 1);
		assert_non_null(bytes);
		memcpy(bytes, built, size);
		if (size < header->e_shoff)
			assert_refused(bytes, size);
		else if (!object_features(bytes, size, 0, &out))
			free(out);
		free(bytes);
	}
	bytes = malloc(built_size);
	assert_non_null(bytes);
	memcpy(bytes, built, built_size);
	for (size_t at = header->e_shoff; at < built_size; at++) {
		bytes[at] ^= 0xff;
		if (!object_features(bytes, built_size, 0, &out))
			free(out);
		bytes[at] ^= 0xff;
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_other_instructions),
		cmocka_unit_test(test_no_object),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests_name("object", tests, setup, NULL);
}
