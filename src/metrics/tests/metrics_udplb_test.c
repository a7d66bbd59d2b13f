/* SPDX-License-Identifier: GPL-2.0-only */
/* The udplb_* families, and whether each is documented. */
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
#define DOCUMENT     "docs/metrics.md" /* tests run in the project's root */
#define DOCUMENT_MAX 65536

static void test_daemon(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_build_info{" HI ",version=\"" UDPLB_VERSION "\"}",
		  "1" },
		{ "udplb_start_time_seconds{" HI "}", "1757218400.5" },
		{ "udplb_loop_delay_seconds_bucket{" HI ",le=\"0.001\"}",
		  "1000" },
		{ "udplb_loop_delay_seconds_bucket{" HI ",le=\"10\"}", "1000" },
		{ "udplb_loop_delay_seconds_bucket{" HI ",le=\"+Inf\"}",
		  "1001" },
		{ "udplb_loop_delay_seconds_sum{" HI "}", "12.25" },
		{ "udplb_loop_delay_seconds_count{" HI "}", "1001" },
		{ "udplb_loop_delay_worst_seconds{" HI "}", "11.5" },
		{ "udplb_attach_attempt_success{" HI ",mode=\"hw\","
		  "reason=\"veth: no offload\\n(\\\"EOPNOTSUPP\\\")\"}",
		  "0" },
		{ "udplb_attach_attempt_success{" HI ",mode=\"drv\","
		  "reason=\"\"}",
		  "1" },
		{ "udplb_attach_attempt_seconds{" HI ",mode=\"hw\"}", "0.125" },
		{ "udplb_attach_attempt_seconds{" HI ",mode=\"drv\"}", "0.25" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

/* How the action of LB_REASONS is shown. */
#define ACTION_PASS "pass"
#define ACTION_DROP "drop"
#define ACTION_TX   "tx"

static void test_reasons(void **state)
{
#define REASON(id, name, action, text)                                         \
	"{action=\"" ACTION_##action "\"," HI ",reason=\"" name "\"}",
	static const char *const labels[] = { LB_REASONS(REASON) };
#undef REASON
	struct page *page = fixture_render(*state);
	char series[160], value[32];

	for (size_t i = 0; i < COUNT(labels); i++) {
		snprintf(series, sizeof(series), "udplb_packets_total%s",
			 labels[i]);
		snprintf(value, sizeof(value), "%zu", 300 + i);
		page_expect(page, series, value);
		snprintf(series, sizeof(series), "udplb_bytes_total%s",
			 labels[i]);
		snprintf(value, sizeof(value), "%zu", 30000 + i);
		page_expect(page, series, value);
	}
	assert_int_equal(page_count(page, "udplb_packets_total"),
			 LB_REASON_COUNT);
	assert_int_equal(page_count(page, "udplb_bytes_total"),
			 LB_REASON_COUNT);
	page_free(page);
}

#define FIRST	    HI ",service=\"collectors\""
#define AWKWARD	    HI ",service=\"awkward \\\"name\\\" \\\\ here\\nthere\""
#define BACKEND1(x) x "{backend=\"172.30.30.21:5555\"," FIRST "}"
#define BACKEND2(x) x "{backend=\"172.30.30.22:5555\"," FIRST "}"
/* Keeps the packet's port, so it has none itself. */
#define BACKEND3(x) x "{backend=\"172.30.30.23\"," AWKWARD "}"

static void test_fragments(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_fragments_total{fragment=\"first\"," HI "}", "330" },
		{ "udplb_fragments_total{fragment=\"later\"," HI "}", "329" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

static void test_not_told(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_icmp_suppressed_total{" HI "}", "331" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

/* Of services that are sticky only. */
static void test_flows(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_flows{" AWKWARD "}", "77" },
		{ BACKEND3("udplb_backend_flows"), "77" },
		{ "udplb_flows_full_total{" HI "}", "328" },
	};
	struct page *page = fixture_render(*state);

	assert_int_equal(page_count(page, "udplb_flows"), 1);
	assert_int_equal(page_count(page, "udplb_backend_flows"), 1);
	page_free(page);
	fixture_expect(*state, wanted, COUNT(wanted));
}

static void test_services(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_service_info{address=\"172.30.30.20\","
		  "balance=\"packet\",forward=\"snat\",host=\"apollo\","
		  "interface=\"eth0\",ports=\"5000-5005,6000\","
		  "service=\"collectors\"}",
		  "1" },
		{ "udplb_service_info{address=\"172.30.30.30\","
		  "balance=\"flow\",forward=\"nat\",host=\"apollo\","
		  "interface=\"eth0\",ports=\"all\","
		  "service=\"awkward \\\"name\\\" \\\\ here\\nthere\"}",
		  "1" },
		{ "udplb_service_packets_total{" FIRST "}", "50201" },
		{ "udplb_service_packets_total{" AWKWARD "}", "102" },
		{ "udplb_service_bytes_total{" FIRST "}", "5020001" },
		{ "udplb_service_bytes_total{" AWKWARD "}", "10002" },
		{ "udplb_service_backends{" FIRST "}", "2" },
		{ "udplb_service_backends{" AWKWARD "}", "1" },
		{ "udplb_service_backends_up{" FIRST "}", "1" },
		{ "udplb_service_backends_up{" AWKWARD "}", "1" },
		{ "udplb_service_backends_draining{" FIRST "}", "1" },
		{ "udplb_service_backends_healthy{" FIRST "}", "2" },
		{ "udplb_service_backends_healthy{" AWKWARD "}", "0" },
		{ "udplb_service_fail_open{" AWKWARD "}", "1" },
		{ "udplb_service_slots{" FIRST "}", "1024" },
		{ "udplb_service_slots{" AWKWARD "}", "2048" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

static void test_health(void **state)
{
	static const struct expected wanted[] = {
		{ BACKEND1("udplb_backend_health_checks_total"), "1000" },
		{ BACKEND2("udplb_backend_health_checks_total"), NULL },
		{ BACKEND3("udplb_backend_health_checks_total"), "6" },
		{ BACKEND1("udplb_backend_health_failures_total"), "7" },
		{ BACKEND3("udplb_backend_health_failures_total"), "6" },
		{ BACKEND1("udplb_backend_health_skipped_total"), "2" },
		{ "udplb_health_skipped_total{" HI ",lack=\"ports\"}", "5" },
		{ BACKEND1("udplb_backend_health_latency_seconds"),
		  "0.000321" },
		{ BACKEND2("udplb_backend_health_latency_seconds"), NULL },
		{ BACKEND3("udplb_backend_health_latency_seconds"), NULL },
		{ BACKEND1("udplb_backend_health_state_seconds"), "12.5" },
		{ BACKEND3("udplb_backend_health_state_seconds"), "3" },
		{ "udplb_service_health_checks_total{" FIRST "}", "31000" },
		{ "udplb_service_health_failures_total{" FIRST "}", "2007" },
		{ "udplb_service_health_skipped_total{" FIRST "}", "102" },
		{ "udplb_service_health_checks_total{" AWKWARD "}", "6" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

/* Every other port on its own: more text than a label should have. */
static void test_many_ports(void **state)
{
	struct fixture *f = *state;
	struct model_ports ports[1000];
	char *text;
	size_t length;

	for (size_t i = 0; i < COUNT(ports); i++)
		ports[i].first = ports[i].last = 5000 + 2 * i;
	f->services[0].ports = ports;
	f->services[0].n_ports = COUNT(ports);
	text = fixture_text(f, &length);
	assert_non_null(strstr(text, "ports=\"5000,5002,"));
	assert_non_null(strstr(text, ",...\""));
	assert_null(strstr(text, ",6000"));
	page_free(page_read(text, length));
}

static void test_backends(void **state)
{
	static const struct expected wanted[] = {
		{ BACKEND1("udplb_backend_packets_total"), "100" },
		{ BACKEND2("udplb_backend_packets_total"), "101" },
		{ BACKEND3("udplb_backend_packets_total"), "102" },
		{ BACKEND1("udplb_backend_bytes_total"), "10000" },
		{ BACKEND3("udplb_backend_bytes_total"), "10002" },
		{ BACKEND1("udplb_backend_up"), "1" },
		{ BACKEND2("udplb_backend_up"), "0" },
		{ BACKEND1("udplb_backend_draining"), "0" },
		{ BACKEND2("udplb_backend_draining"), "1" },
		{ BACKEND1("udplb_backend_healthy"), "1" },
		{ BACKEND3("udplb_backend_healthy"), "0" },
		{ BACKEND1("udplb_backend_has_mac"), "1" },
		{ BACKEND2("udplb_backend_has_mac"), "0" },
		{ BACKEND1("udplb_backend_weight"), "10" },
		{ BACKEND2("udplb_backend_weight"), "11" },
		{ BACKEND3("udplb_backend_weight"), "12" },
		{ BACKEND1("udplb_backend_slots"), "400" },
		{ BACKEND2("udplb_backend_slots"), "0" },
		{ BACKEND3("udplb_backend_slots"), "402" },
		{ "udplb_backend_info{backend=\"172.30.30.21:5555\"," HI
		  ",mac=\"02:00:00:00:00:a0\",service=\"collectors\"}",
		  "1" },
	};
	struct fixture *f = *state;
	struct page *page = fixture_render(f);

	/* The one without a MAC address has no such sample. */
	assert_int_equal(page_count(page, "udplb_backend_info"), 2);
	page_free(page);
	fixture_expect(f, wanted, COUNT(wanted));
}

static void test_events(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_reloads_total{" HI ",result=\"success\"}", "3" },
		{ "udplb_reloads_total{" HI ",result=\"failure\"}", "1" },
		{ "udplb_changes_total{" HI "}", "7" },
		{ "udplb_attached{" HI "}", "1" },
		{ "udplb_repairs_total{" HI "}", "2" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

static void test_tables(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_map_entries{" HI ",map=\"ring\"}", "3072" },
		{ "udplb_map_max_entries{" HI ",map=\"ring\"}", "4096" },
		{ "udplb_map_entries{" HI ",map=\"backends\"}", "3" },
		{ "udplb_map_max_entries{" HI ",map=\"backends\"}", "4" },
		{ "udplb_table_writes_total{" HI "}", "55" },
		{ "udplb_table_write_errors_total{" HI "}", "2" },
		{ "udplb_table_refused_entries{" HI "}", "3" },
		{ "udplb_gateway_up{family=\"ipv4\"," HI "}", "1" },
		{ "udplb_gateway_up{family=\"ipv6\"," HI "}", "0" },
	};

	fixture_expect(*state, wanted, COUNT(wanted));
}

static void test_nic(void **state)
{
	static const struct expected wanted[] = {
		{ "udplb_link_up{" HI "}", "1" },
		{ "udplb_link_carrier{" HI "}", "0" },
		{ "udplb_nic_info{bus=\"0000:17:00.0\",driver=\"nfp\","
		  "firmware=\"0.0.3.5 \xef\xbf\xbd\\\"bpf\\\"\"," HI "}",
		  "1" },
		{ "udplb_nic_stat{" HI ",name=\"rx_packets\"}", "700" },
		{ "udplb_nic_stat{" HI ",name=\"tx0.bytes [64]\"}", "702" },
		{ "udplb_nic_stat{" HI ",name=\"twice\"}", "701" },
		{ "udplb_nic_stat{" HI ",name=\"twice#2\"}", "711" },
		{ "udplb_nic_bpf_packets_total{action=\"pass\"," HI "}",
		  "703" },
		{ "udplb_nic_bpf_bytes_total{action=\"pass\"," HI "}", "704" },
		{ "udplb_nic_bpf_packets_total{action=\"drop\"," HI "}",
		  "705" },
		{ "udplb_nic_bpf_bytes_total{action=\"drop\"," HI "}", "706" },
		{ "udplb_nic_bpf_packets_total{action=\"tx\"," HI "}", "707" },
		{ "udplb_nic_bpf_bytes_total{action=\"tx\"," HI "}", "708" },
		{ "udplb_nic_bpf_packets_total{action=\"aborted\"," HI "}",
		  "709" },
		{ "udplb_nic_bpf_bytes_total{action=\"aborted\"," HI "}",
		  "710" },
	};
	struct fixture *f = *state;
	struct page *page = fixture_render(f);

	assert_int_equal(page_count(page, "udplb_nic_stat"), COUNT(f->stats));
	page_free(page);
	fixture_expect(f, wanted, COUNT(wanted));
}

static void test_nic_without_counters(void **state)
{
	struct fixture *f = *state;
	struct page *page;

	f->snapshot.nic.stats = NULL;
	f->snapshot.nic.n_stats = 0;
	page = fixture_render(f);
	assert_int_equal(page_count(page, "udplb_nic_stat"), 0);
	assert_int_equal(page_count(page, "udplb_nic_bpf_packets_total"), 0);
	assert_int_equal(page_count(page, "udplb_nic_info"), 1);
	page_free(page);
}

static char *read_document(void)
{
	FILE *file = fopen(DOCUMENT, "r");
	char *text = calloc(1, DOCUMENT_MAX);

	if (!file)
		fail_msg("cannot read " DOCUMENT);
	assert_non_null(text);
	assert_true(fread(text, 1, DOCUMENT_MAX - 1, file) < DOCUMENT_MAX - 1);
	fclose(file);
	return text;
}

static void test_documented(void **state)
{
#define REASON(id, name, action, text)                                         \
	"| `" name "` | " ACTION_##action " | " text " |\n",
	static const char *const reasons[] = { LB_REASONS(REASON) };
#undef REASON
	struct page *page = fixture_render(*state);
	char *document = read_document();
	char wanted[128];

	for (size_t i = 0; i < page->n_families; i++) {
		snprintf(wanted, sizeof(wanted), "\n| `%s` |",
			 page->families[i]);
		if (!strstr(document, wanted))
			fail_msg("%s is not in " DOCUMENT, page->families[i]);
	}
	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (!strstr(document, reasons[i]))
			fail_msg("not in " DOCUMENT ": %s", reasons[i]);
	}
	free(document);
	page_free(page);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_daemon),   TEST(test_reasons),
		TEST(test_services), TEST(test_many_ports),
		TEST(test_flows),    TEST(test_fragments),
		TEST(test_not_told), TEST(test_health),
		TEST(test_backends), TEST(test_tables),
		TEST(test_nic),	     TEST(test_nic_without_counters),
		TEST(test_events),   TEST(test_documented),
	};

	return cmocka_run_group_tests_name("metrics_udplb", tests, NULL, NULL);
}
