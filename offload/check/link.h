/* SPDX-License-Identifier: GPL-2.0-only */
/* For object.c and link.c: the ELF file behind an object. */
#ifndef NFP_LINK_H
#define NFP_LINK_H

#include <gelf.h>

#include "lines.h"
#include "object.h"

struct nfp_object_files {
	struct bpf_object *bpf;
	int fd;
	Elf *elf;
	Elf_Data *symbols;
	size_t symbol_count;
	size_t names; /* section of the symbols' names */
	size_t section_names;
};

/* "" where there is none. */
const char *nfp_link_section_name(const struct nfp_object_files *files,
				  Elf_Scn *section);

/*
 * Puts the program and all that it calls into object->functions and ->insns.
 * 0; -ENOENT where there is no such program; -ENOEXEC; -ENOMEM.
 */
int nfp_link(struct nfp_object *object, const char *program,
	     struct nfp_lines *lines);

#endif
