/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: largest window, gzip header */
#define BLOCK	    32768

struct block {
	struct block *next;
	size_t used;
	unsigned char bytes[BLOCK];
};

struct http_document {
	const char *type;
	unsigned int owners;
	z_stream z; /* while it is written */
	bool ended;
	struct block *first, *last;
	size_t plain, packed, memory;
};

struct http_document_reader {
	struct http_document *document;
	const struct block *block; /* the next byte's */
	size_t taken;		   /* of it */
	bool packed;
	z_stream z; /* unless packed */
};

int http_document_new(struct http_document **out, const char *type)
{
	struct http_document *d = calloc(1, sizeof(*d));

	*out = NULL;
	if (!d)
		return -ENOMEM;
	d->type = type;
	d->owners = 1;
	/* Text with so much repetition is small at any level; the loop that
	 * watches the neighbours should not wait for the last per cent. */
	if (deflateInit2(&d->z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK) {
		free(d);
		return -ENOMEM;
	}
	*out = d;
	return 0;
}

static int add_block(struct http_document *d)
{
	struct block *block = malloc(sizeof(*block));

	if (!block)
		return -ENOMEM;
	block->next = NULL;
	block->used = 0;
	if (d->last)
		d->last->next = block;
	else
		d->first = block;
	d->last = block;
	d->memory += sizeof(*block);
	return 0;
}

/* What zlib holds back comes with a later call, with the last at the latest. */
static int pack(struct http_document *d, const char *text, size_t length,
		int flush)
{
	int status = Z_OK, err;

	d->z.next_in = (Bytef *)text;
	d->z.avail_in = length;
	while (status == Z_OK &&
	       (d->z.avail_in || flush == Z_FINISH || !d->z.avail_out)) {
		if (!d->last || d->last->used == BLOCK) {
			err = add_block(d);
			if (err)
				return err;
		}
		d->z.next_out = d->last->bytes + d->last->used;
		d->z.avail_out = BLOCK - d->last->used;
		status = deflate(&d->z, flush);
		d->last->used = BLOCK - d->z.avail_out;
	}
	d->plain = d->z.total_in;
	d->packed = d->z.total_out;
	/* Z_BUF_ERROR: there was nothing to do. */
	return status == Z_STREAM_ERROR ? -EINVAL : 0;
}

int http_document_write(struct http_document *d, const char *text,
			size_t length)
{
	return length ? pack(d, text, length, Z_NO_FLUSH) : 0;
}

/* Also frees what zlib needs to pack, a quarter of a megabyte, and what the
 * last block has too much. */
int http_document_end(struct http_document *d)
{
	int err = pack(d, NULL, 0, Z_FINISH);

	deflateEnd(&d->z);
	d->ended = true;
	return err;
}

struct http_document *http_document_ref(struct http_document *d)
{
	d->owners++;
	return d;
}

void http_document_unref(struct http_document *d)
{
	if (!d || --d->owners)
		return;
	if (!d->ended)
		deflateEnd(&d->z);
	while (d->first) {
		struct block *next = d->first->next;

		free(d->first);
		d->first = next;
	}
	free(d);
}

bool http_document_is_unused(const struct http_document *d)
{
	return d->owners == 1;
}

const char *http_document_type(const struct http_document *d)
{
	return d->type;
}

size_t http_document_length(const struct http_document *d, bool packed)
{
	return packed ? d->packed : d->plain;
}

size_t http_document_memory(const struct http_document *d)
{
	return d->memory;
}

struct http_document_reader *http_document_reader_new(struct http_document *d,
						      bool packed)
{
	struct http_document_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->packed = packed;
	r->block = d->first;
	if (!packed && inflateInit2(&r->z, GZIP_WINDOW) != Z_OK) {
		free(r);
		return NULL;
	}
	r->document = http_document_ref(d);
	return r;
}

void http_document_reader_free(struct http_document_reader *r)
{
	if (!r)
		return;
	if (!r->packed)
		inflateEnd(&r->z);
	http_document_unref(r->document);
	free(r);
}

static ssize_t read_packed(struct http_document_reader *r, char *to,
			   size_t room)
{
	size_t n = 0;

	while (n < room && r->block) {
		size_t more = r->block->used - r->taken;

		if (more > room - n)
			more = room - n;
		memcpy(to + n, r->block->bytes + r->taken, more);
		n += more;
		r->taken += more;
		if (r->taken < r->block->used)
			break;
		r->block = r->block->next;
		r->taken = 0;
	}
	return (ssize_t)n;
}

static ssize_t read_plain(struct http_document_reader *r, char *to, size_t room)
{
	int status = Z_OK;

	r->z.next_out = (Bytef *)to;
	r->z.avail_out = room;
	while (status == Z_OK && r->z.avail_out && r->block) {
		r->z.next_in = (Bytef *)r->block->bytes + r->taken;
		r->z.avail_in = r->block->used - r->taken;
		status = inflate(&r->z, Z_NO_FLUSH);
		r->taken = r->block->used - r->z.avail_in;
		/* What has to come out yet needs no more to come in. */
		if (r->taken == r->block->used && r->block->next) {
			r->block = r->block->next;
			r->taken = 0;
		}
	}
	if (status == Z_MEM_ERROR)
		return -ENOMEM;
	return (ssize_t)(room - r->z.avail_out);
}

ssize_t http_document_read(struct http_document_reader *r, char *to,
			   size_t room)
{
	return r->packed ? read_packed(r, to, room) : read_plain(r, to, room);
}
