/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>
#include <linux/ip.h>

#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

static json_t *read_ip(void)
{
	FILE *pipe = popen("ip -s -d -j link show lb0", "r");
	json_t *list, *link;

	assert_non_null(pipe);
	list = json_loadf(pipe, 0, NULL);
	assert_int_equal(pclose(pipe), 0);
	link = json_incref(json_array_get(list, 0));
	json_decref(list);
	assert_non_null(link);
	return link;
}

/* Both at a moment when nothing was counted in between. */
static json_t *read_both(struct nl *nl, struct nl_link_state *link)
{
	json_t *before, *after = read_ip();
	bool same = false;

	for (int i = 0; i < 100 && !same; i++) {
		before = after;
		assert_int_equal(nl_link(nl, link), 0);
		after = read_ip();
		same = json_equal(before, after);
		json_decref(before);
	}
	assert_true(same);
	return after;
}

static uint64_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return (uint64_t)json_integer_value(value);
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	assert_non_null(value);
	return value;
}

static void assert_stats(const struct rtnl_link_stats64 *stats,
			 const json_t *json)
{
	const json_t *rx = json_object_get(json, "rx");
	const json_t *tx = json_object_get(json, "tx");

	assert_int_equal(stats->rx_packets, number(rx, "packets"));
	assert_int_equal(stats->rx_bytes, number(rx, "bytes"));
	assert_int_equal(stats->rx_errors, number(rx, "errors"));
	assert_int_equal(stats->rx_dropped, number(rx, "dropped"));
	assert_int_equal(stats->multicast, number(rx, "multicast"));
	assert_int_equal(stats->tx_packets, number(tx, "packets"));
	assert_int_equal(stats->tx_bytes, number(tx, "bytes"));
	assert_int_equal(stats->tx_errors, number(tx, "errors"));
	assert_int_equal(stats->tx_dropped, number(tx, "dropped"));
	assert_int_equal(stats->collisions, number(tx, "collisions"));
}

static void test_facts(void **state)
{
	struct nl_link_state link;
	const struct addr nobody = testnet_address("192.0.2.9");
	char mac[MAC_STRLEN];
	json_t *json;

	testnet_peer("ip link set peer0 up");
	testnet_run("ip link set lb0 up mtu 1400; ip addr add 192.0.2.1/24"
		    " dev lb0;"
		    "tc qdisc replace dev lb0 root pfifo limit 10");
	/* Something to count: an ARP request that nobody answers. */
	assert_int_equal(nl_probe(*state, &nobody), 0);
	json = read_both(*state, &link);
	assert_int_equal(link.ifindex, if_nametoindex("lb0"));
	assert_string_equal(mac_format(link.mac, mac), text(json, "address"));
	assert_int_equal(link.mtu, 1400);
	assert_int_equal(link.mtu, number(json, "mtu"));
	assert_int_equal(link.tx_queues, 3);
	assert_int_equal(link.tx_queues, number(json, "num_tx_queues"));
	assert_int_equal(link.rx_queues, 2);
	assert_int_equal(link.rx_queues, number(json, "num_rx_queues"));
	assert_string_equal(link.qdisc, "pfifo");
	assert_string_equal(link.qdisc, text(json, "qdisc"));
	assert_true(link.up);
	assert_true(link.carrier);
	assert_true(link.stats.tx_packets > 0);
	assert_in_range(link.stats_size, 1, sizeof(link.stats));
	assert_int_equal(link.stats_size % sizeof(uint64_t), 0);
	assert_stats(&link.stats, json_object_get(json, "stats64"));
	json_decref(json);
}

static void test_down(void **state)
{
	struct nl_link_state link;

	assert_int_equal(nl_link(*state, &link), 0);
	assert_false(link.up);
	assert_false(link.carrier);
	assert_string_equal(link.qdisc, "noop");
}

static long read_sysctl(const char *name)
{
	char path[128], value[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/lb0/%s", name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("no %s", path);
	assert_non_null(fgets(value, sizeof(value), file));
	fclose(file);
	return strtol(value, NULL, 10);
}

static void test_devconf(void **state)
{
	static const char *const names[] = {
		[IPV4_DEVCONF_FORWARDING] = "forwarding",
		[IPV4_DEVCONF_MC_FORWARDING] = "mc_forwarding",
		[IPV4_DEVCONF_PROXY_ARP] = "proxy_arp",
		[IPV4_DEVCONF_ACCEPT_REDIRECTS] = "accept_redirects",
		[IPV4_DEVCONF_RP_FILTER] = "rp_filter",
		[IPV4_DEVCONF_ARPFILTER] = "arp_filter",
		[IPV4_DEVCONF_ARP_ANNOUNCE] = "arp_announce",
		[IPV4_DEVCONF_ARP_IGNORE] = "arp_ignore",
		[IPV4_DEVCONF_ARP_ACCEPT] = "arp_accept",
		[IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL] =
			"igmpv2_unsolicited_report_interval",
		[IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL] =
			"igmpv3_unsolicited_report_interval",
		[IPV4_DEVCONF_DROP_GRATUITOUS_ARP] = "drop_gratuitous_arp",
	};
	struct nl_link_state link;

	testnet_run("cd /proc/sys/net/ipv4/conf/lb0; echo 1 >forwarding;"
		    "echo 2 >rp_filter; echo 1 >arp_filter; echo 8 >arp_ignore;"
		    "echo 2 >arp_announce; echo 1 >drop_gratuitous_arp;"
		    "echo 1234 >igmpv3_unsolicited_report_interval");
	assert_int_equal(nl_link(*state, &link), 0);
	assert_in_range(link.n_devconf, sizeof(names) / sizeof(names[0]),
			NL_DEVCONF_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i])
			assert_int_equal(link.devconf[i],
					 read_sysctl(names[i]));
	assert_int_equal(link.devconf[IPV4_DEVCONF_ARP_IGNORE], 8);
	/* The attribute's length and, above, its type: IFLA_INET_CONF is 1. */
	assert_int_equal(link.devconf[0],
			 sizeof(uint32_t) * link.n_devconf | 1 << 16);
}

static void test_no_such_link(void **state)
{
	struct nl_link_state link;

	testnet_run("ip link del lb0");
	assert_int_equal(nl_link(*state, &link), -ENODEV);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, testnet_nl_open,             \
					testnet_nl_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts),
		TEST(test_down),
		TEST(test_devconf),
		TEST(test_no_such_link),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl_link", tests, NULL, NULL);
}
