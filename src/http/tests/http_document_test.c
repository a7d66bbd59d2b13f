/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/document.h"

/* Text like that of metrics; and noise, which packed is longer. */
static char *make_text(size_t length, bool noise)
{
	char *text = malloc(length + 1);
	uint32_t seed = 1;

	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = noise ? (char)(seed >> 24)
				: "udplb_backend 1234567890\n"[i % 25];
	}
	return text;
}

static struct http_document *make(const char *text, size_t length, size_t piece)
{
	struct http_document *d;

	assert_int_equal(http_document_new(&d, "text/x"), 0);
	for (size_t at = 0; at < length; at += piece)
		assert_int_equal(http_document_write(d, text + at,
						     length - at < piece
							     ? length - at
							     : piece),
				 0);
	assert_int_equal(http_document_end(d), 0);
	return d;
}

static char *read_all(struct http_document *d, bool packed, size_t room)
{
	const size_t length = http_document_length(d, packed);
	struct http_document_reader *r = http_document_reader_new(d, packed);
	char *all = malloc(length + room);
	size_t n = 0;
	ssize_t more;

	do {
		more = http_document_read(r, all + n, room);
		assert_true(more >= 0 && n + (size_t)more <= length);
		n += (size_t)more;
	} while (more);
	assert_int_equal(n, length);
	http_document_reader_free(r);
	return all;
}

static void expect_packed(struct http_document *d, size_t room,
			  const char *text, size_t length)
{
	char *packed = read_all(d, true, room), *out = malloc(length + 1);
	z_stream z = {
		.next_in = (Bytef *)packed,
		.avail_in = http_document_length(d, true),
		.next_out = (Bytef *)out,
		.avail_out = length + 1,
	};

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, length);
	assert_memory_equal(out, text, length);
	inflateEnd(&z);
	free(out);
	free(packed);
}

static void test_what_is_read_is_what_was_written(void **state)
{
	static const size_t lengths[] = { 0, 1, 25, 32768, 1000000 };
	static const size_t rooms[] = { 1, 100, 32768, 2000000 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(lengths) / sizeof(*lengths); i++) {
		const size_t length = lengths[i / 2];
		char *text = make_text(length, i % 2);
		struct http_document *d = make(text, length, 1 + length / 7);

		assert_int_equal(http_document_length(d, false), length);
		for (size_t k = length > 100000; k < 4; k++) {
			char *plain = read_all(d, false, rooms[k]);

			assert_memory_equal(plain, text, length);
			free(plain);
			expect_packed(d, rooms[k], text, length);
		}
		http_document_unref(d);
		free(text);
	}
}

/* In memory is what is packed, whoever reads; and who reads keeps it there. */
static void test_memory(void **state)
{
	const size_t length = 1000000;
	char *text = make_text(length, false), byte;
	struct http_document *d = make(text, length, 4096);
	struct http_document_reader *r = http_document_reader_new(d, false);

	(void)state;
	assert_true(http_document_memory(d) < 100000);
	assert_false(http_document_is_unused(d));
	http_document_unref(d); /* its maker is done with it */
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(http_document_read(r, &byte, 1), 1);
		assert_int_equal(byte, text[i]);
	}
	http_document_reader_free(r);
	free(text);
}

static void test_never_ended(void **state)
{
	struct http_document *d;

	(void)state;
	assert_int_equal(http_document_new(&d, "text/x"), 0);
	assert_int_equal(http_document_write(d, "half", 4), 0);
	assert_true(http_document_is_unused(d));
	http_document_unref(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read_is_what_was_written),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_never_ended),
	};

	return cmocka_run_group_tests_name("http_document", tests, NULL, NULL);
}
