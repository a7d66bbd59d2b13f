/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libFuzzer target: a client's Accept-Encoding, up to a NUL, and the page that
 * it gets packed, which is to be unpacked to the same.
 */
#include "http/reply.c"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void check_packed(const struct http_reply *reply, const uint8_t *page,
			 size_t size)
{
	z_stream z = { .next_in = (Bytef *)reply->body,
		       .avail_in = (uInt)reply->length };
	uint8_t *back = malloc(size + 1);

	require(back && reply->length <= size);
	require(inflateInit2(&z, GZIP_WINDOW) == Z_OK);
	z.next_out = back;
	z.avail_out = (uInt)size + 1;
	require(inflate(&z, Z_FINISH) == Z_STREAM_END);
	require(z.total_out == size && !memcmp(back, page, size));
	inflateEnd(&z);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, 0, size);
	struct http_reply reply = { 0 };

	if (!end)
		return 0;
	accepts_gzip((const char *)data);
	end++;
	reply.length = size - (size_t)(end - data);
	reply.body = malloc(reply.length + 1);
	require(reply.body);
	memcpy(reply.body, end, reply.length);
	if (!compress_reply(&reply))
		check_packed(&reply, end, size - (size_t)(end - data));
	free(reply.body);
	return 0;
}
