/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libmicrohttpd (MHD) in its "external epoll" mode: it owns an epoll set that
 * is itself a file descriptor, which our loop watches.  No thread, no lock.
 *
 * The listening socket is ours, because MHD would only tell that it could not
 * get one, not why.  Limits bound what a client can take from the one thread:
 * connections in all and per address, idle time, memory per connection.
 */
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "http.h"

#define CONNECTION_MEMORY (16 * 1024) /* request line and headers */
#define GZIP_WINDOW	  (15 + 16)   /* zlib: largest window, gzip header */

struct http {
	struct MHD_Daemon *daemon;
	http_get_fn get;
	void *arg;
	uint16_t port;
	char error[256]; /* MHD's last words */
};

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
	z_stream z = {.next_in = (Bytef *)reply->body,
		      .avail_in = reply->length};
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

static enum MHD_Result answer_text(struct MHD_Connection *connection,
				   unsigned int status, const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		strlen(text), (char *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				"text/plain; charset=utf-8");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					"GET, HEAD");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_document(struct MHD_Connection *connection,
				       struct http_reply *reply)
{
	struct MHD_Response *response;
	enum MHD_Result result;
	bool packed;

	/* Not packed is as right an answer: no error of it matters. */
	packed = accepts_gzip(MHD_lookup_connection_value(
			 connection, MHD_HEADER_KIND,
			 MHD_HTTP_HEADER_ACCEPT_ENCODING)) &&
		 compress_reply(reply) == 0;
	response = MHD_create_response_from_buffer(reply->length, reply->body,
						   MHD_RESPMEM_MUST_FREE);
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
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer(struct http *http,
			      struct MHD_Connection *connection,
			      const char *path, const char *method)
{
	struct http_reply reply = {0};

	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				   "Only GET and HEAD are answered here.\n");
	if (http->get(http->arg, path, &reply) < 0) {
		free(reply.body);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "The document could not be made.\n");
	}
	if (!reply.type) {
		free(reply.body);
		return answer_text(connection, MHD_HTTP_NOT_FOUND,
				   "There is no such document.\n");
	}
	return answer_document(connection, &reply);
}

/*
 * MHD calls once with the headers, then for each piece of a body, then once
 * more for the answer.  A body means nothing here, but it must be read:
 * unread, it would become the connection's next request.
 */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
				  const char *path, const char *method,
				  const char *version, const char *body,
				  size_t *body_size, void **state)
{
	(void)version;
	(void)body;
	if (!*state) {
		*state = connection;
		return MHD_YES;
	}
	if (*body_size > 0) {
		*body_size = 0;
		return MHD_YES;
	}
	return answer(arg, connection, path, method);
}

__attribute__((format(printf, 2, 0))) static void keep_error(void *arg,
							     const char *format,
							     va_list args)
{
	struct http *http = arg;

	vsnprintf(http->error, sizeof(http->error), format, args);
	http->error[strcspn(http->error, "\n")] = '\0';
}

union sockaddr_any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t to_sockaddr(const struct addr *address, uint16_t port,
			     union sockaddr_any *out)
{
	memset(out, 0, sizeof(*out));
	out->any.sa_family = address->family;
	if (address->family == AF_INET6) {
		out->v6.sin6_addr = address->v6;
		out->v6.sin6_port = htons(port);
		return sizeof(out->v6);
	}
	out->v4.sin_addr = address->v4;
	out->v4.sin_port = htons(port);
	return sizeof(out->v4);
}

/* Differs from what was asked for where that was 0.  0 or negative errno. */
static int read_port(int fd, uint16_t *port)
{
	union sockaddr_any bound = {0};
	socklen_t size = sizeof(bound);

	if (getsockname(fd, &bound.any, &size) < 0)
		return -errno;
	*port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port
						      : bound.v4.sin_port);
	return 0;
}

/* A listening socket and its port; or negative errno. */
static int listen_at(const struct addr *address, uint16_t *port)
{
	union sockaddr_any sockaddr;
	socklen_t size = to_sockaddr(address, *port, &sockaddr);
	int fd, err, on = 1;

	fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    0);
	if (fd < 0)
		return -errno;
	/* Else a restart would have to wait for TIME_WAIT to end. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, &sockaddr.any, size) < 0 || listen(fd, SOMAXCONN) < 0)
		err = -errno;
	else
		err = read_port(fd, port);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static void explain(int err, const struct addr *address, uint16_t port,
		    char *why, size_t why_size)
{
	char at[ENDPOINT_STRLEN];

	addr_format_endpoint(address, port, at);
	switch (-err) {
	case EADDRINUSE:
		snprintf(why, why_size,
			 "%s is taken by another program ('ss -ltnp' tells "
			 "which); stop it or choose another port",
			 at);
		break;
	case EADDRNOTAVAIL:
		snprintf(why, why_size,
			 "%s: no interface of this host has that address", at);
		break;
	case EACCES:
		snprintf(why, why_size,
			 "%s: permission denied; ports below 1024 need root or "
			 "CAP_NET_BIND_SERVICE",
			 at);
		break;
	default:
		snprintf(why, why_size, "%s: cannot listen: %s", at,
			 strerror(-err));
	}
}

int http_open(struct http **out, const struct addr *address, uint16_t port,
	      http_get_fn get, void *arg, char *why, size_t why_size)
{
	struct http *http = calloc(1, sizeof(*http));
	int fd;

	if (!http) {
		explain(-ENOMEM, address, port, why, why_size);
		return -ENOMEM;
	}
	http->port = port;
	fd = listen_at(address, &http->port);
	if (fd < 0) {
		explain(fd, address, port, why, why_size);
		free(http);
		return fd;
	}
	http->get = get;
	http->arg = arg;
	/* MHD closes fd, also where it does not start. */
	http->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
		http, MHD_OPTION_EXTERNAL_LOGGER, keep_error, http,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned int)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned int)HTTP_CONNECTIONS_PER_ADDRESS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_END);
	if (!http->daemon) {
		snprintf(why, why_size, "the HTTP server did not start: %s",
			 http->error);
		free(http);
		return -EIO;
	}
	*out = http;
	return 0;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon);
	free(http);
}

uint16_t http_port(const struct http *http)
{
	return http->port;
}

int http_fd(const struct http *http)
{
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)
		->epoll_fd;
}

int http_timeout_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		return -1;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

void http_run(struct http *http)
{
	MHD_run(http->daemon);
	/* At its limit MHD stops accepting, and takes that up again only at the
	 * start of a run: the one that made room is not enough. */
	MHD_run(http->daemon);
}
