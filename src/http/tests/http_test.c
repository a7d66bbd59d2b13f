/* SPDX-License-Identifier: GPL-2.0-only */
/* A real listener and real sockets, on loopback, driven from this one thread.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "http/http.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PATIENCE_MS  5000 /* only a broken listener makes us wait so long */
#define ANSWER_MAX   (256 * 1024)
#define LONG_LINES   4000
#define LONG_SIZE    ((size_t)LONG_LINES * 16)

struct fixture {
	struct http *http;
	unsigned int gets; /* how often the document was asked for */
};

/* One answer as it came over the wire. */
struct answer {
	size_t length;
	char *body;
	size_t body_length;
	char text[ANSWER_MAX];
};

static struct answer answer;

static char *long_document(size_t *length)
{
	char *text = malloc(LONG_SIZE);

	*length = 0;
	for (int i = 0; i < LONG_LINES; i++)
		*length += sprintf(text + *length, "line %d\n", i);
	return text;
}

static int get(void *arg, const struct http_request *request,
	       struct http_reply *reply)
{
	struct fixture *fixture = arg;
	const char *path = request->path;

	fixture->gets++;
	if (!strcmp(path, "/fails")) {
		reply->body = strdup("half a document");
		return -ENOMEM;
	}
	if (!strcmp(path, "/long")) {
		reply->type = "text/plain";
		reply->body = long_document(&reply->length);
	} else if (!strcmp(path, "/short")) {
		reply->type = "text/x-short";
		reply->body = strdup("tiny\n");
		reply->length = 5;
	} else if (!strcmp(path, "/empty")) {
		reply->type = "text/plain";
	}
	return 0;
}

static struct addr loopback(void)
{
	struct addr addr;

	assert_int_equal(addr_parse("127.0.0.1", &addr), 0);
	return addr;
}

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct addr addr = loopback();
	char why[256];

	assert_non_null(fixture);
	assert_int_equal(http_open(&fixture->http, &addr, 0, get, fixture, why,
				   sizeof(why)),
			 0);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	http_close(fixture->http);
	free(fixture);
	return 0;
}

/* from: the last byte of 127.0.0.0/8 that the client comes from. */
static int dial_from(const struct fixture *fixture, uint8_t from)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + from);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(http_port(fixture->http));
	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int dial(const struct fixture *fixture)
{
	return dial_from(fixture, 1);
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Lets the listener work until the client has something to read, or for ms. */
static bool serve(const struct fixture *fixture, int client, int ms)
{
	struct pollfd fds[] = {
		{ .fd = http_fd(fixture->http), .events = POLLIN },
		{ .fd = client, .events = POLLIN },
	};
	int64_t end = now_ms() + ms;

	for (;;) {
		int64_t left = end - now_ms();
		int timeout = http_timeout_ms(fixture->http);

		if (left < 0)
			return false;
		if (timeout < 0 || timeout > left)
			timeout = (int)left;
		poll(fds, COUNT(fds), timeout);
		http_run(fixture->http);
		if (fds[1].revents)
			return true;
	}
}

/* Reads one answer; to_end: until the listener closes the connection. */
static void hear(const struct fixture *fixture, int fd, bool to_end)
{
	size_t wanted = SIZE_MAX;
	ssize_t n;

	memset(&answer, 0, sizeof(answer));
	while (to_end || answer.length < wanted) {
		assert_true(serve(fixture, fd, PATIENCE_MS));
		n = recv(fd, answer.text + answer.length,
			 ANSWER_MAX - 1 - answer.length, 0);
		assert_true(n >= 0);
		if (n == 0)
			break;
		answer.length += n;
		answer.body = memmem(answer.text, answer.length, "\r\n\r\n", 4);
		if (answer.body) {
			char *length =
				strcasestr(answer.text, "\r\nContent-Length: ");

			assert_non_null(length);
			answer.body += 4;
			wanted = answer.body - answer.text +
				 strtoul(length + 18, NULL, 10);
		}
	}
	assert_non_null(answer.body);
	answer.body_length = answer.text + answer.length - answer.body;
}

static bool has_header(const char *line)
{
	char wanted[128];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\r\n%s\r\n", line);
	at = strcasestr(answer.text, wanted);
	return at && at < answer.body;
}

/* One request on a connection of its own. */
static void ask(const struct fixture *fixture, const char *request)
{
	int fd = dial(fixture);

	say(fd, request);
	hear(fixture, fd, true);
	close(fd);
}

#define GET(path, headers)                                                     \
	"GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" headers    \
	"\r\n"

static void expect_status(const char *status)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "HTTP/1.1 %s\r\n", status);
	assert_memory_equal(answer.text, wanted, strlen(wanted));
}

static void test_get(void **state)
{
	ask(*state, GET("/short?ignored=1", ""));
	expect_status("200 OK");
	assert_true(has_header("Content-Type: text/x-short"));
	assert_true(has_header("Content-Length: 5"));
	assert_true(has_header("Vary: Accept-Encoding"));
	assert_string_equal(answer.body, "tiny\n");
}

static void test_empty_document(void **state)
{
	ask(*state, GET("/empty", "Accept-Encoding: gzip\r\n"));
	expect_status("200 OK");
	assert_true(has_header("Content-Length: 0"));
	assert_int_equal(answer.body_length, 0);
}

static void test_long_document(void **state)
{
	size_t length;
	char *wanted = long_document(&length);

	ask(*state, GET("/long", ""));
	expect_status("200 OK");
	assert_int_equal(answer.body_length, length);
	assert_memory_equal(answer.body, wanted, length);
	free(wanted);
}

static void test_head(void **state)
{
	ask(*state, "HEAD /short HTTP/1.1\r\nHost: x\r\n"
		    "Connection: close\r\n\r\n");
	expect_status("200 OK");
	assert_true(has_header("Content-Length: 5"));
	assert_int_equal(answer.body_length, 0);
}

static void test_errors(void **state)
{
	ask(*state, GET("/nothing", ""));
	expect_status("404 Not Found");
	assert_true(answer.body_length > 0);
	ask(*state, GET("/fails", ""));
	expect_status("500 Internal Server Error");
	assert_null(strstr(answer.body, "half a document"));
}

static void test_methods(void **state)
{
	static const char *const methods[] = { "POST",	  "PUT", "DELETE",
					       "OPTIONS", "get", "BREW" };
	struct fixture *fixture = *state;
	char request[128];

	for (size_t i = 0; i < COUNT(methods); i++) {
		snprintf(request, sizeof(request),
			 "%s /short HTTP/1.1\r\nHost: x\r\n"
			 "Content-Length: 4\r\nConnection: close\r\n\r\nbody",
			 methods[i]);
		ask(fixture, request);
		expect_status("405 Method Not Allowed");
		assert_true(has_header("Allow: GET, HEAD"));
	}
	assert_int_equal(fixture->gets, 0);
}

/* A body is not the next request. */
static void test_body_is_skipped(void **state)
{
	struct fixture *fixture = *state;
	int fd = dial(fixture);

	say(fd, "GET /short HTTP/1.1\r\nHost: x\r\nContent-Length: 39\r\n\r\n"
		"GET /smuggled HTTP/1.1\r\nHost: x\r\nX: 1\r\n");
	hear(fixture, fd, false);
	expect_status("200 OK");
	say(fd, GET("/nothing", ""));
	hear(fixture, fd, true);
	expect_status("404 Not Found");
	assert_int_equal(fixture->gets, 2);
	close(fd);
}

static void test_malformed(void **state)
{
	static const char *const requests[] = {
		"\x16\x03\x01\x02\r\n\r\n",
		"GET\r\n\r\n",
		"GET /short HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
	};

	for (size_t i = 0; i < COUNT(requests); i++) {
		int fd = dial(*state);
		char buf[256] = "";

		say(fd, requests[i]);
		shutdown(fd, SHUT_WR);
		assert_true(serve(*state, fd, PATIENCE_MS));
		/* Closed, or refused: never a document. */
		recv(fd, buf, sizeof(buf) - 1, 0);
		assert_null(strstr(buf, " 200 "));
		close(fd);
	}
	ask(*state, GET("/short", ""));
	expect_status("200 OK");
}

static void test_oversized_headers(void **state)
{
	static char request[64 * 1024];
	int fd = dial(*state);

	memset(request, 'a', sizeof(request) - 1);
	say(fd, "GET /");
	say(fd, request);
	assert_true(serve(*state, fd, PATIENCE_MS));
	close(fd);
	ask(*state, GET("/short", ""));
	expect_status("200 OK");
}

static void test_connection(void **state)
{
	struct fixture *fixture = *state;
	int fd = dial(fixture);

	for (int i = 0; i < 3; i++) {
		say(fd, "GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
		hear(fixture, fd, false);
		expect_status("200 OK");
		assert_false(has_header("Connection: close"));
	}
	close(fd);
	/* HTTP/1.0: to_end of ask() hangs where it is not closed. */
	ask(fixture, "GET /short HTTP/1.0\r\n\r\n");
	assert_non_null(strstr(answer.text, " 200 OK\r\n"));
	assert_string_equal(answer.body, "tiny\n");
}

static void test_accept_encoding(void **state)
{
	static const struct {
		const char *value;
		bool gzip;
	} cases[] = {
		{ "gzip", true },
		{ "GZip", true },
		{ "x-gzip", true },
		{ "deflate, gzip;q=0.5, br", true },
		{ "deflate ,\tgzip ; q=1.0", true },
		{ "gzip;q=0.001", true },
		{ "*", true },
		{ "identity, *;q=0.1", true },
		{ "gzip;q=0", false },
		{ "gzip; Q=0.000", false },
		{ "*, gzip;q=0", false },
		{ "gzip;q=0, *", false },
		{ "*;q=0", false },
		{ "gzip;q=", false },
		{ "identity", false },
		{ "deflate, br", false },
		{ "gzipped, notgzip", false },
		{ "br;q=1;gzip", false },
		{ "", false },
		{ ", ,;,", false },
	};
	char request[256];

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(request, sizeof(request),
			 GET("/long", "Accept-Encoding: %s\r\n"),
			 cases[i].value);
		ask(*state, request);
		expect_status("200 OK");
		if (has_header("Content-Encoding: gzip") != cases[i].gzip)
			fail_msg("Accept-Encoding: %s", cases[i].value);
		assert_true(has_header("Vary: Accept-Encoding"));
	}
}

static void test_gzip(void **state)
{
	static char plain[LONG_SIZE];
	z_stream z = { .next_out = (Bytef *)plain, .avail_out = sizeof(plain) };
	size_t length;
	char *wanted = long_document(&length);

	ask(*state, GET("/long", "Accept-Encoding: gzip\r\n"));
	assert_true(answer.body_length < length / 2);
	z.next_in = (Bytef *)answer.body;
	z.avail_in = answer.body_length;
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, length);
	assert_memory_equal(plain, wanted, length);
	inflateEnd(&z);
	free(wanted);

	/* Gzip would only make it longer. */
	ask(*state, GET("/short", "Accept-Encoding: gzip\r\n"));
	assert_false(has_header("Content-Encoding: gzip"));
	assert_string_equal(answer.body, "tiny\n");
}

static void test_open_errors(void **state)
{
	static const struct {
		const char *address;
		uint16_t port; /* 0: the one of the fixture */
		int err;
		const char *why;
	} cases[] = {
		{ "127.0.0.1", 0, -EADDRINUSE, "taken by another program" },
		{ "192.0.2.1", 8000, -EADDRNOTAVAIL,
		  "192.0.2.1:8000: no interface" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint16_t port = cases[i].port ? cases[i].port
					      : http_port(fixture->http);
		struct http *http = NULL;
		struct addr addr;
		char why[256] = "";

		assert_int_equal(addr_parse(cases[i].address, &addr), 0);
		assert_int_equal(http_open(&http, &addr, port, get, fixture,
					   why, sizeof(why)),
				 cases[i].err);
		assert_null(http);
		assert_non_null(strstr(why, cases[i].why));
	}
}

static void test_port_is_free_again(void **state)
{
	struct fixture *fixture = *state;
	uint16_t port = http_port(fixture->http);
	struct addr addr = loopback();
	char why[256];

	/* The listener closes first: its side stays in TIME_WAIT. */
	ask(fixture, GET("/short", ""));
	http_close(fixture->http);
	assert_int_equal(http_open(&fixture->http, &addr, port, get, fixture,
				   why, sizeof(why)),
			 0);
	assert_int_equal(http_port(fixture->http), port);
	ask(fixture, GET("/short", ""));
	expect_status("200 OK");
}

static void test_ipv6(void **state)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct fixture fixture = { 0 };
	struct addr addr;
	char why[256];
	int fd;

	(void)state;
	assert_int_equal(addr_parse("::1", &addr), 0);
	/* Without IPv6 in the kernel there is nothing to test here. */
	if (http_open(&fixture.http, &addr, 0, get, &fixture, why,
		      sizeof(why))) {
		assert_non_null(strstr(why, "[::1]:0"));
		skip();
	}
	address.sin6_port = htons(http_port(fixture.http));
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	say(fd, GET("/short", ""));
	hear(&fixture, fd, true);
	expect_status("200 OK");
	close(fd);
	http_close(fixture.http);
}

static void test_slow_client(void **state)
{
	int slow = dial(*state), gone = dial(*state), deaf = dial(*state);

	say(slow, "GET /sho");
	say(gone, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
	close(gone);
	/* More answers than fit the socket's buffers, and none is read. */
	for (int i = 0; i < 100; i++)
		say(deaf, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n");

	ask(*state, GET("/short", ""));
	expect_status("200 OK");

	say(slow, "rt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	hear(*state, slow, true);
	expect_status("200 OK");
	close(slow);
	close(deaf);
}

/* How many of the clients that are still open have an answer waiting. */
static size_t count_answered(const int *clients, size_t n)
{
	size_t answered = 0;
	char c;

	for (size_t i = 0; i < n; i++)
		answered +=
			recv(clients[i], &c, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
	return answered;
}

/* n clients of so many addresses ask; all that the listener lets get answers,
 * and there is time for more than it should let. */
static void ask_many(const struct fixture *fixture, int *clients, size_t n,
		     size_t addresses, size_t limit)
{
	int64_t end = now_ms() + PATIENCE_MS;

	for (size_t i = 0; i < n; i++) {
		clients[i] = dial_from(fixture, 1 + i % addresses);
		say(clients[i], "GET /short HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	while (count_answered(clients, n) < limit && now_ms() < end)
		serve(fixture, -1, 10);
	serve(fixture, -1, 50);
	assert_int_equal(count_answered(clients, n), limit);
}

static void close_many(const int *clients, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(clients[i]);
}

static void test_connections_are_bounded(void **state)
{
	const struct fixture *fixture = *state;
	int clients[100];
	size_t n = COUNT(clients);

	ask_many(fixture, clients, n, 10, HTTP_CONNECTIONS_MAX);
	/* The others wait their turn. */
	close_many(clients, HTTP_CONNECTIONS_MAX);
	for (size_t i = HTTP_CONNECTIONS_MAX; i < n; i++) {
		hear(fixture, clients[i], false);
		expect_status("200 OK");
	}
	close_many(clients + HTTP_CONNECTIONS_MAX, n - HTTP_CONNECTIONS_MAX);
}

static void test_one_address_is_bounded(void **state)
{
	const struct fixture *fixture = *state;
	int clients[HTTP_CONNECTIONS_PER_ADDRESS + 10], other;

	ask_many(fixture, clients, COUNT(clients), 1,
		 HTTP_CONNECTIONS_PER_ADDRESS);
	other = dial_from(fixture, 2);
	say(other, GET("/short", ""));
	hear(fixture, other, true);
	expect_status("200 OK");
	close(other);
	close_many(clients, COUNT(clients));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_get),
		TEST(test_empty_document),
		TEST(test_long_document),
		TEST(test_head),
		TEST(test_errors),
		TEST(test_methods),
		TEST(test_body_is_skipped),
		TEST(test_malformed),
		TEST(test_oversized_headers),
		TEST(test_connection),
		TEST(test_accept_encoding),
		TEST(test_gzip),
		TEST(test_open_errors),
		TEST(test_port_is_free_again),
		TEST(test_ipv6),
		TEST(test_slow_client),
		TEST(test_connections_are_bounded),
		TEST(test_one_address_is_bounded),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
