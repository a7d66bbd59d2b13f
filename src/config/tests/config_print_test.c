/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is printed or copied is the same model, judged field by field and not by
 * the printer; and what two models differ in is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/tests/cases.h"
#include "config/changes.h"
#include "model/copy.h"
#include "config/print.h"
#include "config/tests/text.h"
#include "health/check.h"

/* Every key, most with another value than their default. */
static const char everything[] =
	"interface: \"a\\\"b\\\\c\\u00e9\"\nmode: skb\nlatency: no\n"
	"dispatcher: no\npersist: yes\nflows: 12345\n"
	"direct: [10.9.9.9, 10.9.8.0/30, \"2001:db8::9\"]\ngateway: "
	"10.0.0.254\ngateway6: "
	"\"fe80::1\"\n"
	"tunnel: {source: 192.0.2.1, source6: \"2001:db8::1\",\n"
	"  spread: 10.9.0.0/20, spread6: off, mtu: 9000, too_big_rate: 7}\n"
	"presence: {announce: yes, interval: 90s, assign: loopback}\n"
	"metrics: {listen: \"[::1]:9100\"}\n"
	"admin: {socket: \"/run/x \\x01#: y.sock\"}\n"
	"services:\n"
	"- name: \"fir\\\"st:#{\"\n  address: 10.0.0.1\n  ports: 5353\n"
	"  balance: source\n  forward: nat\n  ring_size: 1024\n  sticky: 90\n"
	"  ping: false\n  malformed: drop\n  unreachable: silent\n  fail_open: "
	"true\n"
	"  allow: [10.0.0.0/8, 9.0.0.0/8]\n  deny: 10.1.0.0/16\n"
	"  backends:\n"
	"  - {address: 10.0.0.2, port: 53, weight: 1000, drain: true,"
	" mac: \"02:00:00:00:AB:01\"}\n"
	"  - {address: 10.0.0.3}\n"
	"  health: {type: icmp, interval: 1500ms, rise: 1, fall: 100,"
	" skipped: fail}\n"
	"- {address: 10.0.0.4, ports: all, balance: packet, forward: dsr,"
	" backends: [{address: 10.0.0.2}]}\n"
	"- {address: \"2001:db8::1\", ports: [1-9, 53], balance: quic,"
	" forward: gue, deny: \"::/0\", backends: ["
	"{address: 10.0.0.2, server_id: [0a0b0c, 1/beef]},"
	" {address: \"2001:db8::2\", port: 9, server_id: \"6/00\"}]}\n";

#define SAME(field)	 assert_true(a->field == b->field)
#define SAME_ADDR(field) assert_int_equal(addr_compare(&a->field, &b->field), 0)
#define SAME_TEXT(field) assert_string_equal(a->field, b->field)

static void same_prefix(const struct model_prefix *a,
			const struct model_prefix *b)
{
	SAME_ADDR(address);
	SAME(length);
}

static void same_backend(const struct model_backend *a,
			 const struct model_backend *b)
{
	SAME_ADDR(address);
	SAME(port);
	SAME(weight);
	SAME(drain);
	SAME(has_mac);
	assert_memory_equal(a->mac, b->mac, MAC_LEN);
	SAME_ADDR(health_address);
	SAME(n_server_ids);
	for (size_t i = 0; i < a->n_server_ids; i++) {
		SAME(server_ids[i].config);
		SAME(server_ids[i].length);
		assert_memory_equal(a->server_ids[i].bytes,
				    b->server_ids[i].bytes, LB_QUIC_ID_MAX);
	}
}

static void same_lists(const struct model_service *a,
		       const struct model_service *b)
{
	SAME(n_ports);
	for (size_t i = 0; i < a->n_ports; i++) {
		SAME(ports[i].first);
		SAME(ports[i].last);
	}
	SAME(n_filters);
	for (size_t i = 0; i < a->n_filters; i++) {
		same_prefix(&a->filters[i].prefix, &b->filters[i].prefix);
		SAME(filters[i].deny);
	}
	SAME(n_backends);
	for (size_t i = 0; i < a->n_backends; i++)
		same_backend(&a->backends[i], &b->backends[i]);
}

static void same_service(const struct model_service *a,
			 const struct model_service *b)
{
	SAME_TEXT(name);
	SAME_ADDR(address);
	SAME(all_ports);
	SAME(balance);
	SAME(forward);
	SAME(deny_others);
	SAME(answer_ping);
	SAME(drop_malformed);
	SAME(tell_unreachable);
	SAME(fail_open);
	SAME(ring_size);
	SAME(sticky_s);
	assert_true(health_check_same(&a->health, &b->health));
	same_lists(a, b);
}

static void same_tunnel(const struct model_tunnel *a,
			const struct model_tunnel *b)
{
	SAME_ADDR(source4);
	SAME_ADDR(source6);
	same_prefix(&a->spread4, &b->spread4);
	same_prefix(&a->spread6, &b->spread6);
	SAME(mtu);
	SAME(too_big_per_second);
}

static void same_model(const struct model *a, const struct model *b)
{
	SAME_TEXT(interface);
	SAME(mode);
	SAME(dispatcher);
	SAME(latency);
	SAME(persist);
	SAME(flows);
	SAME_ADDR(gateway);
	SAME_ADDR(gateway6);
	SAME(n_direct);
	for (size_t i = 0; i < a->n_direct; i++)
		same_prefix(&a->direct[i], &b->direct[i]);
	same_tunnel(&a->tunnel, &b->tunnel);
	SAME(presence.announce);
	SAME(presence.interval_ms);
	SAME(presence.assign);
	SAME_ADDR(metrics_address);
	SAME(metrics_port);
	if (a->admin_socket)
		SAME_TEXT(admin_socket);
	else
		assert_null(b->admin_socket);
	SAME(n_services);
	for (size_t i = 0; i < a->n_services; i++)
		same_service(&a->services[i], &b->services[i]);
}

static const char *const samples[] = {
	TOP PLAIN,
	everything,
	TOP SERVICE6 BACKEND6 "    forward: ipip\n",
	SERVICE_KEY(
		"health: {type: udp, send: \"p\\\"i\\\\ng\", expect: pong,\n"
		"      match: prefix, timeout: 99ms, port: 7}"),
	SERVICE_KEY("health: {type: udp, send_hex: \"00 FF0a\",\n"
		    "      expect_hex: \"0d0a\", match: exact}"),
	SERVICE_KEY("health: {type: udp, send: \"gr\u00fc\u00df\\n\",\n"
		    "      expect: \"^gr\u00fc+\\t$\", match: regex}"),
	SERVICE_KEY("health: {type: dns, name: example.com, record: soa}"),
	SERVICE_KEY("health: {type: http, path: \"/a?b=\\\"\", status: 204,\n"
		    "      address: \"2001:db8::5\", port: 8080}"),
	SERVICE_KEY("health: {type: https, host: www.example.com, verify: no,"
		    "\n      status: 200-399, expect: ok}"),
	ONE_BACKEND("address: 10.0.0.2, health_address: \"2001:db8::9\""),
};

static void test_printed_and_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct model *m = config_test_parse(samples[i]), *again;
		char *text;

		assert_int_equal(config_print(m, &text), 0);
		again = config_test_parse(text);
		same_model(m, again);
		free(text);
		model_free(again);
		model_free(m);
	}
}

static void test_copied(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct model *m = config_test_parse(samples[i]), *copy;
		struct model *third = config_test_parse(samples[i]);

		copy = model_copy(m);
		assert_non_null(copy);
		/* It has nothing of what it was copied from. */
		model_free(m);
		same_model(third, copy);
		model_free(third);
		model_free(copy);
	}
}

static void test_edited(void **state)
{
	struct model *m = config_test_parse(everything);
	struct model_service *s = &m->services[2];
	struct model_backend first = s->backends[0];

	(void)state;
	assert_int_equal(model_backend_add(s, 99, &m->services[0].backends[0]),
			 0);
	assert_int_equal(s->n_backends, 3);
	same_backend(&s->backends[2], &m->services[0].backends[0]);
	assert_int_equal(model_backend_add(s, 3, &s->backends[0]), 0);
	assert_ptr_not_equal(s->backends[3].server_ids, first.server_ids);
	assert_int_equal(model_backend_add(s, 1, &m->services[1].backends[0]),
			 0);
	same_backend(&s->backends[1], &m->services[1].backends[0]);
	assert_int_equal(s->backends[2].port, 9);
	model_backend_remove(s, 1);
	model_backend_remove(s, 0);
	assert_int_equal(s->n_backends, 3);
	assert_int_equal(s->backends[0].port, 9);
	assert_int_equal(s->backends[2].n_server_ids, 2);
	model_free(m);
}

#define SENTENCES 16

struct told {
	char sentence[SENTENCES][160];
	size_t n;
};

static void tell(void *arg, const char *sentence)
{
	struct told *told = arg;

	assert_true(told->n < SENTENCES);
	snprintf(told->sentence[told->n], sizeof(told->sentence[0]), "%s",
		 sentence);
	told->n++;
}

/* The sentences wanted end with NULL. */
static void expect(const char *from, const char *to, bool shape,
		   const char *const *wanted)
{
	struct model *a = config_test_parse(from), *b = config_test_parse(to);
	struct told told = { .n = 0 };

	assert_int_equal(config_changes(a, b, tell, &told), 0);
	for (size_t i = 0; wanted[i]; i++)
		assert_string_equal(i < told.n ? told.sentence[i] : "",
				    wanted[i]);
	assert_null(wanted[told.n]);
	assert_int_equal(config_changes_none_of_shape(a, b), !shape);
	model_free(a);
	model_free(b);
}

#define TWO(more)                                                              \
	TOP SERVICE("10.0.0.1", "53") BACKENDS(                                \
		"[{address: 10.0.0.2}, {address: 10.0.0.3, " more "}]")

static void test_changes(void **state)
{
	(void)state;
	expect(everything, everything, false, (const char *[]){ NULL });
	expect(TWO("weight: 1"), TWO("weight: 7, drain: true"), false,
	       (const char *[]){
		       "service 10.0.0.1:53: backend 10.0.0.3: weight 1 -> 7",
		       "service 10.0.0.1:53: backend 10.0.0.3: drained",
		       NULL });
	expect(TWO("weight: 1"), "persist: yes\n" TWO("weight: 1"), false,
	       (const char *[]){ "persist: false -> true", NULL });
	expect(TWO("weight: 1"), TWO("mac: \"02:00:00:00:00:01\""), true,
	       (const char *[]){ "service 10.0.0.1:53: backend 10.0.0.3: mac "
				 "or server_id changed",
				 NULL });
	expect(TWO("port: 53"), TWO("port: 54"), true,
	       (const char *[]){
		       "service 10.0.0.1:53: backend 10.0.0.3:54: added",
		       "service 10.0.0.1:53: backend 10.0.0.3:53: removed",
		       NULL });
}

static void test_changes_of_keys(void **state)
{
	(void)state;
	expect(TOP PLAIN, "gateway: 10.0.0.9\n" TOP PLAIN, true,
	       (const char *[]){ "gateway: now \"10.0.0.9\"", NULL });
	expect("gateway: 10.0.0.9\n" TOP PLAIN, TOP PLAIN, true,
	       (const char *[]){ "gateway: no more", NULL });
	expect(SERVICE_KEY("balance: flow"), SERVICE_KEY("balance: source"),
	       true,
	       (const char *[]){ "service 10.0.0.1:53: balance: flow -> source",
				 NULL });
	/* Health checks do not concern the tables. */
	expect(SERVICE_KEY("health: {type: icmp}"),
	       SERVICE_KEY("health: {type: icmp, fall: 9}"), false,
	       (const char *[]){ "service 10.0.0.1:53: health: {type: icmp, "
				 "interval: 1s, timeout: 500ms, rise: 2, "
				 "fall: 3} -> {type: icmp, interval: 1s, "
				 "timeout: 500ms, rise: 2, fall: 9}",
				 NULL });
	expect(TOP PLAIN, TOP SERVICE("10.0.0.9", "all") BACKEND, true,
	       (const char *[]){ "service 10.0.0.9:all: added",
				 "service 10.0.0.1:53: removed", NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed_and_read_again),
		cmocka_unit_test(test_copied),
		cmocka_unit_test(test_edited),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_changes_of_keys),
	};

	return cmocka_run_group_tests_name("config_print", tests, NULL, NULL);
}
