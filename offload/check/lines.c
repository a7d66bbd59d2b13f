/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout after Documentation/bpf/btf.rst: a header, then per section a name, a
 * count and so many records, whose size stands in front of all of them.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

#define BTF_MAGIC_NUMBER 0xeb9f
#define LINE_SHIFT	 10 /* the column is below */

struct ext_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t header_size;
	uint32_t func_offset, func_size;
	uint32_t line_offset, line_size;
	uint32_t core_offset, core_size; /* since header_size 32 */
};

struct section_header {
	uint32_t name, count;
};

struct line_record {
	uint32_t offset, file, text, line_column;
};

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* Records without a line belong to the line before them. */
static int add_section(struct nfp_lines *lines, const struct btf *btf,
		       const char *section, const char *records, size_t count,
		       size_t record_size)
{
	struct nfp_line *grown;
	struct line_record r;

	grown = reallocarray(lines->line, lines->count + count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	lines->line = grown;
	for (size_t i = 0; i < count; i++) {
		memcpy(&r, records + i * record_size, sizeof(r));
		if (!(r.line_column >> LINE_SHIFT))
			continue;
		lines->line[lines->count++] = (struct nfp_line){
			.section = section,
			.offset = r.offset,
			.where = { base_name(btf__name_by_offset(btf, r.file)),
				   r.line_column >> LINE_SHIFT },
		};
	}
	return 0;
}

static int read_sections(struct nfp_lines *lines, const struct btf *btf,
			 const char *data, size_t size)
{
	struct section_header section;
	uint32_t record_size;
	const char *name;
	size_t at = sizeof(record_size);
	int err;

	if (size < sizeof(record_size))
		return 0;
	memcpy(&record_size, data, sizeof(record_size));
	if (record_size < sizeof(struct line_record))
		return -EINVAL;
	while (at + sizeof(section) <= size) {
		memcpy(&section, data + at, sizeof(section));
		at += sizeof(section);
		name = btf__name_by_offset(btf, section.name);
		if (!name || section.count > (size - at) / record_size)
			return -EINVAL;
		if (section.count) {
			err = add_section(lines, btf, name, data + at,
					  section.count, record_size);
			if (err)
				return err;
		}
		at += (size_t)section.count * record_size;
	}
	return 0;
}

int nfp_lines_read(struct nfp_lines *lines, const struct btf *btf,
		   const void *data, size_t size)
{
	struct ext_header header = { 0 };

	*lines = (struct nfp_lines){ 0 };
	if (size < offsetof(struct ext_header, core_offset))
		return -EINVAL;
	memcpy(&header, data, size < sizeof(header) ? size : sizeof(header));
	if (header.magic != BTF_MAGIC_NUMBER || header.header_size > size ||
	    header.line_offset > size - header.header_size ||
	    header.line_size > size - header.header_size - header.line_offset)
		return -EINVAL;
	lines->has_core = header.header_size >= sizeof(header) &&
			  header.core_size > sizeof(uint32_t);
	return read_sections(lines, btf,
			     (const char *)data + header.header_size +
				     header.line_offset,
			     header.line_size);
}

struct nfp_where nfp_lines_find(const struct nfp_lines *lines,
				const char *section, uint64_t offset)
{
	const struct nfp_line *best = NULL;

	for (size_t i = 0; i < lines->count; i++) {
		const struct nfp_line *l = &lines->line[i];

		if (l->offset <= offset && !strcmp(l->section, section) &&
		    (!best || l->offset >= best->offset))
			best = l;
	}
	return best ? best->where : (struct nfp_where){ 0 };
}

void nfp_lines_free(struct nfp_lines *lines)
{
	free(lines->line);
	*lines = (struct nfp_lines){ 0 };
}
