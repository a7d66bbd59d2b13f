/* SPDX-License-Identifier: GPL-2.0-only */
/* libbpf reads the maps and checks the object; the rest is read from ELF. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link.h"

static Elf_Scn *section_find(const struct nfp_object_files *f, const char *name)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(f->elf, scn)))
		if (!strcmp(nfp_link_section_name(f, scn), name))
			return scn;
	return NULL;
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
		err = nfp_link(o, program, &lines);
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
