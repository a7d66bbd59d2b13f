/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers that are not ready yet, and how long the listener keeps the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/monotime.h"
#include "http/document.h"
#include "http/http.h"
#include "http/turn.h"

#define PATIENCE                                                               \
	20.0 /* seconds; only a broken listener makes us wait so long */
#define CLIENTS 20
#define PIECES	8

struct fixture {
	struct http *http;
	struct http_document *document;	 /* NULL: not ready */
	unsigned int asked, again, busy; /* how often */
	int fd[CLIENTS];
	char text[CLIENTS][8192];
};

struct stream {
	struct fixture *f;
	char name;
	unsigned int pieces;
};

/* More than a turn may take. */
static void be_busy(struct fixture *f)
{
	const struct timespec time = { .tv_nsec = 2 * HTTP_TURN_USEC * 1000L };

	f->busy++;
	nanosleep(&time, NULL);
}

static ssize_t read_slowly(void *arg, char *to, size_t room)
{
	struct stream *stream = arg;

	(void)room;
	be_busy(stream->f);
	if (stream->pieces++ == PIECES)
		return 0;
	*to = stream->name;
	return 1;
}

static int answer_stream(struct fixture *f, char name, struct http_reply *reply)
{
	reply->type = "text/plain";
	reply->stream = (struct http_stream){
		.read = read_slowly,
		.close = free,
		.arg = calloc(1, sizeof(struct stream)),
	};
	*(struct stream *)reply->stream.arg =
		(struct stream){ .f = f, .name = name };
	return 0;
}

static int on_request(void *arg, const struct http_request *request,
		      struct http_reply *reply)
{
	struct fixture *f = arg;

	f->asked++;
	f->again += request->again;
	assert_true(request->open);
	if (!strncmp(request->path, "/stream", 7))
		return answer_stream(f, request->path[7], reply);
	if (!strcmp(request->path, "/busy")) {
		be_busy(f);
		reply->type = "text/plain";
		reply->body = strdup("busy\n");
		reply->length = 5;
		return 0;
	}
	if (!f->document)
		return request->again ? -EIO : -EAGAIN;
	reply->document = f->document;
	return 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct addr addr;
	char why[256];

	assert_int_equal(addr_parse("127.0.0.1", &addr), 0);
	assert_int_equal(
		http_open(&f->http, &addr, 0, on_request, f, why, sizeof(why)),
		0);
	for (size_t i = 0; i < CLIENTS; i++)
		f->fd[i] = -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	for (size_t i = 0; i < CLIENTS; i++)
		if (f->fd[i] >= 0)
			close(f->fd[i]);
	http_document_unref(f->document);
	free(f);
	return 0;
}

static void ask(struct fixture *f, size_t client, const char *path)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(http_port(f->http)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	char request[128];
	int n = snprintf(request, sizeof(request),
			 "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
			 "\r\n",
			 path);

	f->fd[client] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		connect(f->fd[client], (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(send(f->fd[client], request, n, 0), n);
}

/* Once, when it asked for that; what came is added to the texts. */
static void turn(struct fixture *f)
{
	struct pollfd fd = { .fd = http_fd(f->http), .events = POLLIN };
	int timeout = http_timeout_ms(f->http);

	if (timeout < 0 || timeout > 20)
		timeout = 20;
	if (poll(&fd, 1, timeout) > 0 || timeout < 20)
		http_run(f->http);
	for (size_t i = 0; i < CLIENTS; i++) {
		size_t used = strlen(f->text[i]);

		if (f->fd[i] >= 0)
			(void)!recv(f->fd[i], f->text[i] + used,
				    sizeof(f->text[i]) - 1 - used,
				    MSG_DONTWAIT);
	}
}

static bool all_have(const struct fixture *f, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (!strstr(f->text[i], text))
			return false;
	return true;
}

static void turn_until_all_have(struct fixture *f, size_t n, const char *text)
{
	const double end = monotime_now() + PATIENCE;

	while (!all_have(f, n, text)) {
		assert_true(monotime_now() < end);
		turn(f);
	}
}

static void turn_until_asked(struct fixture *f, unsigned int n)
{
	const double end = monotime_now() + PATIENCE;

	while (f->asked < n) {
		assert_true(monotime_now() < end);
		turn(f);
	}
}

static void test_all_wait_for_one_document(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < CLIENTS; i++)
		ask(f, i, "/shared");
	turn_until_asked(f, CLIENTS);
	for (int i = 0; i < 10; i++)
		turn(f);
	/* Nobody is asked for twice before it is there, and none is told. */
	assert_int_equal(f->asked, CLIENTS);
	assert_string_equal(f->text[0], "");
	http_document_new(&f->document, "text/x-shared");
	http_document_write(f->document, "the document\n", 13);
	http_document_end(f->document);
	http_wake(f->http);
	turn_until_all_have(f, CLIENTS, "\r\n\r\nthe document\n");
	assert_true(all_have(f, CLIENTS, "text/x-shared"));
	assert_true(all_have(f, CLIENTS, "Content-Length: 13\r\n"));
	assert_int_equal(f->again, CLIENTS);
}

static void test_it_comes_to_nothing(void **state)
{
	struct fixture *f = *state;

	ask(f, 0, "/shared");
	turn_until_asked(f, 1);
	http_wake(f->http);
	turn_until_all_have(f, 1, "HTTP/1.1 500 ");
}

static void test_closed_while_somebody_waits(void **state)
{
	struct fixture *f = *state;

	ask(f, 0, "/shared");
	ask(f, 1, "/shared");
	turn_until_asked(f, 2);
	close(f->fd[1]);
	f->fd[1] = -1;
}

/* What takes longer than a turn takes the whole of it: then all others wait for
 * the next one. */
static void test_one_turn_is_short(void **state)
{
	struct fixture *f = *state;
	const double end = monotime_now() + PATIENCE;

	for (size_t i = 0; i < CLIENTS; i++)
		ask(f, i, "/busy");
	while (!all_have(f, CLIENTS, "busy\n")) {
		const unsigned int before = f->busy;

		turn(f);
		assert_in_range(f->busy - before, 0, 1);
		assert_true(monotime_now() < end);
	}
	assert_int_equal(f->busy, CLIENTS);
}

/* Nobody gets the second piece of his before all have their first. */
static void test_streams_take_turns(void **state)
{
	struct fixture *f = *state;
	const double end = monotime_now() + PATIENCE;
	char path[] = "/stream?";

	for (size_t i = 0; i < 4; i++) {
		path[7] = (char)('A' + i);
		ask(f, i, path);
	}
	turn_until_asked(f, 4);
	while (!all_have(f, 4, "0\r\n\r\n")) {
		const unsigned int before = f->busy;
		size_t least = SIZE_MAX, most = 0;

		turn(f);
		assert_in_range(f->busy - before, 0, 1);
		for (size_t i = 0; i < 4; i++) {
			const char *body = strstr(f->text[i], "\r\n\r\n");
			size_t n = 0;

			for (; body && *body; body++)
				n += *body == (char)('A' + i);
			least = n < least ? n : least;
			most = n > most ? n : most;
		}
		/* Before it, one may have begun earlier than the others. */
		assert_in_range(most - least, 0, 3);
		assert_true(monotime_now() < end);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_all_wait_for_one_document),
		TEST(test_it_comes_to_nothing),
		TEST(test_closed_while_somebody_waits),
		TEST(test_one_turn_is_short),
		TEST(test_streams_take_turns),
	};

	return cmocka_run_group_tests_name("http_wait", tests, NULL, NULL);
}
