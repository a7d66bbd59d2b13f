/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A document that any number of clients are sent at a time.  It is kept packed
 * by gzip only, as most who ask for metrics take it; for the others it is
 * unpacked while it is sent.
 */
#ifndef HTTP_DOCUMENT_H
#define HTTP_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct http_document;

/* Of this type (a constant), empty, with one owner.  0 or -ENOMEM. */
int http_document_new(struct http_document **out, const char *type);

/* Behind what there is; and that there is no more to come, which has to be said
 * before anybody reads.  0 or -ENOMEM. */
int http_document_write(struct http_document *document, const char *text,
			size_t length);
int http_document_end(struct http_document *document);

struct http_document *http_document_ref(struct http_document *document);
void http_document_unref(struct http_document *document); /* NULL is fine */

/* By nobody but its maker. */
bool http_document_is_unused(const struct http_document *document);

const char *http_document_type(const struct http_document *document);
size_t http_document_length(const struct http_document *document, bool packed);
size_t http_document_memory(const struct http_document *document);

/* Who reads it, from the beginning on.  NULL without memory. */
struct http_document_reader;
struct http_document_reader *
http_document_reader_new(struct http_document *document, bool packed);
void http_document_reader_free(struct http_document_reader *reader);

/* How much of room was used, 0 at the end; or negative errno. */
ssize_t http_document_read(struct http_document_reader *reader, char *to,
			   size_t room);

#endif
