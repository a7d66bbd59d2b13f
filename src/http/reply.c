/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/reply.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/monotime.h"
#include "http/document.h"
#include "http/private.h"

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

#define STREAM_BLOCK 32768

/* Something that is sent piece by piece. */
struct sending {
	struct http *http;
	struct http_client *client;
	uint64_t round;	   /* in which it was served last */
	double starved_at; /* others were served; 0: it was */
	struct http_stream stream;
};

/* The time that a client waits for others is not its own. */
static void note_starved(struct sending *sending, bool starved)
{
	if (!sending->client || (starved && sending->starved_at > 0))
		return;
	if (starved)
		sending->starved_at = monotime_now();
	else if (sending->starved_at > 0)
		sending->client->since += monotime_now() - sending->starved_at;
	if (!starved)
		sending->starved_at = 0;
}

/* It is asked for when all before is sent, so the client is no idle one. */
static ssize_t read_stream(void *arg, uint64_t pos, char *to, size_t room)
{
	struct sending *sending = arg;
	bool turn = http_turn_take(&sending->http->turn, &sending->round);
	ssize_t n;

	(void)pos;
	if (sending->client)
		http_clients_moved(sending->client);
	note_starved(sending, !turn);
	if (!turn)
		return 0; /* it is asked for again */
	n = sending->stream.read(sending->stream.arg, to, room);
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return n ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void close_stream(void *arg)
{
	struct sending *sending = arg;

	sending->stream.close(sending->stream.arg);
	free(sending);
}

/* Takes the stream, also where it comes to nothing. */
static struct MHD_Response *make_stream(struct http *http,
					struct MHD_Connection *connection,
					const struct http_stream *stream,
					uint64_t size)
{
	struct sending *sending = malloc(sizeof(*sending));
	struct MHD_Response *response = NULL;

	if (sending) {
		*sending = (struct sending){
			.http = http,
			.client = http_client_of(connection),
			.stream = *stream,
		};
		response = MHD_create_response_from_callback(
			size, STREAM_BLOCK, read_stream, sending, close_stream);
	}
	if (!response) {
		stream->close(stream->arg);
		free(sending);
	}
	return response;
}

static ssize_t read_document(void *arg, char *to, size_t room)
{
	return http_document_read(arg, to, room);
}

static void close_document(void *arg)
{
	http_document_reader_free(arg);
}

static struct MHD_Response *make_document(struct http *http,
					  struct MHD_Connection *connection,
					  struct http_document *document,
					  bool packed)
{
	const struct http_stream stream = {
		.read = read_document,
		.close = close_document,
		.arg = http_document_reader_new(document, packed),
	};

	return stream.arg ? make_stream(http, connection, &stream,
					http_document_length(document, packed))
			  : NULL;
}

/*
 * What is made while it is sent is not packed: that takes longer than sending
 * it to who is on this host.
 */
static struct MHD_Response *make_response(struct http *http,
					  struct MHD_Connection *connection,
					  struct http_reply *reply,
					  bool *packed)
{
	struct MHD_Response *response;

	if (reply->document)
		return make_document(http, connection, reply->document,
				     *packed);
	if (reply->stream.read) {
		*packed = false;
		return make_stream(http, connection, &reply->stream,
				   MHD_SIZE_UNKNOWN);
	}
	/* Not packed is as right an answer: no error of it matters. */
	*packed = *packed && compress_reply(reply) == 0;
	response = MHD_create_response_from_buffer(reply->length, reply->body,
						   MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(reply->body);
	return response;
}

enum MHD_Result http_reply_document(struct http *http,
				    struct MHD_Connection *connection,
				    struct http_reply *reply)
{
	bool packed = accepts_gzip(MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_ENCODING));
	struct MHD_Response *response =
		make_response(http, connection, reply, &packed);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				reply->document
					? http_document_type(reply->document)
					: reply->type);
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
