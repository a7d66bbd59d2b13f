/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the listener on a unix socket does: methods, bodies, crowds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/http.h"
#include "base/monotime.h"

#define PATIENCE                                                               \
	20.0 /* seconds; only a broken listener makes us wait so long */

struct fixture {
	struct http *http;
	struct sockaddr_un address;
	/* Of the last request. */
	unsigned int n;
	char method[16], path[64];
	size_t length;
	unsigned int sum; /* of the body's bytes */
	bool too_large;
	char answer[1024];
};

static int on_request(void *arg, const struct http_request *request,
		      struct http_reply *reply)
{
	struct fixture *f = arg;

	f->n++;
	snprintf(f->method, sizeof(f->method), "%s", request->method);
	snprintf(f->path, sizeof(f->path), "%s", request->path);
	f->length = request->length;
	f->too_large = request->too_large;
	f->sum = 0;
	for (size_t i = 0; i < request->length; i++)
		f->sum += (unsigned char)request->body[i];
	reply->status = request->too_large ? 413 : 201;
	reply->allow = "BREW";
	reply->type = "text/plain";
	reply->body = strdup("done\n");
	reply->length = 5;
	return 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(f->address);
	char why[256];

	/* The kernel chooses an abstract name. */
	f->address.sun_family = AF_UNIX;
	assert_int_equal(
		bind(fd, (struct sockaddr *)&f->address, sizeof(sa_family_t)),
		0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&f->address, &size),
			 0);
	assert_int_equal(listen(fd, 1024), 0);
	assert_int_equal(
		http_open_unix(&f->http, fd, on_request, f, why, sizeof(why)),
		0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	free(f);
	return 0;
}

static int dial(const struct fixture *f)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&f->address,
				 sizeof(sa_family_t) + 6),
			 0);
	return fd;
}

/* Runs it only when it asked for that. */
static void turn(const struct fixture *f)
{
	struct pollfd fd = { .fd = http_fd(f->http), .events = POLLIN };
	int timeout = http_timeout_ms(f->http);
	bool soon = timeout >= 0 && timeout < 20;

	if (poll(&fd, 1, soon ? timeout : 20) > 0 || soon)
		http_run(f->http);
}

/* Sends all, and reads the first piece of the answer; "" where it was cut. */
static void talk(struct fixture *f, int fd, const char *text, size_t length)
{
	double end = monotime_now() + PATIENCE;
	size_t sent = 0;
	ssize_t n = -1;

	memset(f->answer, 0, sizeof(f->answer));
	while (n < 0) {
		if (sent < length) {
			n = send(fd, text + sent, length - sent, MSG_NOSIGNAL);
			sent += n > 0 ? (size_t)n : 0;
		}
		turn(f);
		n = recv(fd, f->answer, sizeof(f->answer) - 1, 0);
		assert_true(monotime_now() < end);
	}
}

static void ask(struct fixture *f, const char *text)
{
	int fd = dial(f);

	talk(f, fd, text, strlen(text));
	close(fd);
}

static void test_methods(void **state)
{
	struct fixture *f = *state;

	ask(f, "DELETE /a%2Fb?x=%20y HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_non_null(strstr(f->answer, " 201 "));
	assert_non_null(strstr(f->answer, "Allow: BREW"));
	assert_string_equal(f->method, "DELETE");
	assert_string_equal(f->path, "/a%2Fb");
	assert_int_equal(f->length, 0);
}

static void test_body(void **state)
{
	struct fixture *f = *state;

	ask(f, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
	assert_int_equal(f->length, 3);
	assert_int_equal(f->sum, 'a' + 'b' + 'c');
	ask(f,
	    "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
	assert_int_equal(f->length, 3);
	assert_int_equal(f->sum, 'a' + 'b' + 'c');
}

static void send_body(struct fixture *f, size_t length, bool chunked)
{
	char *text = calloc(1, length + 256);
	int fd = dial(f), n;

	n = sprintf(text,
		    chunked ? "PUT /x HTTP/1.1\r\nHost: x\r\n"
			      "Transfer-Encoding: chunked\r\n\r\n%zx\r\n"
			    : "PUT /x HTTP/1.1\r\nHost: x\r\n"
			      "Content-Length: %zu\r\n\r\n",
		    length);
	memset(text + n, 1, length);
	if (chunked)
		strcpy(text + n + length, "\r\n0\r\n\r\n");
	talk(f, fd, text, (size_t)n + length + (chunked ? 7 : 0));
	close(fd);
	free(text);
}

static void test_large_body(void **state)
{
	struct fixture *f = *state;

	for (int chunked = 0; chunked < 2; chunked++) {
		send_body(f, HTTP_BODY_MAX, chunked);
		assert_non_null(strstr(f->answer, " 201 "));
		assert_int_equal(f->sum, HTTP_BODY_MAX);
		send_body(f, HTTP_BODY_MAX + 1, chunked);
		assert_non_null(strstr(f->answer, " 413 "));
		assert_true(f->too_large);
		assert_int_equal(f->length, 0);
	}
}

/*
 * What another program on the way could take for two requests is none.  Each is
 * of a server that was taken in: CVE-2019-18277 (HAProxy),
 * cloudwego/hertz#1490, postrank-labs/goliath#351, ohler55/agoo#88,
 * litespeedtech/openlitespeed#392; the last one is httpwg/http-core#879.  The
 * connection ends with the answer.
 */
static void test_doubtful_length(void **state)
{
	static const char *const headers[] = {
		"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
		"Transfer-Encoding: xchunked\r\n",
		"Transfer-Encoding: chunked, identity\r\n",
		"Transfer-Encoding: \x0b"
		"chunked\r\n",
		"Content-Length: 3\r\nContent-Length: 4\r\n",
		"Content-Length: +3\r\n",
		"Content-Length: 3 4\r\n",
		"Content-Length : 3\r\n",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		char text[512];

		snprintf(text, sizeof(text),
			 "POST /x HTTP/1.1\r\nHost: x\r\n%s\r\n"
			 "0\r\n\r\nDELETE /smuggled HTTP/1.1\r\nHost: x\r\n"
			 "\r\n",
			 headers[i]);
		f->n = 0;
		ask(f, text);
		if (f->n || strstr(f->answer, " 201 "))
			fail_msg("%s: %s%s", headers[i], f->path, f->answer);
	}
	ask(f, "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
	       "0\r\n\r\n");
	assert_int_equal(f->n, 0);
}

/* Nothing is taken that was only announced. */
static void test_announced_body(void **state)
{
	ask(*state, "PUT /x HTTP/1.1\r\nHost: x\r\n"
		    "Content-Length: 99999999999\r\n\r\n");
	assert_non_null(strstr(((struct fixture *)*state)->answer, " 413 "));
}

/* A body that never ends is given up, and who waits behind a crowd is heard. */
static void test_crowd(void **state)
{
	static const char begin[] = "PUT /x HTTP/1.1\r\nHost: x\r\n"
				    "Content-Length: 1000\r\n\r\n{";
	struct fixture *f = *state;
	int clients[3 * HTTP_CONNECTIONS_MAX];
	size_t n = sizeof(clients) / sizeof(*clients);

	for (size_t i = 0; i < n; i++) {
		clients[i] = dial(f);
		assert_int_equal(send(clients[i], begin, sizeof(begin) - 1, 0),
				 sizeof(begin) - 1);
		turn(f);
	}
	ask(f, "GET /y HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_non_null(strstr(f->answer, " 201 "));
	assert_string_equal(f->path, "/y");
	assert_int_equal(f->n, 1);
	for (size_t i = 0; i < n; i++)
		close(clients[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_methods),	   TEST(test_body),
		TEST(test_large_body),	   TEST(test_doubtful_length),
		TEST(test_announced_body), TEST(test_crowd),
	};

	return cmocka_run_group_tests_name("http_unix", tests, NULL, NULL);
}
