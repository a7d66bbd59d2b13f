/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The real file is not free, so these are made up: an ELF file with two tables
 * of the firmware, sound first, then damaged in every place.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "offload/check/firmware.h"

#define ADDRESS	  0x81b100 /* of the section, as in the real file */
#define NAME	  "bpf-2.0.6.124"
#define WORDS_MAX 40

/* As firmware 2.0.6.124 has it. */
static const uint32_t real_table[] = {
	2, 20, 1, 44,	  248, 84, 112, 3,	24, 6, 128, 3072000, 56, 56, 64,
	1, 8,  1, 0x1001, 1,   8,  25,	0x1002, 4,  0, 5,   0,	     6,	 0,
};

static const char strings[] = "\0_abi_bpf_capabilities\0.mip";

struct file {
	Elf64_Ehdr header;
	Elf64_Shdr sections[4]; /* none, strings, symbols, data */
	char strings[32];
	Elf64_Sym symbols[3];
	uint32_t mip[27];
	uint32_t table[WORDS_MAX];
};

static void set_section(struct file *f, size_t i, uint32_t type, size_t offset,
			size_t size, size_t entry)
{
	f->sections[i] = (Elf64_Shdr){
		.sh_type = type,
		.sh_offset = offset,
		.sh_size = size,
		.sh_entsize = entry,
		.sh_addralign = 1,
	};
}

static void set_header(struct file *f)
{
	memcpy(f->header.e_ident, ELFMAG, SELFMAG);
	f->header.e_ident[EI_CLASS] = ELFCLASS64;
	f->header.e_ident[EI_DATA] = ELFDATA2LSB;
	f->header.e_ident[EI_VERSION] = EV_CURRENT;
	f->header.e_type = ET_REL;
	f->header.e_machine = 0x6000;
	f->header.e_version = EV_CURRENT;
	f->header.e_ehsize = sizeof(f->header);
	f->header.e_shoff = offsetof(struct file, sections);
	f->header.e_shentsize = sizeof(Elf64_Shdr);
	f->header.e_shnum = 4;
	f->header.e_shstrndx = 1;
}

/* With this table; on the little-endian machines that build this. */
static void make(struct file *f, const uint32_t *table, size_t words)
{
	memset(f, 0, sizeof(*f));
	set_header(f);
	set_section(f, 1, SHT_STRTAB, offsetof(struct file, strings),
		    sizeof(f->strings), 0);
	set_section(f, 2, SHT_SYMTAB, offsetof(struct file, symbols),
		    sizeof(f->symbols), sizeof(Elf64_Sym));
	f->sections[2].sh_link = 1;
	set_section(f, 3, SHT_PROGBITS, offsetof(struct file, mip),
		    sizeof(f->mip) + sizeof(f->table), 0);
	f->sections[3].sh_addr = ADDRESS;
	memcpy(f->strings, strings, sizeof(strings));
	f->symbols[1] = (Elf64_Sym){ .st_name = 1,
				     .st_shndx = 3,
				     .st_value = ADDRESS + sizeof(f->mip),
				     .st_size = words * sizeof(*table) };
	f->symbols[2] = (Elf64_Sym){ .st_name = 23,
				     .st_shndx = 3,
				     .st_value = ADDRESS,
				     .st_size = sizeof(f->mip) };
	f->mip[0] = 0x0050494d;
	memcpy((char *)f->mip + 48, NAME, sizeof(NAME));
	memcpy(f->table, table, words * sizeof(*table));
}

static int read_bytes(const void *bytes, size_t size, struct nfp_firmware *out,
		      char *why, size_t why_size)
{
	char path[] = "/tmp/firmware_test.XXXXXX";
	int err, fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	err = nfp_firmware_read(out, path, why, why_size);
	unlink(path);
	return err;
}

static void reads(const struct file *f, struct nfp_firmware *out)
{
	char why[200] = "";

	if (read_bytes(f, sizeof(*f), out, why, sizeof(why)))
		fail_msg("%s", why);
}

static void refuses(const struct file *f, int err, const char *reason)
{
	struct nfp_firmware out;
	char why[200] = "";

	assert_int_equal(read_bytes(f, sizeof(*f), &out, why, sizeof(why)),
			 err);
	if (!strstr(why, reason))
		fail_msg("\"%s\", not \"%s\"", why, reason);
}

#define REAL real_table, sizeof(real_table) / sizeof(real_table[0])

static void test_real_table(void **state)
{
	struct nfp_firmware out;
	struct file f;

	(void)state;
	make(&f, REAL);
	reads(&f, &out);
	assert_string_equal(out.name, NAME);
	assert_int_equal(out.abi, 2);
	assert_false(out.several_entries);
	assert_int_equal(out.adjust_head_min, 44);
	assert_int_equal(out.adjust_head_max, 248);
	/* It is the default, so both are alike. */
	assert_memory_equal(&out.caps, &nfp_caps_default, sizeof(out.caps));
}

/* Everything that the driver knows of, and something that it does not. */
static void test_rich_table(void **state)
{
	static const uint32_t table[] = { 1, 8, 2, 1, 1, 8,  3, 1,
					  7, 4, 3, 8, 0, 99, 4, 1 };
	struct nfp_firmware out;
	struct file f;

	(void)state;
	make(&f, table, sizeof(table) / sizeof(table[0]));
	reads(&f, &out);
	assert_true(out.caps.map_update && out.caps.map_delete);
	assert_false(out.caps.map_lookup || out.caps.adjust_head ||
		     out.caps.random || out.caps.event_output);
	assert_int_equal(out.abi, 3);
	assert_true(out.several_entries);
	assert_int_equal(out.caps.max_insns, nfp_caps_default.max_insns);
}

static void test_no_bpf(void **state)
{
	struct file f;

	(void)state;
	make(&f, REAL);
	f.symbols[1].st_name = 2;
	refuses(&f, -ENODATA, "a firmware without BPF");
	f.sections[2].sh_type = SHT_PROGBITS;
	refuses(&f, -ENODATA, "a firmware without BPF");
}

static void test_damaged(void **state)
{
	static const uint32_t short_maps[] = { 3, 20, 6, 128, 1, 56, 56 };
	static const uint32_t too_long[] = { 4, 0, 1, 4000000000U, 1 };
	struct nfp_firmware out;
	struct file f;

	(void)state;
	make(&f, short_maps, 7);
	refuses(&f, -EINVAL, "breaks off in entry type 3");
	make(&f, too_long, 5);
	refuses(&f, -EINVAL, "breaks off in entry type 1");
	make(&f, REAL);
	f.symbols[1].st_value = ADDRESS - 1;
	refuses(&f, -EINVAL, "outside of its section");
	f.symbols[1].st_value = UINT64_MAX - 8;
	refuses(&f, -EINVAL, "outside of its section");
	make(&f, REAL);
	f.symbols[1].st_size = UINT64_MAX;
	refuses(&f, -EINVAL, "outside of its section");
	make(&f, REAL);
	f.symbols[1].st_shndx = 77;
	refuses(&f, -EINVAL, "lies in no section");
	make(&f, REAL);
	f.header.e_ident[EI_CLASS] = ELFCLASS32;
	refuses(&f, -EINVAL, "no firmware");
	/* Its name is not worth a refusal. */
	make(&f, REAL);
	f.mip[0]++;
	reads(&f, &out);
	assert_string_equal(out.name, "");
}

static void test_not_there(void **state)
{
	struct nfp_firmware out;
	char why[200];

	(void)state;
	assert_int_equal(nfp_firmware_read(&out, "/nonexistent/x.nffw", why,
					   sizeof(why)),
			 -ENOENT);
	assert_int_equal(nfp_firmware_read(&out, "/", why, sizeof(why)),
			 -EINVAL);
	assert_int_equal(read_bytes("", 0, &out, why, sizeof(why)), -EINVAL);
}

/* Cut off anywhere, or any byte of it changed: some answer, and no more. */
static void test_any_damage(void **state)
{
	struct nfp_firmware out;
	struct file f;
	char why[200];
	size_t refused = 0;

	(void)state;
	make(&f, REAL);
	for (size_t size = 0; size < sizeof(f); size += 3)
		refused += read_bytes(&f, size, &out, why, sizeof(why)) < 0;
	assert_true(refused > 0);
	for (size_t i = 0; i < sizeof(f); i++) {
		uint8_t *byte = (uint8_t *)&f + i, was = *byte;

		*byte = (uint8_t)(was ^ 0xff);
		read_bytes(&f, sizeof(f), &out, why, sizeof(why));
		*byte = (uint8_t)(was + 1);
		read_bytes(&f, sizeof(f), &out, why, sizeof(why));
		*byte = was;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_table),
		cmocka_unit_test(test_rich_table),
		cmocka_unit_test(test_no_bpf),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_not_there),
		cmocka_unit_test(test_any_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
