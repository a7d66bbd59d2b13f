/* SPDX-License-Identifier: GPL-2.0-only */
/* The source lines of a BPF object: the line_info of .BTF.ext. */
#ifndef NFP_LINES_H
#define NFP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report.h"

struct btf;

struct nfp_line {
	const char *section;
	uint32_t offset; /* bytes into the section */
	struct nfp_where where;
};

struct nfp_lines {
	struct nfp_line *line;
	size_t count;
	bool has_core; /* there are CO-RE relocations too */
};

/*
 * Parses .BTF.ext; strings stay those of `btf`.  Returns 0 or a negative errno.
 * nfp_lines_free() in either case.
 */
int nfp_lines_read(struct nfp_lines *lines, const struct btf *btf,
		   const void *data, size_t size);
/* The last line at or before the instruction; { NULL, 0 } if there is none. */
struct nfp_where nfp_lines_find(const struct nfp_lines *lines,
				const char *section, uint64_t offset);
void nfp_lines_free(struct nfp_lines *lines);

#endif
