/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "doctor/setup.h"

#define BACKENDS_MAX 3
#define ARP                                                                    \
	"sysctl -w net.ipv4.conf.all.arp_ignore=1 "                            \
	"net.ipv4.conf.all.arp_announce=2"
#define RP_FILTER(device)                                                      \
	"sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf." device        \
	".rp_filter=0"
#define TUNNEL(local)                                                          \
	"ip link add name udplb6 type ip6tnl mode any local " local            \
	" remote :: encaplimit none"

struct service {
	struct model_service service;
	struct model_backend backends[BACKENDS_MAX];
};

static struct addr parse(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

static void make(struct service *s, enum lb_forward forward, const char *vip)
{
	*s = (struct service){ .service = { .address = parse(vip),
					    .forward = forward } };
	s->service.backends = s->backends;
}

static void add(struct service *s, const char *address, uint16_t port)
{
	assert_true(s->service.n_backends < BACKENDS_MAX);
	s->backends[s->service.n_backends++] = (struct model_backend){
		.address = parse(address),
		.port = port,
	};
}

/* Comments are for people; the commands have to be these, in this order. */
static void assert_commands(const struct service *s,
			    const char *const *expected)
{
	const struct addr own[] = { parse("192.0.2.1"), { 0 } };
	struct doctor_lines lines = { 0 };

	doctor_setup(&lines, &s->service, own);
	assert_false(lines.failed);
	for (size_t i = 0; i < lines.n; i++) {
		if (lines.line[i][0] == '#')
			continue;
		if (!*expected)
			fail_msg("too much: %s", lines.line[i]);
		assert_string_equal(lines.line[i], *expected++);
	}
	assert_null(*expected);
	doctor_lines_free(&lines);
}

static void test_dsr(void **state)
{
	struct service s;

	(void)state;
	make(&s, LB_FORWARD_DSR, "192.0.2.53");
	add(&s, "192.0.2.2", 0);
	assert_commands(&s, (const char *[]){ ARP,
					      "ip addr add 192.0.2.53/32 "
					      "dev lo",
					      NULL });
	make(&s, LB_FORWARD_DSR, "2001:db8::53");
	add(&s, "2001:db8::2", 0);
	assert_commands(&s, (const char *[]){ "ip addr add 2001:db8::53/128 "
					      "dev lo preferred_lft 0",
					      NULL });
}

static void test_snat(void **state)
{
	struct service s;

	(void)state;
	make(&s, LB_FORWARD_SNAT, "192.0.2.53");
	add(&s, "192.0.2.2", 0);
	assert_commands(&s, (const char *[]){ NULL });
}

static void test_nat(void **state)
{
	struct model_ports ports[] = { { 53, 53 }, { 5000, 5005 } };
	struct service s;

	(void)state;
	make(&s, LB_FORWARD_NAT, "192.0.2.53");
	add(&s, "192.0.2.2", 0);
	s.service.ports = ports;
	s.service.n_ports = 2;
	assert_commands(
		&s,
		(const char *[]){
			"ip route replace default via 192.0.2.1 table 6080",
			"ip rule add ipproto udp sport 53 lookup 6080",
			"ip rule add ipproto udp sport 5000-5005 lookup 6080",
			NULL });
	s.backends[0].port = 5353;
	assert_commands(
		&s, (const char *[]){
			    "ip route replace default via 192.0.2.1 table 6080",
			    "ip rule add ipproto udp sport 5353 lookup 6080",
			    NULL });
	make(&s, LB_FORWARD_NAT, "2001:db8::53");
	add(&s, "2001:db8::2", 0);
	s.service.all_ports = true;
	assert_commands(
		&s,
		(const char *[]){
			"ip -6 route replace default via BALANCER table 6080",
			"ip -6 rule add ipproto udp lookup 6080", NULL });
}

static void test_ipip(void **state)
{
	struct service s;

	(void)state;
	make(&s, LB_FORWARD_IPIP, "192.0.2.53");
	add(&s, "192.0.2.2", 0);
	add(&s, "192.0.2.3", 0);
	add(&s, "2001:db8::2", 0);
	assert_commands(
		&s, (const char *[]){
			    "modprobe ipip", "ip link set dev tunl0 up",
			    RP_FILTER("tunl0"), ARP,
			    "ip addr add 192.0.2.53/32 dev lo",
			    "modprobe ip6_tunnel", TUNNEL("2001:db8::2"),
			    "ip link set dev udplb6 up", RP_FILTER("udplb6"),
			    ARP, "ip addr add 192.0.2.53/32 dev lo", NULL });
}

static void test_gue(void **state)
{
	struct service s;

	(void)state;
	make(&s, LB_FORWARD_GUE, "2001:db8::53");
	add(&s, "192.0.2.2", 0);
	add(&s, "192.0.2.3", 6081);
	add(&s, "2001:db8::2", 6081);
	assert_commands(
		&s,
		(const char *[]){
			"modprobe fou", "ip fou add port 6080 gue",
			"modprobe fou", "ip fou add port 6081 gue",
			"modprobe sit", "ip link set dev sit0 up",
			"ip addr add 2001:db8::53/128 dev lo preferred_lft 0",
			"modprobe fou", "ip fou add port 6081 gue -6",
			"modprobe ip6_tunnel", TUNNEL("2001:db8::2"),
			"ip link set dev udplb6 up",
			"ip addr add 2001:db8::53/128 dev lo preferred_lft 0",
			NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dsr), cmocka_unit_test(test_snat),
		cmocka_unit_test(test_nat), cmocka_unit_test(test_ipip),
		cmocka_unit_test(test_gue),
	};

	return cmocka_run_group_tests_name("doctor_setup", tests, NULL, NULL);
}
