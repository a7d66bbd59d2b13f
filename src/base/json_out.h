/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON written into a buffer, member by member, where a tree of all values
 * would be too large to build at once.  A lack of memory is remembered.
 */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: empty.  text is freed with free(). */
struct json_out {
	char *text;
	size_t length, room;
	bool failed; /* no memory: text is not all */
};

void json_out_raw(struct json_out *out, const char *text);
/* In quotes; bytes that are no UTF-8 must not be in it. */
void json_out_string(struct json_out *out, const char *text);
void json_out_u64(struct json_out *out, uint64_t value);
void json_out_real(struct json_out *out, double value);

/* "key": value, with a comma before it unless it is the first of an object. */
void json_out_key(struct json_out *out, const char *key);
void json_out_key_string(struct json_out *out, const char *key,
			 const char *text);
void json_out_key_u64(struct json_out *out, const char *key, uint64_t value);
void json_out_key_real(struct json_out *out, const char *key, double value);
void json_out_key_bool(struct json_out *out, const char *key, bool value);
void json_out_key_null(struct json_out *out, const char *key);

#endif
