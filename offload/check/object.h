/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A BPF object file as the kernel would get it, without a kernel: the program
 * with its functions in one piece, the maps, and the source line of every
 * instruction (from .BTF.ext; compile with -g).
 */
#ifndef NFP_OBJECT_H
#define NFP_OBJECT_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report.h"

struct nfp_map {
	char name[64];
	uint32_t type;
	uint32_t key_bytes, value_bytes;
	uint32_t entries;
	uint32_t flags;
	bool global; /* made by libbpf of .rodata, .data or .bss */
};

/* What a relocation makes of an instruction. */
enum nfp_symbol {
	NFP_SYMBOL_NONE,
	NFP_SYMBOL_MAP,	     /* .map says which */
	NFP_SYMBOL_GLOBAL,   /* a global variable or constant */
	NFP_SYMBOL_EXTERN,   /* kconfig, ksym or kfunc */
	NFP_SYMBOL_FUNCTION, /* the address of a function */
};

struct nfp_insn {
	struct bpf_insn bpf; /* calls of functions are relative, resolved */
	struct nfp_where where;
	enum nfp_symbol symbol;
	size_t map;
	size_t function;
};

struct nfp_function {
	const char *name;
	size_t start, end; /* instructions [start, end) */
	size_t section;	   /* where the file has it */
	uint64_t offset;
	bool global; /* verified on its own, callable by others */
};

struct nfp_object {
	struct nfp_map *maps;
	size_t map_count;
	struct nfp_insn *insns;
	size_t insn_count;
	struct nfp_function *functions; /* [0] is the program */
	size_t function_count;
	bool is_xdp;
	bool has_frags; /* section "xdp.frags" */
	bool is_gpl;
	bool has_core; /* CO-RE relocations, not applied here */
	struct nfp_object_files *files; /* keeps all strings alive */
};

/*
 * Reads `program` of the object at `path`.  Returns 0 or a negative errno, and
 * then a sentence in `why`.  nfp_object_close() in either case.
 */
int nfp_object_open(struct nfp_object *object, const char *path,
		    const char *program, char *why, size_t why_size);
void nfp_object_close(struct nfp_object *object);

#endif
