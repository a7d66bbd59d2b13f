/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libbpf reads the maps and checks the object, but resolves relocations only
 * while it loads; so the functions are put together here, from ELF.  A call
 * that carries a relocation goes to symbol + (imm + 1) instructions, one that
 * carries none to itself + imm + 1 (llvm's BPF relocations, BPF_PSEUDO_CALL).
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nfp_lines.h"
#include "nfp_object.h"

struct nfp_object_files {
	struct bpf_object *bpf;
	int fd;
	Elf *elf;
	Elf_Data *symbols;
	size_t symbol_count;
	size_t names; /* section of the symbols' names */
	size_t section_names;
};

static const char *section_name(const struct nfp_object_files *f, Elf_Scn *scn)
{
	GElf_Shdr header;
	const char *name = NULL;

	if (scn && gelf_getshdr(scn, &header))
		name = elf_strptr(f->elf, f->section_names, header.sh_name);
	return name ? name : "";
}

static Elf_Scn *section_find(const struct nfp_object_files *f, const char *name)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(f->elf, scn)))
		if (!strcmp(section_name(f, scn), name))
			return scn;
	return NULL;
}

static const char *symbol_name(const struct nfp_object_files *f,
			       const GElf_Sym *sym)
{
	const char *name = elf_strptr(f->elf, f->names, sym->st_name);

	return name ? name : "";
}

static int files_open(struct nfp_object_files *f, const char *path)
{
	GElf_Shdr header;
	Elf_Scn *scn = NULL;

	f->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	f->elf = elf_begin(f->fd, ELF_C_READ, NULL);
	if (!f->elf || elf_getshdrstrndx(f->elf, &f->section_names))
		return -EINVAL;
	while ((scn = elf_nextscn(f->elf, scn))) {
		if (!gelf_getshdr(scn, &header) ||
		    header.sh_type != SHT_SYMTAB || !header.sh_entsize)
			continue;
		f->symbols = elf_getdata(scn, NULL);
		f->symbol_count = header.sh_size / header.sh_entsize;
		f->names = header.sh_link;
	}
	return f->symbols ? 0 : -EINVAL;
}

static int read_maps(struct nfp_object *o)
{
	struct bpf_map *map;
	struct nfp_map *m;
	size_t count = 0;

	bpf_object__for_each_map(map, o->files->bpf) count++;
	o->maps = calloc(count ? count : 1, sizeof(*o->maps));
	if (!o->maps)
		return -ENOMEM;
	bpf_object__for_each_map(map, o->files->bpf)
	{
		m = &o->maps[o->map_count++];
		snprintf(m->name, sizeof(m->name), "%s", bpf_map__name(map));
		m->type = bpf_map__type(map);
		m->key_bytes = bpf_map__key_size(map);
		m->value_bytes = bpf_map__value_size(map);
		m->entries = bpf_map__max_entries(map);
		m->flags = bpf_map__map_flags(map);
		m->global = bpf_map__is_internal(map);
	}
	return 0;
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
	else if (!strcmp(section_name(f, scn), ".maps") &&
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
			section_name(o->files,
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

static int link_program(struct nfp_object *o, const char *program,
			struct nfp_lines *lines)
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

static void read_license(struct nfp_object *o)
{
	static const char *const gpl[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"
	};
	Elf_Scn *scn = section_find(o->files, "license");
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;

	for (size_t i = 0; data && i < sizeof(gpl) / sizeof(gpl[0]); i++)
		if (data->d_size > strlen(gpl[i]) &&
		    !strncmp(data->d_buf, gpl[i], data->d_size))
			o->is_gpl = true;
}

static int read_lines(const struct nfp_object *o, struct nfp_lines *lines)
{
	Elf_Scn *scn = section_find(o->files, ".BTF.ext");
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	const struct btf *btf = bpf_object__btf(o->files->bpf);

	return data && btf
		       ? nfp_lines_read(lines, btf, data->d_buf, data->d_size)
		       : 0;
}

static int read_program(struct nfp_object *o, const char *program, char *why,
			size_t why_size)
{
	struct nfp_lines lines = { 0 };
	const struct bpf_program *p;
	int err;

	p = bpf_object__find_program_by_name(o->files->bpf, program);
	if (!p) {
		snprintf(why, why_size, "has no program \"%s\"", program);
		return -ENOENT;
	}
	o->is_xdp = bpf_program__type(p) == BPF_PROG_TYPE_XDP;
	o->has_frags = !!strstr(bpf_program__section_name(p), ".frags");
	read_license(o);
	err = read_lines(o, &lines);
	if (!err)
		err = link_program(o, program, &lines);
	o->has_core = lines.has_core;
	nfp_lines_free(&lines);
	if (err)
		snprintf(why, why_size, "cannot put \"%s\" together: %s",
			 program, strerror(-err));
	return err;
}

static int keep_quiet(enum libbpf_print_level level, const char *format,
		      va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

int nfp_object_open(struct nfp_object *object, const char *path,
		    const char *program, char *why, size_t why_size)
{
	libbpf_print_fn_t print;
	int err;

	*object = (struct nfp_object){ 0 };
	object->files = calloc(1, sizeof(*object->files));
	if (!object->files)
		return -ENOMEM;
	err = files_open(object->files, path);
	if (err) {
		snprintf(why, why_size, "cannot be read: %s", strerror(-err));
		return err;
	}
	print = libbpf_set_print(keep_quiet);
	object->files->bpf = bpf_object__open_file(path, NULL);
	err = object->files->bpf ? 0 : -errno;
	libbpf_set_print(print);
	if (err) {
		snprintf(why, why_size, "libbpf cannot read it: %s",
			 strerror(-err));
		return err;
	}
	err = read_maps(object);
	return err ? err : read_program(object, program, why, why_size);
}

void nfp_object_close(struct nfp_object *object)
{
	struct nfp_object_files *f = object->files;

	free(object->maps);
	free(object->insns);
	free(object->functions);
	if (f) {
		bpf_object__close(f->bpf);
		elf_end(f->elf);
		if (f->fd >= 0)
			close(f->fd);
	}
	free(f);
	*object = (struct nfp_object){ 0 };
}
