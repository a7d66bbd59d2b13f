/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/copy.h"
#include "config/tests/cases.h"
#include "config/tests/text.h"

static void assert_addr(const struct addr *addr, const char *text)
{
	char buf[ADDR_STRLEN];

	assert_string_equal(addr_format(addr, buf), text);
}

static void test_defaults(void **state)
{
	struct model *m = config_test_parse(TOP PLAIN);
	const struct model_service *s = &m->services[0];

	(void)state;
	assert_string_equal(m->interface, "eth0");
	assert_int_equal(m->mode, MODE_AUTO);
	assert_int_equal(m->dispatcher, DISPATCHER_AUTO);
	assert_true(m->latency);
	assert_false(m->persist);
	assert_int_equal(m->flows, MODEL_FLOWS_DEFAULT);
	assert_false(addr_is_set(&m->gateway));
	assert_false(addr_is_set(&m->gateway6));
	assert_int_equal(m->n_direct, 0);
	assert_addr(&m->metrics_address, "127.0.0.1");
	assert_int_equal(m->metrics_port, 8000);
	assert_null(m->admin_socket);
	assert_int_equal(m->n_services, 1);
	assert_string_equal(s->name, "10.0.0.1:53");
	assert_addr(&s->address, "10.0.0.1");
	assert_false(s->all_ports);
	assert_int_equal(s->n_ports, 1);
	assert_int_equal(s->ports[0].first, 53);
	assert_int_equal(s->ports[0].last, 53);
	assert_int_equal(s->balance, LB_BALANCE_FLOW);
	assert_int_equal(s->forward, LB_FORWARD_NAT);
	assert_int_equal(s->health.type, HEALTH_NONE);
	assert_int_equal(s->health.interval_ms, 1000);
	assert_int_equal(s->health.rise, 2);
	assert_int_equal(s->health.fall, 3);
	assert_false(s->health.skipped_fails);
	assert_int_equal(s->n_filters, 0);
	assert_false(s->deny_others);
	assert_true(s->answer_ping);
	assert_false(s->drop_malformed);
	assert_true(s->tell_unreachable);
	assert_false(s->fail_open);
	assert_int_equal(s->ring_size, MODEL_RING_SIZE_DEFAULT_MIN);
	assert_int_equal(s->n_backends, 1);
	assert_addr(&s->backends[0].address, "10.0.0.2");
	assert_int_equal(s->backends[0].port, 0);
	assert_int_equal(s->backends[0].weight, 1);
	assert_false(s->backends[0].drain);
	assert_false(s->backends[0].has_mac);
	assert_int_equal(s->backends[0].n_server_ids, 0);
	model_free(m);
}

static void assert_prefix(const struct model_prefix *prefix, const char *text)
{
	char address[ADDR_STRLEN], buf[ADDR_STRLEN + sizeof("/128")];

	snprintf(buf, sizeof(buf), "%s/%u",
		 addr_format(&prefix->address, address), prefix->length);
	assert_string_equal(buf, text);
}

static void test_tunnel_defaults(void **state)
{
	static const char *const heads[] = { "", "tunnel: {}\npresence: {}\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		char text[512];
		struct model *m;

		snprintf(text, sizeof(text), "%s%s", heads[i], TOP PLAIN);
		m = config_test_parse(text);
		assert_false(addr_is_set(&m->tunnel.source4));
		assert_false(addr_is_set(&m->tunnel.source6));
		assert_prefix(&m->tunnel.spread4, "172.16.0.0/16");
		assert_prefix(&m->tunnel.spread6, "100::/64");
		assert_int_equal(m->tunnel.mtu, 0);
		assert_int_equal(m->tunnel.too_big_per_second, 100);
		assert_int_equal(m->presence.announce, PRESENCE_AUTO);
		assert_int_equal(m->presence.interval_ms, 60000);
		assert_int_equal(m->presence.assign, PRESENCE_NOWHERE);
		model_free(m);
	}
}

static void test_tunnel_given(void **state)
{
	struct model *m = config_test_parse(
		"gateway6: fe80::1\ntunnel:\n  source: 192.0.2.1\n"
		"  source6: 2001:db8::1\n  spread: 10.9.0.0/20\n"
		"  spread6: 2001:db8:1::/112\n  mtu: 9000\n"
		"  too_big_rate: 0\npresence:\n  announce: yes\n"
		"  interval: 5m\n  assign: loopback\n" TOP PLAIN);

	(void)state;
	assert_addr(&m->gateway6, "fe80::1");
	assert_addr(&m->tunnel.source4, "192.0.2.1");
	assert_addr(&m->tunnel.source6, "2001:db8::1");
	assert_prefix(&m->tunnel.spread4, "10.9.0.0/20");
	assert_prefix(&m->tunnel.spread6, "2001:db8:1::/112");
	assert_int_equal(m->tunnel.mtu, 9000);
	assert_int_equal(m->tunnel.too_big_per_second, 0);
	assert_int_equal(m->presence.announce, PRESENCE_YES);
	assert_int_equal(m->presence.interval_ms, 300000);
	assert_int_equal(m->presence.assign, PRESENCE_LOOPBACK);
	model_free(m);
}

static void test_tunnel_off(void **state)
{
	struct model *m = config_test_parse(
		"tunnel: {spread: off, spread6: off, mtu: 65535,"
		" too_big_rate: 100000}\npresence: {announce: no,"
		" interval: off, assign: interface}\n" TOP PLAIN);

	(void)state;
	assert_false(addr_is_set(&m->tunnel.spread4.address));
	assert_false(addr_is_set(&m->tunnel.spread6.address));
	assert_int_equal(m->tunnel.mtu, 65535);
	assert_int_equal(m->tunnel.too_big_per_second, 100000);
	assert_int_equal(m->presence.announce, PRESENCE_NO);
	assert_int_equal(m->presence.interval_ms, 0);
	assert_int_equal(m->presence.assign, PRESENCE_INTERFACE);
	model_free(m);
}

static void test_families(void **state)
{
	struct model *m = config_test_parse(
		TOP PLAIN6 SERVICE("\"2001:db8::9\"", "all")
			BACKENDS("[{address: 10.0.0.2},"
				 " {address: \"2001:db8::2\", port: "
				 "9}]") "    forward: gue\n" SERVICE("1"
								     "0"
								     "."
								     "0"
								     "."
								     "0"
								     "."
								     "9",
								     "["
								     "1"
								     ","
								     " "
								     "2"
								     "]")
				BACKEND6 "    forward: ipip\n");
	const struct model_service *s = m->services;

	(void)state;
	assert_string_equal(s[0].name, "[2001:db8::1]:53");
	assert_addr(&s[0].address, "2001:db8::1");
	assert_addr(&s[0].backends[0].address, "2001:db8::2");
	assert_string_equal(s[1].name, "[2001:db8::9]:all");
	assert_int_equal(s[1].forward, LB_FORWARD_GUE);
	assert_addr(&s[1].backends[0].address, "10.0.0.2");
	assert_int_equal(s[1].backends[0].port, 6080);
	assert_int_equal(s[1].backends[1].port, 9);
	assert_int_equal(s[2].forward, LB_FORWARD_IPIP);
	assert_addr(&s[2].backends[0].address, "2001:db8::2");
	assert_int_equal(s[2].backends[0].port, 0);
	model_free(m);
}

static void assert_filter(const struct model_service *s, size_t i, bool deny,
			  const char *prefix)
{
	assert_true(i < s->n_filters);
	assert_prefix(&s->filters[i].prefix, prefix);
	assert_int_equal(s->filters[i].deny, deny);
}

static void test_filters(void **state)
{
	struct model *m = config_test_parse(
		TOP PLAIN
		"    allow: [10.0.0.0/8, 9.0.0.0/8, 10.1.1.1/32]\n"
		"    deny: 10.1.0.0/16\n" SERVICE("\"2001:db8::1\"", "53")
			BACKEND6 "    deny: [\"::/0\", \"2001:DB8::/33\"]\n");
	const struct model_service *s = m->services;

	(void)state;
	assert_true(s[0].deny_others);
	assert_int_equal(s[0].n_filters, 4);
	assert_filter(&s[0], 0, false, "10.1.1.1/32");
	assert_filter(&s[0], 1, true, "10.1.0.0/16");
	assert_filter(&s[0], 2, false, "9.0.0.0/8");
	assert_filter(&s[0], 3, false, "10.0.0.0/8");
	assert_false(s[1].deny_others);
	assert_int_equal(s[1].n_filters, 2);
	assert_filter(&s[1], 0, true, "2001:db8::/33");
	assert_filter(&s[1], 1, true, "::/0");
	model_free(m);
}

static void test_server_ids(void **state)
{
	static const struct model_server_id expected[] = {
		{ .config = 0, .length = 4, .bytes = { 0xa, 0xb, 0xc, 0xd } },
		{ .config = 1, .length = 2, .bytes = { 0xbe, 0xef } },
		{ .config = 6,
		  .length = 8,
		  .bytes = { 0, 1, 2, 3, 4, 5, 0xff, 0 } },
	};
	struct model *m = config_test_parse(
		ONE_BACKEND("address: 10.0.0.2, server_id: [0a0b0C0d, 1/BEef,"
			    " \"6/000102030405ff00\"]") "    balance: quic\n");
	const struct model_backend *b = m->services[0].backends;

	(void)state;
	assert_int_equal(m->services[0].balance, LB_BALANCE_QUIC);
	assert_int_equal(b->n_server_ids, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct model_server_id *id = &b->server_ids[i];

		assert_int_equal(id->config, expected[i].config);
		assert_int_equal(id->length, expected[i].length);
		assert_memory_equal(id->bytes, expected[i].bytes,
				    LB_QUIC_ID_MAX);
	}
	model_free(m);
}

/* Who does not say follows who does, be that before or after. */
static void test_services_of_a_vip(void **state)
{
	struct model *m = config_test_parse(
		TOP PLAIN SERVICE("10.0.0.1", "54") BACKEND
		"    ping: false\n    malformed: drop\n" SERVICE("10.0.0.9",
								 "55")
			BACKEND SERVICE("10.0.0.1", "56") BACKEND);
	static const bool answers[] = { false, false, true, false };

	(void)state;
	assert_int_equal(m->n_services, COUNT(answers));
	for (size_t i = 0; i < COUNT(answers); i++) {
		assert_int_equal(m->services[i].answer_ping, answers[i]);
		assert_int_equal(m->services[i].drop_malformed, !answers[i]);
	}
	model_free(m);
}

/* Slots for a first backend of weight 1 and n others of this weight. */
static uint32_t default_slots(unsigned int n, unsigned int weight)
{
	static char text[16384];
	size_t used;
	struct model *m;
	uint32_t slots;

	used = (size_t)snprintf(text, sizeof(text),
				"interface: eth0\nservices:\n"
				"- address: 10.0.0.1\n  ports: 53\n"
				"  backends:\n  - {address: 10.1.0.1}\n");
	for (unsigned int i = 0; i < n; i++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used,
			"  - {address: 10.2.0.%u, weight: %u}\n", i + 1,
			weight);
	m = config_test_parse(text);
	slots = m->services[0].ring_size;
	model_free(m);
	return slots;
}

static void test_default_ring_size(void **state)
{
	(void)state;
	assert_int_equal(default_slots(1, 1), 4096);
	assert_int_equal(default_slots(31, 1), 4096);
	assert_int_equal(default_slots(32, 1), 8192);
	assert_int_equal(default_slots(1, 511), 4096);
	assert_int_equal(default_slots(1, 512), 8192);
	assert_int_equal(default_slots(100, 1000), 65536);
}

static void test_everything_given(void **state)
{
	static const uint8_t mac[MAC_LEN] = { 2, 0, 0, 0, 0xab, 1 };
	struct model *m = config_test_parse(
		"interface: enp23s0f0np0\nmode: drv\nlatency: no\n"
		"dispatcher: yes\npersist: yes\nflows: 1000000\n"
		"gateway: 10.0.0.254\nmetrics: {listen: \"[::1]:9100\"}\n"
		"admin: {socket: /run/x.sock}\nservices:\n"
		"- name: first\n  address: 10.0.0.1\n  ports: 5353\n"
		"  balance: source\n  forward: nat\n  ring_size: 1024\n"
		"  sticky: 300\n  backends:\n"
		"  - {address: 10.0.0.2, port: 53, weight: 1000,"
		" mac: \"02:00:00:00:AB:01\"}\n"
		"  - {address: 10.0.0.3}\n"
		"  health: {type: udp, interval: 500ms, rise: 1, fall: 100, "
		"skipped: fail,"
		" send: ping, expect: pong, port: 7}\n"
		"- {address: 10.0.0.4, ports: all, balance: packet,"
		" forward: dsr, backends: [{address: 10.0.0.2}],"
		" health: {type: http, interval: 60m, port: 80}}\n");
	const struct model_service *s = m->services;

	(void)state;
	assert_string_equal(m->interface, "enp23s0f0np0");
	assert_int_equal(m->mode, MODE_DRV);
	assert_int_equal(m->dispatcher, DISPATCHER_YES);
	assert_false(m->latency);
	assert_true(m->persist);
	assert_int_equal(m->flows, 1000000);
	assert_addr(&m->gateway, "10.0.0.254");
	assert_addr(&m->metrics_address, "::1");
	assert_int_equal(m->metrics_port, 9100);
	assert_string_equal(m->admin_socket, "/run/x.sock");
	assert_int_equal(m->n_services, 2);
	assert_string_equal(s[0].name, "first");
	assert_int_equal(s[0].balance, LB_BALANCE_SOURCE);
	assert_int_equal(s[0].ring_size, 1024);
	assert_int_equal(s[0].sticky_s, 300);
	assert_int_equal(s[1].sticky_s, 0);
	assert_int_equal(s[0].n_backends, 2);
	assert_int_equal(s[0].backends[0].port, 53);
	assert_int_equal(s[0].backends[0].weight, 1000);
	assert_true(s[0].backends[0].has_mac);
	assert_memory_equal(s[0].backends[0].mac, mac, MAC_LEN);
	assert_addr(&s[0].backends[1].address, "10.0.0.3");
	assert_int_equal(s[0].health.type, HEALTH_UDP);
	assert_int_equal(s[0].health.interval_ms, 500);
	assert_int_equal(s[0].health.rise, 1);
	assert_int_equal(s[0].health.fall, 100);
	assert_true(s[0].health.skipped_fails);
	assert_string_equal(s[1].name, "10.0.0.4:all");
	assert_true(s[1].all_ports);
	assert_int_equal(s[1].n_ports, 0);
	assert_int_equal(s[1].balance, LB_BALANCE_PACKET);
	assert_int_equal(s[1].forward, LB_FORWARD_DSR);
	assert_int_equal(s[1].health.type, HEALTH_HTTP);
	assert_int_equal(s[1].health.interval_ms, 3600000);
	model_free(m);
}

static void test_ports_are_sorted(void **state)
{
	static const struct model_ports expected[] = { { 1, 1 },
						       { 53, 53 },
						       { 54, 60 },
						       { 5000, 5005 },
						       { 65535, 65535 } };
	struct model *m = config_test_parse(TOP SERVICE(
		"10.0.0.1", "[5000-5005, 53, 65535, 1-1, 54-60]") BACKEND);

	(void)state;
	assert_int_equal(m->services[0].n_ports, COUNT(expected));
	assert_memory_equal(m->services[0].ports, expected, sizeof(expected));
	assert_string_equal(m->services[0].name, "10.0.0.1:1");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_tunnel_defaults),
		cmocka_unit_test(test_tunnel_given),
		cmocka_unit_test(test_tunnel_off),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_server_ids),
		cmocka_unit_test(test_services_of_a_vip),
		cmocka_unit_test(test_default_ring_size),
		cmocka_unit_test(test_everything_given),
		cmocka_unit_test(test_ports_are_sorted),
	};

	return cmocka_run_group_tests_name("config_model", tests, NULL, NULL);
}
