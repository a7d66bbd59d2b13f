/* SPDX-License-Identifier: GPL-2.0-only */
/* Real probes, and servers on the other side that do as the test says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "health/private.h"
#include "net/tests/testnet.h"

#define PEER	"192.0.2.2"
#define PORT	5300
#define INDEX	7
#define LIMIT_S 20 /* for what takes a fraction of a second */

struct world {
	sd_event *event;
	struct health *health;
	int server; /* of the peer */
	sd_event_source *serving;
	const char *answer; /* NULL: silence; of HTTP: all of it */
	size_t answer_size;
	int rcode; /* of DNS */
	unsigned int changes;
	bool up;
	char reason[HEALTH_REASON_MAX];
	bool remove; /* with the next change */
};

static void on_change(void *arg, uint32_t index,
		      const struct health_result *result)
{
	struct world *w = arg;

	assert_int_equal(index, INDEX);
	w->changes++;
	w->up = result->up;
	snprintf(w->reason, sizeof(w->reason), "%s", result->reason);
	if (w->remove)
		health_remove(w->health, index);
}

static int set_up(void **state)
{
	static struct world w;
	const struct health_handler handler = { on_change, &w };

	w = (struct world){ .server = -1 };
	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	assert_true(sd_event_new(&w.event) >= 0);
	assert_int_equal(health_open(&w.health, w.event, NULL, &handler), 0);
	*state = &w;
	return 0;
}

static void stop_serving(struct world *w)
{
	w->serving = sd_event_source_disable_unref(w->serving);
	if (w->server >= 0)
		close(w->server);
	w->server = -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	health_close(w->health);
	stop_serving(w);
	sd_event_unref(w->event);
	testnet_close();
	return 0;
}

static void bind_server(struct world *w, int type, sd_event_io_handler_t serve)
{
	union addr_sockaddr at;
	struct addr address;
	socklen_t size;
	const int on = 1;

	assert_int_equal(addr_parse(PEER, &address), 0);
	size = addr_to_sockaddr(&address, PORT, &at);
	w->server = testnet_peer_socket(AF_INET, type);
	setsockopt(w->server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_return_code(bind(w->server, &at.any, size), errno);
	if (type == SOCK_STREAM)
		assert_return_code(listen(w->server, 64), errno);
	assert_true(sd_event_add_io(w->event, &w->serving, w->server, EPOLLIN,
				    serve, w) >= 0);
}

static int serve_udp(sd_event_source *source, int fd, uint32_t events,
		     void *arg)
{
	const struct world *w = arg;
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	char query[1024];

	(void)source, (void)events;
	assert_true(recvfrom(fd, query, sizeof(query), 0, (void *)&from,
			     &size) >= 0);
	if (w->answer)
		sendto(fd, w->answer, w->answer_size, 0, (void *)&from, size);
	return 0;
}

/* The query back, as an answer with a record that is not there. */
static int serve_dns(sd_event_source *source, int fd, uint32_t events,
		     void *arg)
{
	const struct world *w = arg;
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	unsigned char query[1024];
	const ssize_t length =
		recvfrom(fd, query, sizeof(query), 0, (void *)&from, &size);

	(void)source, (void)events;
	assert_true(length > 12);
	query[2] |= 0x80;
	query[3] = (unsigned char)w->rcode;
	query[7] = w->rcode ? 0 : 1;
	sendto(fd, query, (size_t)length, 0, (void *)&from, size);
	return 0;
}

/* The client is on this loop as well, so nobody may wait for it. */
static int answer_http(sd_event_source *source, int fd, uint32_t events,
		       void *arg)
{
	const struct world *w = arg;
	char request[2048];

	(void)events;
	if (read(fd, request, sizeof(request)) > 0 && w->answer)
		assert_int_equal(write(fd, w->answer, strlen(w->answer)),
				 strlen(w->answer));
	close(fd);
	sd_event_source_disable_unref(source);
	return 0;
}

static int serve_http(sd_event_source *source, int fd, uint32_t events,
		      void *arg)
{
	struct world *w = arg;
	const int client = accept(fd, NULL, NULL);
	sd_event_source *io;

	(void)source, (void)events;
	assert_return_code(client, errno);
	assert_true(sd_event_add_io(w->event, &io, client, EPOLLIN, answer_http,
				    w) >= 0);
	return 0;
}

static void say(struct world *w, const char *answer)
{
	w->answer = answer;
	w->answer_size = answer ? strlen(answer) : 0;
}

static struct model_health make(enum health_type type, const char *address)
{
	struct model_health check = { .type = type,
				      .port = PORT,
				      .interval_ms = 100,
				      .timeout_ms = 40,
				      .rise = 2,
				      .fall = 2 };

	assert_int_equal(addr_parse(address, &check.address), 0);
	return check;
}

static void add(struct world *w, const struct model_health *check, bool up)
{
	char why[256];

	w->up = up;
	if (health_add(w->health, INDEX, check, up, why, sizeof(why)))
		fail_msg("health_add: %s", why);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Until it is up, or down for a reason that contains this. */
static void wait_for(struct world *w, bool up, const char *reason)
{
	const time_t end = seconds() + LIMIT_S;

	while (w->up != up && seconds() < end)
		assert_true(sd_event_run(w->event, 100000) >= 0);
	if (w->up != up)
		fail_msg("not %s in %d s", up ? "up" : "down", LIMIT_S);
	if (!strstr(w->reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", w->reason, reason);
}

static void wait_for_probes(struct world *w, uint64_t n)
{
	const time_t end = seconds() + LIMIT_S;
	struct health_status status = { .checks = 0 };
	uint64_t before;

	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	before = status.checks + status.skipped;
	while (status.checks + status.skipped < before + n && seconds() < end) {
		assert_true(sd_event_run(w->event, 100000) >= 0);
		assert_int_equal(health_status(w->health, INDEX, &status), 0);
	}
	assert_true(status.checks + status.skipped >= before + n);
}

static void test_udp(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_UDP, PEER);
	struct health_status status;

	check.udp.length = 4;
	memcpy(check.udp.send, "ping", 4);
	check.udp.expect = (struct health_expect){ .kind = HEALTH_EXPECT_EXACT,
						   .length = 4,
						   .bytes = "pong" };
	bind_server(w, SOCK_DGRAM, serve_udp);
	say(w, "pong");
	add(w, &check, false);
	wait_for(w, true, "answered");
	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	assert_true(status.up);
	assert_int_equal(status.checks, 2);
	assert_int_equal(status.failed, 0);
	assert_true(status.latency_ns > 0);
	say(w, "pang");
	wait_for(w, false, "answer does not match");
	say(w, "pong");
	wait_for(w, true, "answered");
	say(w, NULL);
	wait_for(w, false, "no answer within 40 ms");
	say(w, "pong");
	wait_for(w, true, "answered");
	stop_serving(w);
	wait_for(w, false, "port unreachable");
	assert_int_equal(w->changes, 6);
}

/* An empty datagram is an answer as well, but not one that says "pong". */
static void test_udp_anything(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_UDP, PEER);

	check.udp.length = 1;
	bind_server(w, SOCK_DGRAM, serve_udp);
	say(w, "");
	add(w, &check, false);
	wait_for(w, true, "answered");
}

static void test_dns(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_DNS, PEER);

	strcpy(check.dns.name, "example.com");
	check.dns.qtype = 1;
	bind_server(w, SOCK_DGRAM, serve_dns);
	add(w, &check, false);
	wait_for(w, true, "answered");
	w->rcode = 2;
	wait_for(w, false, "SERVFAIL");
}

static void test_tcp(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_TCP, PEER);

	bind_server(w, SOCK_STREAM, serve_http);
	add(w, &check, false);
	wait_for(w, true, "connected");
	stop_serving(w);
	wait_for(w, false, "connection refused");
}

static void test_icmp(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_ICMP, PEER);

	add(w, &check, false);
	wait_for(w, true, "answered");
	testnet_peer("sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
	wait_for(w, false, "no answer within");
}

static void test_icmp6(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_ICMP, "2001:db8::2");

	add(w, &check, false);
	wait_for(w, true, "answered");
	testnet_peer("sysctl -qw net.ipv6.icmp.echo_ignore_all=1");
	wait_for(w, false, "no answer within");
}

static void test_no_route(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_ICMP, "203.0.113.1");

	add(w, &check, true);
	wait_for(w, false, "network unreachable");
}

static void test_http(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_HTTP, PEER);

	check.http.expect = (struct health_expect){
		.kind = HEALTH_EXPECT_CONTAINS, .length = 2, .bytes = "ok"
	};
	bind_server(w, SOCK_STREAM, serve_http);
	say(w, "HTTP/1.0 200 Fine\r\n\r\nall ok\n");
	add(w, &check, false);
	wait_for(w, true, "answered");
	say(w, "HTTP/1.0 200 Fine\r\n\r\nnothing is\n");
	wait_for(w, false, "answer does not match");
	say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	wait_for(w, true, "answered");
	say(w, "HTTP/1.0 503 No\r\n\r\nok");
	wait_for(w, false, "status 503, expected 200-299");
	say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	wait_for(w, true, "answered");
	stop_serving(w);
	wait_for(w, false, "connection refused");
}

/* What is no HTTP, and no TLS, and what never comes. */
static void test_http_garbage(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_HTTP, PEER);

	bind_server(w, SOCK_STREAM, serve_http);
	say(w, "\x01\x02 garbage\x1b[31m\r\n\r\n");
	add(w, &check, true);
	wait_for(w, false, "");
	health_remove(w->health, INDEX);
	check.type = HEALTH_HTTPS;
	add(w, &check, true);
	wait_for(w, false, "");
	for (const char *c = w->reason; *c; c++)
		assert_in_range(*c, ' ', '~');
	assert_true(*w->reason);
}

static void test_lost(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_ICMP, PEER);

	add(w, &check, true);
	wait_for_probes(w, 1);
	health_neighbour_lost(w->health, INDEX);
	assert_false(w->up);
	assert_string_equal(w->reason, "neighbour lost");
	wait_for(w, true, "answered");
	health_neighbour_lost(w->health, 9999);
}

/* Of each type, while a probe runs and with the loop in the middle of it. */
static void test_removed(void **state)
{
	static const enum health_type types[] = { HEALTH_ICMP, HEALTH_TCP,
						  HEALTH_HTTP };
	struct world *w = *state;
	struct health_status status;

	bind_server(w, SOCK_STREAM, serve_http);
	say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	w->remove = true;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct model_health check = make(types[i], PEER);

		check.rise = 1;
		add(w, &check, false);
		wait_for(w, true, "");
		assert_int_equal(health_status(w->health, INDEX, &status),
				 -ENOENT);
	}
	health_remove(w->health, INDEX);
}

static void test_refused(void **state)
{
	struct world *w = *state;
	struct model_health check = make(HEALTH_UDP, PEER);
	char why[256];

	assert_int_equal(
		health_add(w->health, INDEX, &check, true, why, sizeof(why)),
		-EINVAL);
	assert_non_null(strstr(why, "silence"));
	check = make(HEALTH_TCP, PEER);
	assert_int_equal(health_add(w->health, HEALTH_INDEX_MAX + 1, &check,
				    true, why, sizeof(why)),
			 -EINVAL);
	add(w, &check, true);
	assert_int_equal(
		health_add(w->health, INDEX, &check, true, why, sizeof(why)),
		-EEXIST);
}

/* What we lack is not held against the backend. */
static void test_no_descriptors(void **state)
{
	struct world *w = *state;
	const struct model_health check = make(HEALTH_TCP, PEER);
	struct health_status status;
	struct rlimit before, none;

	add(w, &check, true);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	wait_for_probes(w, 5);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	assert_true(status.up);
	assert_int_equal(status.failed, 0);
	assert_true(status.skipped >= 5);
	assert_non_null(strstr(status.reason, "not checked"));
	wait_for(w, false, "connection refused");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_udp),
		TEST(test_udp_anything),
		TEST(test_dns),
		TEST(test_tcp),
		TEST(test_icmp),
		TEST(test_icmp6),
		TEST(test_no_route),
		TEST(test_http),
		TEST(test_http_garbage),
		TEST(test_lost),
		TEST(test_removed),
		TEST(test_refused),
		TEST(test_no_descriptors),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
