/* SPDX-License-Identifier: GPL-2.0-only */
/* The families of the contract: all of them, exactly. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/tests/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A sample of the families whose only own label is type. */
static void expect_type(const struct page *page, const char *family,
			const char *type, const char *value)
{
	char series[128];

	snprintf(series, sizeof(series), "%s{" HI ",type=\"%s\"}", family,
		 type);
	page_expect(page, series, value);
}

static void test_processed(void **state)
{
	struct fixture *f = *state;
	struct page *page = fixture_render(f);

	page_expect(page, "xdp_packet_processed_rate{cpu=\"total\"," HI "}",
		    "599680.5");
	page_expect(page, "xdp_packet_processed_rate{cpu=\"0\"," HI "}",
		    "599680");
	page_expect(page, "xdp_packet_processed_rate{cpu=\"1\"," HI "}", "0.5");
	page_expect(page, "xdp_packet_processed{cpu=\"total\"," HI "}", "6");
	page_expect(page, "xdp_packet_processed{cpu=\"0\"," HI "}",
		    "18446744073709551615");
	page_expect(page, "xdp_packet_processed{cpu=\"1\"," HI "}", "7");
	assert_int_equal(page_count(page, "xdp_packet_processed"), 3);
	assert_int_equal(page_count(page, "xdp_packet_processed_rate"), 3);
	page_free(page);
}

static void test_latency(void **state)
{
	static const struct expected wanted[] = {
		{ "mean", "169.01361620057858" },
		{ "min", "110" },
		{ "max", "3339" },
		{ "std", "80.5" },
		{ "p25", "123" },
		{ "p50", "136" },
		{ "p90", "244" },
		{ "p95", "280" },
		{ "p99", "557" },
	};
	struct page *page = fixture_render(*state);

	for (size_t i = 0; i < COUNT(wanted); i++)
		expect_type(page, "xdp_packet_latency_ns", wanted[i].series,
			    wanted[i].value);
	assert_int_equal(page_count(page, "xdp_packet_latency_ns"),
			 COUNT(wanted));
	page_expect(page, "udplb_latency_measured{" HI ",reason=\"\"}", "1");
	page_expect(page, "udplb_latency_samples{" HI "}", "4711");
	page_free(page);
}

static void test_no_samples(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	f->snapshot.latency = (struct latency_summary){ 0 };
	page = fixture_render(f);
	assert_int_equal(page_count(page, "xdp_packet_latency_ns"), 0);
	page_expect(page, "udplb_latency_measured{" HI ",reason=\"\"}", "1");
	page_expect(page, "udplb_latency_samples{" HI "}", "0");
	page_free(page);
}

static void test_hw_mode(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	f->snapshot.mode = MODE_HW;
	f->snapshot.cpus = NULL;
	f->snapshot.n_cpus = 0;
	f->snapshot.has_latency = false;
	f->snapshot.no_latency_why = "the card has no clock";
	page = fixture_render(f);
	page_expect(page, "xdp_mode{" HI ",mode=\"xdpoffload\"}", "1");
	page_expect(page, "xdp_packet_processed{cpu=\"total\"," HI "}", "6");
	assert_int_equal(page_count(page, "xdp_packet_processed"), 1);
	assert_int_equal(page_count(page, "xdp_packet_processed_rate"), 1);
	assert_int_equal(page_count(page, "xdp_packet_latency_ns"), 0);
	page_expect(page,
		    "udplb_latency_measured{" HI
		    ",reason=\"the card has no clock\"}",
		    "0");
	page_expect(page, "udplb_latency_samples{" HI "}", "0");
	page_free(page);
}

static const char *const link_stats[FIXTURE_LINK_STATS] = {
	"rx_packets",
	"tx_packets",
	"rx_bytes",
	"tx_bytes",
	"rx_errors",
	"tx_errors",
	"rx_dropped",
	"tx_dropped",
	"multicast",
	"collisions",
	"rx_length_errors",
	"rx_over_errors",
	"rx_crc_errors",
	"rx_frame_errors",
	"rx_fifo_errors",
	"rx_missed_errors",
	"tx_aborted_errors",
	"tx_carrier_errors",
	"tx_fifo_errors",
	"tx_heartbeat_errors",
	"tx_window_errors",
	"rx_compressed",
	"tx_compressed",
	"rx_nohandler",
	"rx_otherhost_dropped",
};

static void test_link_stats(void **state)
{
	struct fixture *f = *state;
	struct page *page = fixture_render(f);
	char value[32];

	for (size_t i = 0; i < FIXTURE_LINK_STATS; i++) {
		snprintf(value, sizeof(value), "%zu", 9007199254740993 + 2 * i);
		expect_type(page, "interfaces_stat", link_stats[i], value);
	}
	expect_type(page, "interfaces_stat", "num_tx_queue", "64");
	expect_type(page, "interfaces_stat", "num_rx_queue", "63");
	expect_type(page, "interfaces_stat", "mtu", "1500");
	assert_int_equal(page_count(page, "interfaces_stat"),
			 FIXTURE_LINK_STATS + 3);
	page_free(page);
}

static void test_older_kernel(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	/* Without rx_nohandler and rx_otherhost_dropped; and cut in two. */
	f->snapshot.link.stats_size -= 2 * sizeof(__u64) - 4;
	f->snapshot.link.n_devconf = FIXTURE_MEDIUM_ID;
	page = fixture_render(f);
	assert_int_equal(page_count(page, "interfaces_stat"),
			 FIXTURE_LINK_STATS - 2 + 3);
	/* arp_filter, the one below it with two names, is still there. */
	assert_int_equal(page_count(page, "interfaces_spec"),
			 FIXTURE_MEDIUM_ID + 1);
	page_free(page);
}

static const char *const devconf[FIXTURE_DEVCONF] = {
	"dummy",
	"forwarding",
	"mc_forwarding",
	"proxy_arp",
	"accept_redirects",
	"secure_redirects",
	"send_redirects",
	"shared_media",
	"rp_filter",
	"accept_source_route",
	"bootp_relay",
	"log_martians",
	"tag",
	"arpfilter",
	"medium_id",
	"noxfrm",
	"nopolicy",
	"force_igmp_version",
	"arp_announce",
	"arp_ignore",
	"promote_secondaries",
	"arp_accept",
	"arp_notify",
	"accept_local",
	"src_vmark",
	"proxy_arp_pvlan",
	"route_localnet",
	"igmpv2_unsolicited_report_interval",
	"igmpv3_unsolicited_report_interval",
	"ignore_routes_with_linkdown",
	"drop_unicast_in_l2_multicast",
	"drop_gratuitous_arp",
	"bc_forwarding",
	"arp_evict_nocarrier",
};

/* Those that /proc/sys/net/ipv4/conf calls otherwise. */
static const struct {
	const char *type;
	size_t index;
} proc_names[] = {
	{ "arp_filter", 13 },
	{ "disable_xfrm", 15 },
	{ "disable_policy", 16 },
	{ "src_valid_mark", 24 },
};

static void test_devconf(void **state)
{
	struct fixture *f = *state;
	struct page *page = fixture_render(f);
	char value[32];

	expect_type(page, "interfaces_spec", "dummy", "65672");
	for (size_t i = 1; i < FIXTURE_DEVCONF; i++) {
		snprintf(value, sizeof(value), "%zu", 2000 + i);
		expect_type(page, "interfaces_spec", devconf[i],
			    i == FIXTURE_MEDIUM_ID ? "-1" : value);
	}
	for (size_t i = 0; i < COUNT(proc_names); i++) {
		snprintf(value, sizeof(value), "%zu",
			 2000 + proc_names[i].index);
		expect_type(page, "interfaces_spec", proc_names[i].type, value);
	}
	assert_int_equal(page_count(page, "interfaces_spec"),
			 FIXTURE_DEVCONF + COUNT(proc_names));
	page_free(page);
}

/* A newer kernel's settings have no name here, and no sample. */
static void test_newer_kernel(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	f->snapshot.link.n_devconf = NL_DEVCONF_MAX;
	page = fixture_render(f);
	assert_int_equal(page_count(page, "interfaces_spec"),
			 FIXTURE_DEVCONF + COUNT(proc_names));
	page_free(page);
}

static void test_program(void **state)
{
	static const struct expected wanted[] = {
		{ "xdp_mode{" HI ",mode=\"xdp\"}", "1" },
		{ "xdp_prog_id_total{" HI "}", "143" },
		{ "xdp_prog_id_created{" HI "}", "1757218475.1152325" },
		{ "interface_qdisk{" HI ",qdisk=\"mq\"}", "1" },
	};
	struct fixture *f = *state;

	fixture_expect(f, wanted, COUNT(wanted));
	f->snapshot.mode = MODE_SKB;
	fixture_expect(f,
		       &(struct expected){
			       "xdp_mode{" HI ",mode=\"xdpgeneric\"}", "1" },
		       1);
	f->snapshot.attached = false;
	fixture_expect(f,
		       &(struct expected){
			       "xdp_mode{" HI ",mode=\"xdpgeneric\"}", "0" },
		       1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_processed),  TEST(test_latency),
		TEST(test_no_samples), TEST(test_hw_mode),
		TEST(test_link_stats), TEST(test_older_kernel),
		TEST(test_devconf),    TEST(test_newer_kernel),
		TEST(test_program),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
