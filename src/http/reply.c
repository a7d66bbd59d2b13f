/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/reply.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: largest window, gzip header */

/*
 * Accept-Encoding, RFC 9110 section 12.5.3: a list of coding[;q=weight].  Does
 * it allow gzip, by name or by "*" where it is not named?
 */
static bool accepts_gzip(const char *header)
{
	bool any = false;

	while (header && *header) {
		const char *coding = header + strspn(header, " \t,");
		size_t length = strcspn(coding, " \t;,");
		const char *q = coding + length;
		bool allowed;

		q += strspn(q, " \t;");
		allowed =
			strncasecmp(q, "q=", 2) != 0 || strtod(q + 2, NULL) > 0;
		if ((length == 4 && !strncasecmp(coding, "gzip", 4)) ||
		    (length == 6 && !strncasecmp(coding, "x-gzip", 6)))
			return allowed;
		if (length == 1 && *coding == '*')
			any = allowed;
		header = strchr(coding, ',');
	}
	return any;
}

/* Replaces the body by its gzip form; -ENOBUFS where that is not smaller. */
static int compress_reply(struct http_reply *reply)
{
	z_stream z = { .next_in = (Bytef *)reply->body,
		       .avail_in = reply->length };
	char *packed;
	int err = 0;

	if (reply->length > UINT_MAX)
		return -ENOBUFS;
	packed = malloc(reply->length);
	/* Text with so much repetition is small at any level; the loop that
	 * watches the neighbours should not wait for the last per cent. */
	if (!packed || deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW,
				    8, Z_DEFAULT_STRATEGY) != Z_OK) {
		err = -ENOMEM;
		goto out;
	}
	z.next_out = (Bytef *)packed;
	z.avail_out = reply->length;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
		free(reply->body);
		reply->body = packed;
		reply->length = z.total_out;
		packed = NULL;
	} else {
		err = -ENOBUFS;
	}
	deflateEnd(&z);
out:
	free(packed);
	return err;
}

enum MHD_Result http_reply_text(struct MHD_Connection *connection,
				unsigned int status, const char *text,
				const char *allow)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		strlen(text), (char *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				"text/plain; charset=utf-8");
	if (allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allow);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

#define STREAM_BLOCK 65536

static ssize_t read_stream(void *arg, uint64_t pos, char *to, size_t room)
{
	struct http_stream *stream = arg;
	ssize_t n = stream->read(stream->arg, to, room);

	(void)pos;
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return n ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void close_stream(void *arg)
{
	struct http_stream *stream = arg;

	stream->close(stream->arg);
	free(stream);
}

/* It is not packed: that takes longer than sending it to who is on this host.
 */
static struct MHD_Response *make_stream(const struct http_reply *reply)
{
	struct http_stream *stream = malloc(sizeof(*stream));
	struct MHD_Response *response = NULL;

	if (stream) {
		*stream = reply->stream;
		response = MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, stream,
			close_stream);
	}
	if (!response) {
		reply->stream.close(reply->stream.arg);
		free(stream);
	}
	return response;
}

enum MHD_Result http_reply_document(struct MHD_Connection *connection,
				    struct http_reply *reply)
{
	struct MHD_Response *response;
	enum MHD_Result result;
	bool packed;

	/* Not packed is as right an answer: no error of it matters. */
	packed = !reply->stream.read &&
		 accepts_gzip(MHD_lookup_connection_value(
			 connection, MHD_HEADER_KIND,
			 MHD_HTTP_HEADER_ACCEPT_ENCODING)) &&
		 compress_reply(reply) == 0;
	if (reply->stream.read)
		response = make_stream(reply);
	else
		response = MHD_create_response_from_buffer(
			reply->length, reply->body, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(reply->body);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				reply->type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_VARY,
				MHD_HTTP_HEADER_ACCEPT_ENCODING);
	if (packed)
		MHD_add_response_header(
			response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (reply->allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					reply->allow);
	result = MHD_queue_response(connection,
				    reply->status ? reply->status : MHD_HTTP_OK,
				    response);
	MHD_destroy_response(response);
	return result;
}
