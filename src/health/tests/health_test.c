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

#include "health/tests/probing.h"
#include "net/tests/testnet.h"

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

static void test_udp(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_UDP, PEER);
	struct health_status status;

	check.udp.length = 4;
	memcpy(check.udp.send, "ping", 4);
	check.udp.expect = (struct health_expect){ .kind = HEALTH_EXPECT_EXACT,
						   .length = 4,
						   .bytes = "pong" };
	probing_serve(w, SOCK_DGRAM, serve_udp);
	probing_say(w, "pong");
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	assert_true(status.up);
	assert_int_equal(status.checks, 2);
	assert_int_equal(status.failed, 0);
	assert_true(status.latency_ns > 0);
	probing_say(w, "pang");
	probing_wait_for(w, false, "answer does not match");
	probing_say(w, "pong");
	probing_wait_for(w, true, "answered");
	probing_say(w, NULL);
	probing_wait_for(w, false, "no answer within 40 ms");
	probing_say(w, "pong");
	probing_wait_for(w, true, "answered");
	probing_stop_serving(w);
	probing_wait_for(w, false, "port unreachable");
	assert_int_equal(w->changes, 6);
}

/* An empty datagram is an answer as well, but not one that says "pong". */
static void test_udp_anything(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_UDP, PEER);

	check.udp.length = 1;
	probing_serve(w, SOCK_DGRAM, serve_udp);
	probing_say(w, "");
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
}

/* As another balancer on the way makes of it; and as any stranger could say. */
static int serve_from_alias(sd_event_source *source, int fd, uint32_t events,
			    void *arg)
{
	static const char *const texts[] = { "192.0.2.9", "192.0.2.8" };
	struct world *w = arg;
	union addr_sockaddr from = { 0 };
	struct addr address;
	socklen_t size = sizeof(from), length;
	char query[1024];

	(void)source, (void)events;
	assert_true(recvfrom(fd, query, sizeof(query), 0, &from.any, &size) >=
		    0);
	for (size_t i = 0; i < 2; i++) {
		const int other = testnet_peer_socket(AF_INET, SOCK_DGRAM);
		union addr_sockaddr at;

		assert_int_equal(addr_parse(texts[i], &address), 0);
		length = addr_to_sockaddr(&address, 53, &at);
		assert_return_code(bind(other, &at.any, length), errno);
		if (!i)
			sendto(other, "pang", 4, 0, &from.any, size);
		else if (w->answer)
			sendto(other, w->answer, w->answer_size, 0, &from.any,
			       size);
		close(other);
	}
	return 0;
}

static void test_udp_alias(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_UDP, PEER);

	testnet_peer("ip addr add 192.0.2.8/24 dev peer0; "
		     "ip addr add 192.0.2.9/24 dev peer0");
	check.udp.length = 1;
	check.udp.expect = (struct health_expect){ .kind = HEALTH_EXPECT_EXACT,
						   .length = 4,
						   .bytes = "pong" };
	assert_int_equal(addr_parse("192.0.2.8", &check.alias), 0);
	probing_serve(w, SOCK_DGRAM, serve_from_alias);
	probing_say(w, "pong");
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	probing_say(w, NULL);
	probing_wait_for(w, false, "no answer within 40 ms");
	probing_stop_serving(w);
	probing_serve(w, SOCK_DGRAM, serve_udp);
	probing_say(w, "pong");
	probing_wait_for(w, true, "answered");
	probing_stop_serving(w);
	probing_wait_for(w, false, "port unreachable");
}

static void test_dns(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_DNS, PEER);

	strcpy(check.dns.name, "example.com");
	check.dns.qtype = 1;
	probing_serve(w, SOCK_DGRAM, serve_dns);
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	w->rcode = 2;
	probing_wait_for(w, false, "SERVFAIL");
}

static void test_tcp(void **state)
{
	struct world *w = *state;
	const struct model_health check = probing_check(HEALTH_TCP, PEER);

	probing_serve(w, SOCK_STREAM, serve_http);
	probing_add(w, &check, false);
	probing_wait_for(w, true, "connected");
	probing_stop_serving(w);
	probing_wait_for(w, false, "connection refused");
}

static void test_icmp(void **state)
{
	struct world *w = *state;
	const struct model_health check = probing_check(HEALTH_ICMP, PEER);

	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	testnet_peer("sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
	probing_wait_for(w, false, "no answer within");
}

static void test_icmp6(void **state)
{
	struct world *w = *state;
	const struct model_health check =
		probing_check(HEALTH_ICMP, "2001:db8::2");

	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	testnet_peer("sysctl -qw net.ipv6.icmp.echo_ignore_all=1");
	probing_wait_for(w, false, "no answer within");
}

static void test_no_route(void **state)
{
	struct world *w = *state;
	const struct model_health check =
		probing_check(HEALTH_ICMP, "203.0.113.1");

	probing_add(w, &check, true);
	probing_wait_for(w, false, "network unreachable");
}

static void test_http(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_HTTP, PEER);

	check.http.expect = (struct health_expect){
		.kind = HEALTH_EXPECT_CONTAINS, .length = 2, .bytes = "ok"
	};
	probing_serve(w, SOCK_STREAM, serve_http);
	probing_say(w, "HTTP/1.0 200 Fine\r\n\r\nall ok\n");
	probing_add(w, &check, false);
	probing_wait_for(w, true, "answered");
	probing_say(w, "HTTP/1.0 200 Fine\r\n\r\nnothing is\n");
	probing_wait_for(w, false, "answer does not match");
	probing_say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	probing_wait_for(w, true, "answered");
	probing_say(w, "HTTP/1.0 503 No\r\n\r\nok");
	probing_wait_for(w, false, "status 503, expected 200-299");
	probing_say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	probing_wait_for(w, true, "answered");
	probing_stop_serving(w);
	probing_wait_for(w, false, "connection refused");
}

/* What is no HTTP, and no TLS, and what never comes. */
static void test_http_garbage(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_HTTP, PEER);

	probing_serve(w, SOCK_STREAM, serve_http);
	probing_say(w, "\x01\x02 garbage\x1b[31m\r\n\r\n");
	probing_add(w, &check, true);
	probing_wait_for(w, false, "");
	health_remove(w->health, INDEX);
	check.type = HEALTH_HTTPS;
	probing_add(w, &check, true);
	probing_wait_for(w, false, "");
	for (const char *c = w->reason; *c; c++)
		assert_in_range(*c, ' ', '~');
	assert_true(*w->reason);
}

static void test_lost(void **state)
{
	struct world *w = *state;
	const struct model_health check = probing_check(HEALTH_ICMP, PEER);

	probing_add(w, &check, true);
	probing_wait_for_probes(w, 1);
	health_neighbour_lost(w->health, INDEX);
	assert_false(w->up);
	assert_string_equal(w->reason, "neighbour lost");
	probing_wait_for(w, true, "answered");
	health_neighbour_lost(w->health, 9999);
}

/* Of each type, while a probe runs and with the loop in the middle of it. */
static void test_removed(void **state)
{
	static const enum health_type types[] = { HEALTH_ICMP, HEALTH_TCP,
						  HEALTH_HTTP };
	struct world *w = *state;
	struct health_status status;

	probing_serve(w, SOCK_STREAM, serve_http);
	probing_say(w, "HTTP/1.0 200 Fine\r\n\r\nok");
	w->remove = true;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct model_health check = probing_check(types[i], PEER);

		check.rise = 1;
		probing_add(w, &check, false);
		probing_wait_for(w, true, "");
		assert_int_equal(health_status(w->health, INDEX, &status),
				 -ENOENT);
	}
	health_remove(w->health, INDEX);
}

static void test_refused(void **state)
{
	struct world *w = *state;
	struct model_health check = probing_check(HEALTH_UDP, PEER);
	char why[256];

	assert_int_equal(
		health_add(w->health, INDEX, &check, true, why, sizeof(why)),
		-EINVAL);
	assert_non_null(strstr(why, "silence"));
	check = probing_check(HEALTH_TCP, PEER);
	assert_int_equal(health_add(w->health, HEALTH_INDEX_MAX + 1, &check,
				    true, why, sizeof(why)),
			 -EINVAL);
	probing_add(w, &check, true);
	assert_int_equal(
		health_add(w->health, INDEX, &check, true, why, sizeof(why)),
		-EEXIST);
}

/* What we lack is not held against the backend. */
static void test_no_descriptors(void **state)
{
	struct world *w = *state;
	const struct model_health check = probing_check(HEALTH_TCP, PEER);
	struct health_status status;
	struct rlimit before, none;

	probing_add(w, &check, true);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	probing_wait_for_probes(w, 5);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	assert_true(status.up);
	assert_int_equal(status.failed, 0);
	assert_true(status.skipped >= 5);
	assert_non_null(strstr(status.reason, "not checked"));
	probing_wait_for(w, false, "connection refused");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, probing_open, probing_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_udp),	      TEST(test_udp_anything),
		TEST(test_udp_alias), TEST(test_dns),
		TEST(test_tcp),	      TEST(test_icmp),
		TEST(test_icmp6),     TEST(test_no_route),
		TEST(test_http),      TEST(test_http_garbage),
		TEST(test_lost),      TEST(test_removed),
		TEST(test_refused),   TEST(test_no_descriptors),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
