/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An .nffw file is an ELF file of the chip's own machine type, little endian.
 * libelf reads its sections and symbols; nothing that the file says of offsets
 * and lengths is believed.
 */
#include "firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* enum bpf_cap_tlv_type in nfp/bpf/fw.h */
enum {
	CAP_FUNC = 1,
	CAP_ADJUST_HEAD = 2,
	CAP_MAPS = 3,
	CAP_RANDOM = 4,
	CAP_QUEUE_SELECT = 5,
	CAP_ADJUST_TAIL = 6,
	CAP_ABI_VERSION = 7,
	CAP_CMSG_MULTI_ENT = 8,
};

#define CAPS_SYMBOL "_abi_bpf_capabilities"
#define MIP_SYMBOL  ".mip"

/* struct nfp_mip in nfpcore/nfp_mip.c */
#define MIP_SIGNATURE	0x0050494dU
#define MIP_NAME_OFFSET 48
#define MIP_NAME_SIZE	16

/* Without the TLV, the driver takes this one (nfp_bpf_init()). */
#define ABI_DEFAULT 2

struct span {
	const uint8_t *at;
	size_t size;
};

struct reader {
	Elf *elf;
	char *why;
	size_t why_size;
};

static int __attribute__((format(printf, 3, 4)))
fail(struct reader *r, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->why, r->why_size, format, args);
	va_end(args);
	return err;
}

static uint32_t word(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* Sections have addresses, although the file is of the kind without. */
static int symbol_bytes(struct reader *r, const GElf_Sym *symbol,
			const char *name, struct span *out)
{
	Elf_Scn *section = elf_getscn(r->elf, symbol->st_shndx);
	Elf_Data *data;
	GElf_Shdr header;
	uint64_t offset;

	if (!section || !gelf_getshdr(section, &header) ||
	    header.sh_type != SHT_PROGBITS)
		return fail(r, -EINVAL, "damaged: %s lies in no section", name);
	data = elf_rawdata(section, NULL);
	offset = symbol->st_value - header.sh_addr;
	if (!data || !data->d_buf || symbol->st_value < header.sh_addr ||
	    offset > data->d_size || symbol->st_size > data->d_size - offset)
		return fail(r, -EINVAL,
			    "damaged: %s lies outside of its section", name);
	*out = (struct span){ (const uint8_t *)data->d_buf + offset,
			      symbol->st_size };
	return 0;
}

/* -ENODATA where this table of symbols does not have it. */
static int find_in(struct reader *r, Elf_Scn *section, const GElf_Shdr *header,
		   const char *name, struct span *out)
{
	Elf_Data *data = elf_getdata(section, NULL);
	const char *found;
	GElf_Sym symbol;

	if (!data || header->sh_entsize != sizeof(Elf64_Sym))
		return fail(r, -EINVAL, "damaged: its symbols cannot be read");
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		found = elf_strptr(r->elf, header->sh_link, symbol.st_name);
		if (found && !strcmp(found, name))
			return symbol_bytes(r, &symbol, name, out);
	}
	return -ENODATA;
}

static int find_symbol(struct reader *r, const char *name, struct span *out)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	int err = -ENODATA;

	while (err == -ENODATA && (section = elf_nextscn(r->elf, section))) {
		if (!gelf_getshdr(section, &header))
			return fail(r, -EINVAL,
				    "damaged: its sections cannot be read");
		if (header.sh_type == SHT_SYMTAB)
			err = find_in(r, section, &header, name, out);
	}
	return err;
}

static void take_helper(struct nfp_caps *caps, uint32_t id)
{
	switch (id) {
	case BPF_FUNC_map_lookup_elem:
		caps->map_lookup = true;
		break;
	case BPF_FUNC_map_update_elem:
		caps->map_update = true;
		break;
	case BPF_FUNC_map_delete_elem:
		caps->map_delete = true;
		break;
	case BPF_FUNC_perf_event_output:
		caps->event_output = true;
		break;
	}
}

static void take_adjust_head(struct nfp_firmware *out, const uint8_t *value)
{
	out->caps.adjust_head = true;
	out->adjust_head_min = word(value + 4);
	out->adjust_head_max = word(value + 8);
	out->caps.adjust_head_sub = word(value + 12);
	out->caps.adjust_head_add = word(value + 16);
}

static void take_maps(struct nfp_caps *caps, const uint8_t *value)
{
	caps->map_types = word(value);
	caps->max_maps = word(value + 4);
	caps->max_entries = word(value + 8);
	caps->max_key_bytes = word(value + 12);
	caps->max_value_bytes = word(value + 16);
	caps->max_element_bytes = word(value + 20);
}

/* What the driver does not know it skips. */
static int take(struct nfp_firmware *out, uint32_t type, struct span value)
{
	static const size_t least[] = {
		[CAP_FUNC] = 8,		  [CAP_ADJUST_HEAD] = 20,
		[CAP_MAPS] = 24,	  [CAP_ABI_VERSION] = 4,
		[CAP_CMSG_MULTI_ENT] = 0,
	};

	if (type > CAP_CMSG_MULTI_ENT)
		return 0;
	if (value.size < least[type])
		return -EINVAL;
	switch (type) {
	case CAP_FUNC:
		take_helper(&out->caps, word(value.at));
		break;
	case CAP_ADJUST_HEAD:
		take_adjust_head(out, value.at);
		break;
	case CAP_MAPS:
		take_maps(&out->caps, value.at);
		break;
	case CAP_RANDOM:
		out->caps.random = true;
		break;
	case CAP_QUEUE_SELECT:
		out->caps.queue_select = true;
		break;
	case CAP_ADJUST_TAIL:
		out->caps.adjust_tail = true;
		break;
	case CAP_ABI_VERSION:
		out->abi = word(value.at);
		break;
	case CAP_CMSG_MULTI_ENT:
		out->several_entries = true;
		break;
	}
	return 0;
}

static int take_all(struct reader *r, struct nfp_firmware *out,
		    struct span table)
{
	uint32_t type, length;

	while (table.size >= 8) {
		type = word(table.at);
		length = word(table.at + 4);
		table.at += 8;
		table.size -= 8;
		if (length > table.size ||
		    take(out, type, (struct span){ table.at, length }))
			return fail(r, -EINVAL,
				    "damaged: its table of BPF capabilities "
				    "breaks off in entry type %u",
				    type);
		table.at += length;
		table.size -= length;
	}
	return 0;
}

/* Nothing is offered but what the table says; its rest is in no file. */
static void begin(struct nfp_firmware *out)
{
	*out = (struct nfp_firmware){
		.caps = {
			.max_insns = nfp_caps_default.max_insns,
			.stack_bytes = nfp_caps_default.stack_bytes,
			.inline_mtu = nfp_caps_default.inline_mtu,
		},
		.abi = ABI_DEFAULT,
	};
}

static void take_name(struct reader *r, struct nfp_firmware *out)
{
	struct span mip = { .size = 0 };

	if (!find_symbol(r, MIP_SYMBOL, &mip) &&
	    mip.size >= MIP_NAME_OFFSET + MIP_NAME_SIZE &&
	    word(mip.at) == MIP_SIGNATURE)
		memcpy(out->name, mip.at + MIP_NAME_OFFSET, MIP_NAME_SIZE);
}

static int read_elf(struct reader *r, struct nfp_firmware *out)
{
	const char *identity = elf_getident(r->elf, NULL);
	struct span table = { .size = 0 };
	int err;

	if (elf_kind(r->elf) != ELF_K_ELF || !identity ||
	    identity[EI_CLASS] != ELFCLASS64 ||
	    identity[EI_DATA] != ELFDATA2LSB)
		return fail(r, -EINVAL, "no firmware of an Agilio card");
	err = find_symbol(r, CAPS_SYMBOL, &table);
	if (err == -ENODATA)
		return fail(r, err,
			    "a firmware without BPF: it has no "
			    "symbol " CAPS_SYMBOL);
	if (err)
		return err;
	begin(out);
	err = take_all(r, out, table);
	if (!err)
		take_name(r, out);
	return err;
}

int nfp_firmware_read(struct nfp_firmware *out, const char *path, char *why,
		      size_t why_size)
{
	struct reader r = { .why = why, .why_size = why_size };
	int fd, err;

	elf_version(EV_CURRENT);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		return fail(&r, err, "cannot be read: %s", strerror(-err));
	}
	r.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (r.elf)
		err = read_elf(&r, out);
	else
		err = fail(&r, -EINVAL, "no firmware of an Agilio card");
	elf_end(r.elf);
	close(fd);
	return err;
}
