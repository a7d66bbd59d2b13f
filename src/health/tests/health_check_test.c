/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "health/check.h"

static struct model_health make(enum health_type type)
{
	struct model_health check = { .type = type,
				      .port = 53,
				      .interval_ms = 1000,
				      .rise = 2,
				      .fall = 3 };

	assert_int_equal(addr_parse("192.0.2.1", &check.address), 0);
	if (type == HEALTH_UDP) {
		check.udp.length = 4;
		memcpy(check.udp.send, "ping", 4);
	}
	return check;
}

/* What the configuration is told: the key, and why. */
static void test_keys(void **state)
{
	struct model_health check = make(HEALTH_NONE);
	const char *key;
	char why[256];

	(void)state;
	assert_int_equal(health_check_sound(&check, &key, why, sizeof(why)), 0);
	assert_int_equal(check.timeout_ms, 500);
	check.timeout_ms = 900;
	assert_int_equal(health_check_sound(&check, &key, why, sizeof(why)),
			 -EINVAL);
	assert_string_equal(key, "timeout");
	check = make(HEALTH_HTTPS);
	check.http.expect.kind = HEALTH_EXPECT_REGEX;
	check.http.expect.length = 1;
	check.http.expect.bytes[0] = '(';
	assert_int_equal(health_check_sound(&check, &key, why, sizeof(why)),
			 -EINVAL);
	assert_string_equal(key, "expect");
}

static struct model_ports ports = { 53, 53 };

static void test_endpoint(void **state)
{
	struct model_backend backend = { .port = 5353 };
	struct model_service service = { .ports = &ports,
					 .n_ports = 1,
					 .forward = LB_FORWARD_NAT,
					 .health = { .type = HEALTH_NONE } };
	struct model_health out;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1", &backend.address), 0);
	assert_false(health_check_of(&service, &backend, &out));
	service.health.type = HEALTH_TCP;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(addr_compare(&out.address, &backend.address), 0);
	assert_int_equal(out.port, 5353);
	backend.port = 0;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 53);
	service.forward = LB_FORWARD_GUE;
	backend.port = 6080;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 53);
	service.health.port = 8080;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 8080);
	service.health.type = HEALTH_ICMP;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 0);
}

static void test_endpoint_elsewhere(void **state)
{
	static struct model_ports range = { 53, 54 };
	struct model_backend backend = { .port = 0 };
	struct model_service service = { .ports = &range,
					 .n_ports = 1,
					 .health = { .type = HEALTH_TCP } };
	struct model_health out;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1", &backend.address), 0);
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 0);
	service.n_ports = 0;
	service.all_ports = true;
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(out.port, 0);
	assert_int_equal(addr_parse("192.0.2.8", &service.health.address), 0);
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(addr_compare(&out.address, &service.health.address),
			 0);
	assert_int_equal(addr_parse("192.0.2.9", &backend.health_address), 0);
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(addr_compare(&out.address, &backend.health_address),
			 0);
}

/* What only UDP by way of another balancer may come from. */
static void test_alias(void **state)
{
	struct model_backend backend = { .port = 53 };
	struct model_service service = { .forward = LB_FORWARD_NAT,
					 .health = { .type = HEALTH_UDP } };
	struct model_health out;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1", &backend.address), 0);
	assert_int_equal(addr_parse("203.0.113.1", &service.address), 0);
	assert_true(health_check_of(&service, &backend, &out));
	assert_int_equal(addr_compare(&out.alias, &service.address), 0);
	service.health.type = HEALTH_TCP;
	assert_true(health_check_of(&service, &backend, &out));
	assert_false(addr_is_set(&out.alias));
	service.health.type = HEALTH_DNS;
	service.forward = LB_FORWARD_DSR;
	assert_true(health_check_of(&service, &backend, &out));
	assert_false(addr_is_set(&out.alias));
}

/* Every byte that means something counts, and no other. */
static void test_same(void **state)
{
	struct model_health a = make(HEALTH_UDP), b = a;

	(void)state;
	b.udp.send[10] = 'x';
	assert_true(health_check_same(&a, &b));
	b.udp.send[1] = 'x';
	assert_false(health_check_same(&a, &b));
	b = a;
	b.alias = a.address;
	assert_false(health_check_same(&a, &b));
	b = a;
	b.udp.expect.kind = HEALTH_EXPECT_EXACT;
	assert_false(health_check_same(&a, &b));
	b = a;
	b.rise++;
	assert_false(health_check_same(&a, &b));
	b = a;
	b.port++;
	assert_false(health_check_same(&a, &b));
	b = a;
	b.type = HEALTH_TCP;
	assert_false(health_check_same(&a, &b));
	a = b;
	assert_true(health_check_same(&a, &b));
	b.address.v4.s_addr++;
	assert_false(health_check_same(&a, &b));
	a = b = make(HEALTH_HTTPS);
	strcpy(a.http.path, "/x");
	assert_false(health_check_same(&a, &b));
	b = a;
	b.http.verify = true;
	assert_false(health_check_same(&a, &b));
	a = b = make(HEALTH_DNS);
	a.dns.qtype = 6;
	assert_false(health_check_same(&a, &b));
}

static void assert_accepted(struct model_health *check)
{
	char why[256] = "";

	if (health_check_complete(check, why, sizeof(why)))
		fail_msg("refused: %s", why);
}

static void assert_refused(struct model_health check, const char *part)
{
	char why[256] = "";

	assert_int_equal(health_check_complete(&check, why, sizeof(why)),
			 -EINVAL);
	if (!strstr(why, part))
		fail_msg("'%s' does not say '%s'", why, part);
}

static void test_defaults(void **state)
{
	struct model_health check = make(HEALTH_HTTP);

	(void)state;
	assert_accepted(&check);
	assert_int_equal(check.timeout_ms, 500);
	assert_string_equal(check.http.path, "/");
	assert_int_equal(check.http.status_first, 200);
	assert_int_equal(check.http.status_last, 299);
	check = make(HEALTH_ICMP);
	check.port = 0;
	assert_accepted(&check);
}

static void test_counts(void **state)
{
	struct model_health check = make(HEALTH_TCP);

	(void)state;
	check.interval_ms = HEALTH_INTERVAL_MIN_MS - 1;
	assert_refused(check, "99 ms");
	check.interval_ms = HEALTH_INTERVAL_MAX_MS + 1;
	assert_refused(check, "3600001 ms");
	check = make(HEALTH_TCP);
	check.rise = 0;
	assert_refused(check, "0: 1 to 100");
	check.rise = 101;
	assert_refused(check, "101: 1 to 100");
	check = make(HEALTH_TCP);
	check.fall = 0;
	assert_refused(check, "0: 1 to 100");
	check = make(HEALTH_TCP);
	check.port = 0;
	assert_refused(check, "no port");
	check = make(HEALTH_TCP);
	check.address.family = AF_UNSPEC;
	assert_refused(check, "no address");
	assert_refused(make(HEALTH_NONE), "none");
}

static void test_timeout(void **state)
{
	struct model_health check = make(HEALTH_TCP);

	(void)state;
	assert_int_equal(health_check_timeout_max_ms(1000, 3), 762);
	assert_int_equal(health_check_timeout_max_ms(1000, 1), 525);
	assert_int_equal(health_check_timeout_max_ms(100, 100), 99);
	check.timeout_ms = 762;
	assert_accepted(&check);
	check.timeout_ms = 763;
	assert_refused(check, "at most 762 ms");
	check.timeout_ms = 1001;
	assert_refused(check, "longer than the interval");
	check.timeout_ms = HEALTH_TIMEOUT_MIN_MS - 1;
	assert_refused(check, "at least 10");
}

static void test_udp(void **state)
{
	struct model_health check = make(HEALTH_UDP);

	(void)state;
	assert_accepted(&check);
	check.udp.length = 0;
	assert_refused(check, "silence does not tell");
	check.udp.length = HEALTH_BYTES_MAX + 1;
	assert_refused(check, "513 bytes");
	check = make(HEALTH_UDP);
	check.udp.expect.kind = HEALTH_EXPECT_EXACT;
	assert_refused(check, "expected answer");
}

static void test_dns(void **state)
{
	struct model_health check = make(HEALTH_DNS);

	(void)state;
	assert_refused(check, "is missing; expected the domain name");
	strcpy(check.dns.name, "example.com");
	assert_refused(check, "is missing");
	check.dns.qtype = 1;
	assert_accepted(&check);
	strcpy(check.dns.name, "a..b");
	assert_refused(check, "'a..b' is no domain name");
	memset(check.dns.name, 'x', sizeof(check.dns.name));
	assert_refused(check, "is no domain name");
}

static void test_http(void **state)
{
	struct model_health check = make(HEALTH_HTTP);

	(void)state;
	strcpy(check.http.path, "/health?full=1&x=%20");
	strcpy(check.http.host, "www.example-1.com");
	assert_accepted(&check);
	strcpy(check.http.path, "health");
	assert_refused(check, "'health' does not begin");
	strcpy(check.http.path, "/a b");
	assert_refused(check, "%XX");
	strcpy(check.http.path, "/\r\nX: y");
	assert_refused(check, "%XX");
	strcpy(check.http.path, "/a#b");
	assert_refused(check, "%XX");
	check = make(HEALTH_HTTP);
	strcpy(check.http.host, "a/b");
	assert_refused(check, "'a/b' is not the name of a host");
	check = make(HEALTH_HTTP);
	memset(check.http.host, 'x', sizeof(check.http.host));
	assert_refused(check, "too long");
	check = make(HEALTH_HTTP);
	check.http.status_first = 300;
	assert_refused(check, "300-0");
	check.http.status_last = 600;
	assert_refused(check, "300-600");
	check.http.status_last = 399;
	check.http.expect.kind = HEALTH_EXPECT_REGEX;
	assert_refused(check, "expected answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_dns),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_endpoint),
		cmocka_unit_test(test_endpoint_elsewhere),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests_name("health_check", tests, NULL, NULL);
}
