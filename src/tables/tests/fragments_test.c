/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tables/fragments.h"

#define SERVICES 8

static char names[SERVICES][8] = { "dns",    "radius", "sip",  "ntp",
				   "syslog", "sflow",  "snmp", "quic" };
static struct model_ports dns = { 53, 53 };
static struct model_backend backends[1] = { { .address.family = AF_INET } };

static size_t without(size_t n, bool all_ports, bool source, bool one_vip,
		      char text[FRAGMENTS_TEXT_SIZE])
{
	static const struct plan_limits no_limits;
	struct model_service s[SERVICES];
	struct model model = { .services = s, .n_services = n };
	struct plan *plan;
	char why[512];

	for (size_t i = 0; i < n; i++)
		s[i] = (struct model_service){
			.name = names[i],
			.address = { .family = AF_INET,
				     .v4.s_addr = htonl(
					     0xc0000200U +
					     (one_vip ? 0 : (uint32_t)i)) },
			.ports = &dns,
			.n_ports = !all_ports,
			.all_ports = all_ports,
			.balance = source ? LB_BALANCE_SOURCE : LB_BALANCE_FLOW,
			.forward = LB_FORWARD_DSR,
			.ring_size = 8,
			.backends = backends,
			.n_backends = 1,
		};
	assert_int_equal(
		plan_build(&model, &no_limits, &plan, why, sizeof(why)), 0);
	n = fragments_without(plan, text);
	plan_free(plan);
	return n;
}

static void test_who(void **state)
{
	char text[FRAGMENTS_TEXT_SIZE];

	(void)state;
	assert_int_equal(without(2, true, true, false, text), 0);
	assert_int_equal(without(2, true, false, false, text), 2);
	assert_int_equal(without(2, false, true, false, text), 2);
	assert_non_null(strstr(text, "to and from dns, radius: "));
	assert_int_equal(without(2, true, true, true, text), 2);
}

static void test_many(void **state)
{
	char text[FRAGMENTS_TEXT_SIZE];

	(void)state;
	assert_int_equal(without(8, false, false, false, text), 8);
	assert_non_null(
		strstr(text, "dns, radius, sip, ntp, syslog and 3 more: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fragments", tests, NULL, NULL);
}
