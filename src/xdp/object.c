/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/object.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

#include "bpf/lb_abi.h"

#define OBJECT_EXTERN(name, features)                                          \
	extern const unsigned char object_##name[];                            \
	extern const uint64_t object_##name##_size;
LB_VARIANTS(OBJECT_EXTERN)

static const struct variant {
	const char *name;
	uint32_t features;
	const unsigned char *bytes;
	const uint64_t *size;
} variants[] = {
#define OBJECT_VARIANT(name, features)                                         \
	{ #name, LB_VARIANT_##name, object_##name, &object_##name##_size },
	LB_VARIANTS(OBJECT_VARIANT)
};

const void *object_bytes(size_t *size)
{
	*size = object_all_size;
	return object_all;
}

static bool within(size_t size, uint64_t offset, uint64_t length)
{
	return offset <= size && length <= size - offset;
}

/* "dst = LB_FEATURE_MAGIC + n" becomes "dst = 1" or "dst = 0". */
static void set_feature(struct bpf_insn *insn, uint32_t features)
{
	const uint32_t n = (uint32_t)insn->imm - LB_FEATURE_MAGIC;

	if (insn->code != (BPF_ALU | BPF_MOV | BPF_K) &&
	    insn->code != (BPF_ALU64 | BPF_MOV | BPF_K))
		return;
	if (n < LB_FEATURES_END)
		insn->imm = features >> n & 1;
}

static bool moves_packet(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       (insn->imm == BPF_FUNC_xdp_adjust_head ||
		insn->imm == BPF_FUNC_xdp_adjust_tail);
}

/*
 * Only tunnels and ICMP errors need these calls.  Without, nothing gets there,
 * but kernels since 6.13, 6.12.25 and 6.6.90 look for them before they remove
 * dead code, and keep a program that has one out of most dispatchers
 * (visit_insn() and bpf_check_attach_target() in kernel/bpf/verifier.c).  So
 * the call becomes what it returns when it fails: "r0 = -1".
 */
static void hold_packet(struct bpf_insn *insn, uint32_t features)
{
	if (features & (LB_BIT_(TUNNEL) | LB_BIT_(TELL)) || !moves_packet(insn))
		return;
	*insn = (struct bpf_insn){
		.code = BPF_ALU64 | BPF_MOV | BPF_K,
		.dst_reg = BPF_REG_0,
		.imm = -1,
	};
}

/* Sections may stand at any byte: nothing is read where it lies. */
static void set_features(uint8_t *code, uint64_t length, uint32_t features)
{
	struct bpf_insn insn;

	for (uint64_t i = 0; i < length / sizeof(insn); i++) {
		memcpy(&insn, code + i * sizeof(insn), sizeof(insn));
		set_feature(&insn, features);
		hold_packet(&insn, features);
		memcpy(code + i * sizeof(insn), &insn, sizeof(insn));
		/* The second half of such a one is no instruction. */
		if (insn.code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
}

static int check_header(const Elf64_Ehdr *header, size_t size)
{
	static const uint16_t one = 1;
	const int data = *(const uint8_t *)&one ? ELFDATA2LSB : ELFDATA2MSB;

	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != data || header->e_machine != EM_BPF ||
	    header->e_shentsize != sizeof(Elf64_Shdr) || !header->e_shnum)
		return -EINVAL;
	if (!within(size, header->e_shoff,
		    (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return -EINVAL;
	return 0;
}

static bool is_code(const Elf64_Shdr *section)
{
	return section->sh_type == SHT_PROGBITS &&
	       section->sh_flags & SHF_EXECINSTR;
}

/* After end, which it moves, and clear of the table of sections. */
static bool stands_alone(const Elf64_Ehdr *header, const Elf64_Shdr *section,
			 size_t size, uint64_t *end)
{
	const uint64_t table_end =
		header->e_shoff + (uint64_t)header->e_shnum * sizeof(*section);

	if (!within(size, section->sh_offset, section->sh_size) ||
	    section->sh_offset < *end)
		return false;
	*end = section->sh_offset + section->sh_size;
	return *end <= header->e_shoff || section->sh_offset >= table_end;
}

static int set_in_sections(uint8_t *bytes, size_t size, uint32_t features)
{
	uint64_t end = sizeof(Elf64_Ehdr);
	Elf64_Ehdr header;
	Elf64_Shdr section;
	int err;

	if (size < sizeof(header))
		return -EINVAL;
	memcpy(&header, bytes, sizeof(header));
	err = check_header(&header, size);
	for (uint16_t i = 0; !err && i < header.e_shnum; i++) {
		memcpy(&section, bytes + header.e_shoff + i * sizeof(section),
		       sizeof(section));
		if (!is_code(&section))
			continue;
		if (!stands_alone(&header, &section, size, &end))
			return -EINVAL;
		set_features(bytes + section.sh_offset, section.sh_size,
			     features);
	}
	return err;
}

int object_features(const void *bytes, size_t size, uint32_t features,
		    void **out)
{
	void *copy = malloc(size ? size : 1);
	int err;

	*out = NULL;
	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, size);
	err = set_in_sections(copy, size, features);
	if (err)
		free(copy);
	else
		*out = copy;
	return err;
}

static const struct variant *variant_for(uint32_t features)
{
	const struct variant *v = variants;

	while (features & ~v->features)
		v++;
	return v;
}

bool object_is_whole(uint32_t features)
{
	return variant_for(features & LB_FEATURES_CARD)->bytes == object_all;
}

int object_for(bool card, uint32_t features, void **out, size_t *size,
	       const char **variant)
{
	const struct variant *v;

	if (card)
		features &= LB_FEATURES_CARD;
	else
		features |= LB_FEATURES_HOST;
	v = variant_for(card ? features : LB_FEATURES_ALL);
	*size = *v->size;
	*variant = v->name;
	return object_features(v->bytes, *size, features, out);
}
