/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libbpf resolves relocations only while it loads; so the functions are put
 * together here, from ELF.  A call that carries a relocation goes to symbol +
 * (imm + 1) instructions, one that carries none to itself + imm + 1 (llvm's BPF
 * relocations, BPF_PSEUDO_CALL).
 */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *nfp_link_section_name(const struct nfp_object_files *f,
				  Elf_Scn *scn)
{
	GElf_Shdr header;
	const char *name = NULL;

	if (scn && gelf_getshdr(scn, &header))
		name = elf_strptr(f->elf, f->section_names, header.sh_name);
	return name ? name : "";
}

static const char *symbol_name(const struct nfp_object_files *f,
			       const GElf_Sym *sym)
{
	const char *name = elf_strptr(f->elf, f->names, sym->st_name);

	return name ? name : "";
}

static bool find_map(const struct nfp_object *o, const char *name, size_t *at)
{
	for (size_t i = 0; i < o->map_count; i++)
		if (!strcmp(o->maps[i].name, name)) {
			*at = i;
			return true;
		}
	return false;
}

/* The function symbol that covers byte `offset` of a section. */
static bool find_function(const struct nfp_object_files *f, size_t section,
			  uint64_t offset, GElf_Sym *sym)
{
	for (size_t i = 0; i < f->symbol_count; i++) {
		if (!gelf_getsym(f->symbols, (int)i, sym))
			continue;
		if (GELF_ST_TYPE(sym->st_info) == STT_FUNC &&
		    sym->st_shndx == section && offset >= sym->st_value &&
		    offset < sym->st_value + sym->st_size)
			return true;
	}
	return false;
}

/* A place in the file. */
struct origin {
	size_t section;
	uint64_t offset;
};

struct linker {
	struct nfp_object *o;
	struct nfp_lines *lines;
};

/* The index of the function that starts there; appended if it is new. */
static int function_index(struct linker *l, size_t section, uint64_t offset,
			  size_t *index)
{
	struct nfp_object *o = l->o;
	struct nfp_function *functions;
	GElf_Sym sym;

	if (!find_function(o->files, section, offset, &sym) ||
	    sym.st_value != offset)
		return -ENOEXEC;
	for (*index = 0; *index < o->function_count; (*index)++)
		if (o->functions[*index].section == section &&
		    o->functions[*index].offset == offset)
			return 0;
	functions = reallocarray(o->functions, o->function_count + 1,
				 sizeof(*functions));
	if (!functions)
		return -ENOMEM;
	o->functions = functions;
	functions[o->function_count++] = (struct nfp_function){
		.name = symbol_name(o->files, &sym),
		.end = sym.st_size / sizeof(struct bpf_insn),
		.section = section,
		.offset = offset,
		.global = GELF_ST_BIND(sym.st_info) != STB_LOCAL &&
			  GELF_ST_VISIBILITY(sym.st_other) != STV_HIDDEN,
	};
	return 0;
}

/* The symbol that a relocation puts into the instruction at `offset`. */
static bool find_relocation(const struct nfp_object_files *f, size_t section,
			    uint64_t offset, GElf_Sym *sym)
{
	GElf_Shdr header;
	Elf_Scn *scn = NULL;
	Elf_Data *data;
	GElf_Rel rel;

	while ((scn = elf_nextscn(f->elf, scn))) {
		if (!gelf_getshdr(scn, &header) || header.sh_type != SHT_REL ||
		    header.sh_info != section || !header.sh_entsize)
			continue;
		data = elf_getdata(scn, NULL);
		for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++)
			if (data && gelf_getrel(data, (int)i, &rel) &&
			    rel.r_offset == offset)
				return gelf_getsym(f->symbols,
						   GELF_R_SYM(rel.r_info),
						   sym) != NULL;
	}
	return false;
}

static void resolve_data(struct nfp_object *o, struct nfp_insn *insn,
			 const GElf_Sym *sym)
{
	const struct nfp_object_files *f = o->files;
	Elf_Scn *scn = elf_getscn(f->elf, sym->st_shndx);
	GElf_Shdr header = { 0 };

	if (scn)
		gelf_getshdr(scn, &header);
	if (sym->st_shndx == SHN_UNDEF)
		insn->symbol = NFP_SYMBOL_EXTERN;
	else if (!strcmp(nfp_link_section_name(f, scn), ".maps") &&
		 find_map(o, symbol_name(f, sym), &insn->map))
		insn->symbol = NFP_SYMBOL_MAP;
	else if (header.sh_flags & SHF_EXECINSTR)
		insn->symbol = NFP_SYMBOL_FUNCTION;
	else
		insn->symbol = NFP_SYMBOL_GLOBAL;
}

/* A call's target; its final distance is known when all functions are. */
static int resolve_call(struct linker *l, struct nfp_insn *insn,
			const GElf_Sym *sym, const struct origin *at)
{
	size_t size = sizeof(struct bpf_insn), callee, section = at->section;
	uint64_t target = at->offset;
	int err;

	if (sym && sym->st_shndx == SHN_UNDEF) {
		insn->symbol = NFP_SYMBOL_EXTERN;
		return 0;
	}
	if (sym) {
		section = sym->st_shndx;
		target = sym->st_value;
	}
	target += (uint64_t)((int64_t)insn->bpf.imm + 1) * size;
	err = function_index(l, section, target, &callee);
	if (!err)
		insn->bpf.imm = (int)callee;
	return err;
}

static int copy_insn(struct linker *l, size_t function, const struct origin *at,
		     const struct bpf_insn *bpf, bool second_half)
{
	struct nfp_object *o = l->o;
	struct nfp_insn *insn = &o->insns[o->insn_count++];
	GElf_Sym sym;
	bool has_symbol;

	*insn = (struct nfp_insn){
		.bpf = *bpf,
		.function = function,
		.where = nfp_lines_find(
			l->lines,
			nfp_link_section_name(
				o->files,
				elf_getscn(o->files->elf, at->section)),
			at->offset),
	};
	if (second_half)
		return 0;
	has_symbol = find_relocation(o->files, at->section, at->offset, &sym);
	if (bpf->code == (BPF_JMP | BPF_CALL)) {
		if (bpf->src_reg == BPF_PSEUDO_CALL)
			return resolve_call(l, insn, has_symbol ? &sym : NULL,
					    at);
		if (has_symbol)
			insn->symbol = NFP_SYMBOL_EXTERN;
	} else if (has_symbol) {
		resolve_data(o, insn, &sym);
	}
	return 0;
}

static int copy_function(struct linker *l, size_t index)
{
	struct nfp_object *o = l->o;
	size_t count = o->functions[index].end;
	struct origin at = { o->functions[index].section,
			     o->functions[index].offset };
	struct nfp_insn *grown;
	const struct bpf_insn *bpf;
	bool second_half = false;
	Elf_Data *data;
	int err = 0;

	data = elf_getdata(elf_getscn(o->files->elf, at.section), NULL);
	if (!data || !count || at.offset + count * sizeof(*bpf) > data->d_size)
		return -ENOEXEC;
	grown = reallocarray(o->insns, o->insn_count + count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	o->insns = grown;
	o->functions[index].start = o->insn_count;
	o->functions[index].end = o->insn_count + count;
	bpf = (const struct bpf_insn *)((const char *)data->d_buf + at.offset);
	for (size_t i = 0; i < count && !err; i++, at.offset += sizeof(*bpf)) {
		err = copy_insn(l, index, &at, &bpf[i], second_half);
		second_half = !second_half &&
			      bpf[i].code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	return err;
}

static void fix_calls(struct nfp_object *o)
{
	struct bpf_insn *bpf;

	for (size_t i = 0; i < o->insn_count; i++) {
		bpf = &o->insns[i].bpf;
		if (bpf->code == (BPF_JMP | BPF_CALL) &&
		    bpf->src_reg == BPF_PSEUDO_CALL &&
		    o->insns[i].symbol == NFP_SYMBOL_NONE)
			bpf->imm =
				(int)o->functions[bpf->imm].start - (int)i - 1;
	}
}

int nfp_link(struct nfp_object *o, const char *program, struct nfp_lines *lines)
{
	const struct nfp_object_files *f = o->files;
	struct linker l = { .o = o, .lines = lines };
	GElf_Sym sym;
	size_t index;
	int err = -ENOENT;

	for (size_t i = 0; i < f->symbol_count && err == -ENOENT; i++)
		if (gelf_getsym(f->symbols, (int)i, &sym) &&
		    GELF_ST_TYPE(sym.st_info) == STT_FUNC &&
		    !strcmp(symbol_name(f, &sym), program))
			err = function_index(&l, sym.st_shndx, sym.st_value,
					     &index);
	for (index = 0; index < o->function_count && !err; index++)
		err = copy_function(&l, index);
	if (!err)
		fix_calls(o);
	return err;
}
