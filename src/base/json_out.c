/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/json_out.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *reserve(struct json_out *out, size_t n)
{
	size_t room = out->room ? out->room : 4096;
	char *larger;

	while (room - out->length < n)
		room *= 2;
	if (room != out->room) {
		larger = realloc(out->text, room);
		if (!larger) {
			out->failed = true;
			return NULL;
		}
		out->text = larger;
		out->room = room;
	}
	return out->text + out->length;
}

static void append(struct json_out *out, const char *text, size_t n)
{
	char *to = reserve(out, n);

	if (!to)
		return;
	memcpy(to, text, n);
	out->length += n;
}

void json_out_raw(struct json_out *out, const char *text)
{
	append(out, text, strlen(text));
}

/* RFC 8259, section 7: what may not stand in a string as it is. */
static bool is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

void json_out_string(struct json_out *out, const char *text)
{
	char escaped[8];
	size_t n;

	append(out, "\"", 1);
	for (;;) {
		for (n = 0; text[n] && is_plain(text[n]);)
			n++;
		append(out, text, n);
		text += n;
		if (!*text)
			break;
		n = (size_t)snprintf(escaped, sizeof(escaped), "\\u%04x",
				     (unsigned char)*text++);
		append(out, escaped, n);
	}
	append(out, "\"", 1);
}

void json_out_u64(struct json_out *out, uint64_t value)
{
	char digits[20], *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	append(out, at, (size_t)(digits + sizeof(digits) - at));
}

/* Always with a point or an exponent, so that readers see that it is one. */
void json_out_real(struct json_out *out, double value)
{
	char text[40];
	int n;

	if (!isfinite(value))
		value = 0;
	n = snprintf(text, sizeof(text), "%.17g", value);
	append(out, text, (size_t)n);
	if (!strpbrk(text, ".e"))
		append(out, ".0", 2);
}

void json_out_key(struct json_out *out, const char *key)
{
	if (out->length && out->text[out->length - 1] != '{')
		append(out, ",", 1);
	append(out, "\"", 1);
	json_out_raw(out, key);
	append(out, "\":", 2);
}

void json_out_key_string(struct json_out *out, const char *key,
			 const char *text)
{
	json_out_key(out, key);
	json_out_string(out, text);
}

void json_out_key_u64(struct json_out *out, const char *key, uint64_t value)
{
	json_out_key(out, key);
	json_out_u64(out, value);
}

void json_out_key_real(struct json_out *out, const char *key, double value)
{
	json_out_key(out, key);
	if (value == 0)
		json_out_raw(out, "0.0");
	else
		json_out_real(out, value);
}

void json_out_key_bool(struct json_out *out, const char *key, bool value)
{
	json_out_key(out, key);
	json_out_raw(out, value ? "true" : "false");
}

void json_out_key_null(struct json_out *out, const char *key)
{
	json_out_key(out, key);
	json_out_raw(out, "null");
}
