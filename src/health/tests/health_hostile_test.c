/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Backends that answer without end, without sense or hardly at all; and a loop
 * that is away.  Whatever they do, a probe ends, says what it was, and leaves
 * nothing behind.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "health/tests/probing.h"
#include "net/tests/testnet.h"

/* What comes first, and then again and again. */
static struct {
	const char *first, *again;
} flood;

static int on_flood(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	static char many[65536];
	const size_t n = strlen(flood.again);
	size_t used = 0;

	(void)arg, (void)events;
	while (n && used + n < sizeof(many)) {
		memcpy(many + used, flood.again, n);
		used += n;
	}
	if (used && send(fd, many, used, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		return 0;
	if (used && errno == EAGAIN)
		return 0;
	close(fd);
	sd_event_source_disable_unref(source);
	return 0;
}

/* Each blocks nobody: they are all on this loop. */
static int serve_flood(sd_event_source *source, int fd, uint32_t events,
		       void *arg)
{
	const struct world *w = arg;
	const int client = accept(fd, NULL, NULL);
	sd_event_source *io;

	(void)source, (void)events;
	assert_return_code(client, errno);
	send(client, flood.first, strlen(flood.first), MSG_NOSIGNAL);
	assert_true(sd_event_add_io(w->event, &io, client, EPOLLOUT, on_flood,
				    NULL) >= 0);
	return 0;
}

static size_t n_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* The server sees that everybody has gone, and closes his ends. */
static void settle(struct world *w)
{
	for (int i = 0; i < 20; i++)
		sd_event_run(w->event, 10000);
}

static void assert_ends(struct world *w, bool up, const char *reason)
{
	const struct model_health check = probing_check(HEALTH_HTTP, PEER);
	struct health_status status;
	size_t before;

	probing_add(w, &check, !up);
	probing_wait_for(w, up, reason);
	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	assert_int_equal(status.skipped, 0);
	settle(w);
	before = n_descriptors();
	probing_wait_for_probes(w, 3);
	settle(w);
	assert_in_range(n_descriptors(), before - 3, before + 3);
	health_remove(w->health, INDEX);
	settle(w);
}

#define OK_ "HTTP/1.1 200 OK\r\n"

static void test_endless(void **state)
{
	static const struct {
		const char *first, *again, *reason;
		bool up;
	} cases[] = {
		{ OK_ "X: ", "aaaaaaaa", "header", false },
		{ OK_, "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
		  "header of more than 65536 bytes", false },
		/* python-openid#76, go-httpbin#48: any number of 1xx. */
		{ "", "HTTP/1.1 100 Continue\r\n\r\n",
		  "header of more than 65536 bytes", false },
		{ OK_ "Transfer-Encoding: chunked\r\n\r\n1;", "xxxxxxxx",
		  "answer of more than 262144 bytes", false },
		{ OK_ "Transfer-Encoding: chunked\r\n\r\n0\r\n",
		  "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "", false },
		{ OK_ "\r\n", "all is well\n", "answered", true },
		{ "HTTP/1.1 302 Found\r\nLocation: /\r\n"
		  "Content-Length: 0\r\n\r\n",
		  "", "status 302", false },
		{ "HTTP/1.1 100 Continue\r\n\r\n", "", "", false },
		{ "", "", "", false },
		{ "\x16\x03\x01", "\x01", "", false },
	};
	struct world *w = *state;

	probing_serve(w, SOCK_STREAM, serve_flood);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		flood.first = cases[i].first;
		flood.again = cases[i].again;
		assert_ends(w, cases[i].up, cases[i].reason);
		assert_true(*w->reason);
	}
}

static struct drip {
	int fd;
	size_t at;
} drip;

static int on_drip(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)arg;
	if (send(drip.fd, OK_ "\r\n" + drip.at++ % 10, 1, MSG_NOSIGNAL) == 1) {
		sd_event_source_set_time(source, usec + 5000);
		sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
		return 0;
	}
	close(drip.fd);
	drip.fd = -1;
	sd_event_source_disable_unref(source);
	return 0;
}

static int serve_drip(sd_event_source *source, int fd, uint32_t events,
		      void *arg)
{
	const struct world *w = arg;
	const int client = accept(fd, NULL, NULL);
	sd_event_source *timer;

	(void)source, (void)events;
	assert_return_code(client, errno);
	if (drip.fd >= 0) { /* one at a time */
		close(client);
		return 0;
	}
	drip.fd = client;
	assert_true(sd_event_add_time_relative(w->event, &timer,
					       CLOCK_MONOTONIC, 1000, 1,
					       on_drip, NULL) >= 0);
	return 0;
}

/* keepalived#1822: the time is that of the whole answer, not of each byte. */
static void test_drip(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_HTTP, PEER);

	drip = (struct drip){ .fd = -1 };
	check.interval_ms = 200;
	check.fall = 1;
	probing_serve(w, SOCK_STREAM, serve_drip);
	probing_add(w, &check, true);
	probing_wait_for(w, false, "no answer within 40 ms");
	health_remove(w->health, INDEX);
	settle(w);
}

static int n_strays;

/* So many that are no answer, and then one. */
static int serve_strays(sd_event_source *source, int fd, uint32_t events,
			void *arg)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	unsigned char query[1024], stray[12] = { 0 };
	const ssize_t length =
		recvfrom(fd, query, sizeof(query), 0, (void *)&from, &size);

	(void)source, (void)events, (void)arg;
	assert_true(length > 12);
	for (int i = 0; i < n_strays; i++) {
		stray[0] = (unsigned char)~query[0];
		sendto(fd, stray, sizeof(stray), 0, (void *)&from, size);
	}
	query[2] |= 0x80;
	query[7] = 1;
	sendto(fd, query, (size_t)length, 0, (void *)&from, size);
	return 0;
}

static void test_strays(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_DNS, PEER);

	strcpy(check.dns.name, "example.com");
	check.dns.qtype = 1;
	n_strays = 5;
	probing_serve(w, SOCK_DGRAM, serve_strays);
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	n_strays = 100;
	probing_wait_for(w, false, "not one to the DNS query");
}

/* Linux tells of ICMPv6 "prohibited" by EACCES: no lack of ours. */
static void test_prohibited(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_UDP, "2001:db8::2");

	if (!testnet_try("ip -6 route add prohibit 2001:db8:9::/64"))
		skip();
	assert_int_equal(addr_parse("2001:db8:9::1", &check.address), 0);
	check.udp.length = 1;
	probing_add(w, &check, true);
	probing_wait_for(w, false, "administratively prohibited");
}

/* A server that the loop cannot keep from answering; it thinks for 90 ms. */
static void *serve_beside(void *arg)
{
	const int fd = *(int *)arg;
	char request[2048];

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int client;

		if (poll(&ready, 1, -1) < 0)
			return NULL;
		client = accept(fd, NULL, NULL);
		if (client < 0)
			return NULL;
		if (read(client, request, sizeof(request)) > 0) {
			usleep(90000);
			send(client, OK_ "Content-Length: 2\r\n\r\nok",
			     strlen(OK_) + 23, MSG_NOSIGNAL);
		}
		close(client);
	}
}

static void be_late(struct world *w, uint64_t n)
{
	struct health_status status = { .checks = 0 };

	for (int turns = 0; status.checks < n && turns < 300; turns++) {
		assert_true(sd_event_run(w->event, 0) >= 0);
		usleep(70000);
		assert_int_equal(health_status(w->health, INDEX, &status), 0);
	}
	assert_true(status.checks >= n);
}

static int ignore(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	(void)source, (void)fd, (void)events, (void)arg;
	return 0;
}

/*
 * envoy#36295: the loop is away for longer than the timeout, again and again; a
 * backend that answers at once stays up, also where an answer takes several
 * turns of the loop.
 */
static void test_loop_is_away(void **state)
{
	static const enum health_type types[] = { HEALTH_TCP, HEALTH_HTTP };
	struct world *w = *state;
	pthread_t thread;

	probing_serve(w, SOCK_STREAM, ignore);
	sd_event_source_set_enabled(w->serving, SD_EVENT_OFF);
	assert_int_equal(
		pthread_create(&thread, NULL, serve_beside, &w->server), 0);
	for (size_t i = 0; i < 2; i++) {
		struct model_health check = probing_check(types[i], PEER);

		check.interval_ms = 400;
		check.timeout_ms = 150;
		check.fall = 3;
		probing_add(w, &check, true);
		be_late(w, 6);
		if (w->changes)
			fail_msg("type %d: %s", types[i], w->reason);
		health_remove(w->health, INDEX);
	}
	shutdown(w->server, SHUT_RDWR);
	pthread_join(thread, NULL);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, probing_open, probing_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_endless),	 TEST(test_drip),
		TEST(test_strays),	 TEST(test_prohibited),
		TEST(test_loop_is_away),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("health_hostile", tests, NULL, NULL);
}
