/* SPDX-License-Identifier: GPL-2.0-only */
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

static void fill_services(struct fixture *f)
{
	static char name[] = "collectors";
	static char awkward[] = "awkward \"name\" \\ here\nthere";

	f->ports[0] = (struct model_ports){ 5000, 5005 };
	f->ports[1] = (struct model_ports){ 6000, 6000 };
	for (size_t i = 0; i < COUNT(f->config); i++) {
		char address[] = "172.30.30.2X";

		address[sizeof(address) - 2] = (char)('1' + i);
		assert_int_equal(addr_parse(address, &f->config[i].address), 0);
		f->config[i].port = i == 2 ? 0 : 5555;
		f->config[i].weight = 10 + i;
		f->backends[1 + i] = (struct snapshot_backend){
			.count = { 100 + i, 10000 + i },
			.up = i != 1,
			.draining = i == 1,
			.healthy = i != 2,
			.slots = i != 1 ? 400 + i : 0,
			.flows = i == 2 ? 77 : 9,
			.has_mac = i != 1,
			.mac = { 2, 0, 0, 0, 0, (uint8_t)(0xa0 + i) },
		};
	}
	/* The first and the last are asked; that one has never answered. */
	f->backends[1].health = (struct backend_health){
		.type = HEALTH_DNS,
		.up = true,
		.since_seconds = 12.5,
		.latency_seconds = 0.000321,
		.checks = 1000,
		.failed = 7,
		.skipped = 2,
	};
	f->backends[3].health = (struct backend_health){
		.type = HEALTH_HTTPS,
		.since_seconds = 3,
		.checks = 6,
		.failed = 6,
	};
	f->services[0] = (struct model_service){
		.name = name,
		.ports = f->ports,
		.n_ports = COUNT(f->ports),
		.balance = LB_BALANCE_PACKET,
		.forward = LB_FORWARD_SNAT,
		.backends = f->config,
		.n_backends = 2,
		.health.type = HEALTH_DNS,
	};
	f->services[1] = (struct model_service){
		.name = awkward,
		.all_ports = true,
		.fail_open = true,
		.backends = f->config + 2,
		.n_backends = 1,
		.health.type = HEALTH_HTTPS,
	};
	assert_int_equal(addr_parse("172.30.30.20", &f->services[0].address),
			 0);
	assert_int_equal(addr_parse("172.30.30.30", &f->services[1].address),
			 0);
	f->plan_services[0] = (struct plan_service){
		.config = &f->services[0],
		.ring_size = 1024,
		.first_backend = 1,
	};
	f->plan_services[1] = (struct plan_service){
		.config = &f->services[1],
		.ring_base = 1024,
		.ring_size = 2048,
		.first_backend = 3,
		.sticky = 2,
	};
	f->plan.features = 1U << LB_FEATURE_STICKY | 1U << LB_FEATURE_TELL;
	f->model.services = f->services;
	f->model.n_services = COUNT(f->services);
	f->plan.model = &f->model;
	f->plan.services = f->plan_services;
	f->plan.n_services = COUNT(f->plan_services);
	f->plan.sizes.backends = COUNT(f->backends);
}

static void fill_link(struct nl_link_state *link)
{
	uint64_t stats[FIXTURE_LINK_STATS];

	/* As many as the struct that the kernel's header declares. */
	assert_true(sizeof(link->stats) >= sizeof(stats));
	for (size_t i = 0; i < COUNT(stats); i++)
		stats[i] = 9007199254740993 + 2 * i;
	memcpy(&link->stats, stats, sizeof(stats));
	link->stats_size = sizeof(stats);
	for (size_t i = 0; i < FIXTURE_DEVCONF; i++)
		link->devconf[i] = 2000 + i;
	link->devconf[0] = 65672;
	link->devconf[FIXTURE_MEDIUM_ID] = (uint32_t)-1;
	link->n_devconf = FIXTURE_DEVCONF;
	link->up = true;
	link->mtu = 1500;
	link->tx_queues = 64;
	link->rx_queues = 63;
	snprintf(link->qdisc, sizeof(link->qdisc), "mq");
}

static void fill_nic(struct fixture *f)
{
	static const char *const names[COUNT(f->stats)] = {
		"rx_packets",	  "twice",	    "tx0.bytes [64]",
		"bpf_pass_pkts",  "bpf_pass_bytes", "bpf_app1_pkts",
		"bpf_app1_bytes", "bpf_app2_pkts",  "bpf_app2_bytes",
		"bpf_app3_pkts",  "bpf_app3_bytes", "twice",
	};
	struct nic *nic = &f->snapshot.nic;

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(f->stats[i].name, sizeof(f->stats[i].name), "%s",
			 names[i]);
		f->stats[i].value = 700 + i;
	}
	nic->stats = f->stats;
	nic->n_stats = COUNT(f->stats);
	snprintf(nic->driver, sizeof(nic->driver), "nfp");
	snprintf(nic->firmware, sizeof(nic->firmware), "0.0.3.5 \xff\"bpf\"");
	snprintf(nic->bus, sizeof(nic->bus), "0000:17:00.0");
}

static void fill_program(struct snapshot *s)
{
	s->mode = MODE_DRV;
	s->prog_id = 143;
	s->attached = true;
	s->events = (struct snapshot_events){
		.reloads = 3,
		.reload_errors = 1,
		.changes = 7,
		.repairs = 2,
	};
	s->prog_created = 1757218475.1152325;
	s->attempts[0] = (struct attach_attempt){
		.mode = MODE_HW,
		.seconds = 0.125,
		.why = "veth: no offload\n(\"EOPNOTSUPP\")",
	};
	s->attempts[1] = (struct attach_attempt){
		.mode = MODE_DRV,
		.ok = true,
		.seconds = 0.25,
	};
	s->n_attempts = 2;
	s->maps[0] = (struct snapshot_map){ LB_MAP_RING, 3072, 4096 };
	s->maps[1] = (struct snapshot_map){ LB_MAP_BACKENDS, 3, 4 };
	s->n_maps = 2;
	s->has_latency = true;
	s->latency = (struct latency_summary){
		.samples = 4711,
		.mean_ns = 169.01361620057858,
		.std_ns = 80.5,
		.min_ns = 110,
		.max_ns = 3339,
		.p25_ns = 123,
		.p50_ns = 136,
		.p75_ns = 200,
		.p90_ns = 244,
		.p95_ns = 280,
		.p99_ns = 557,
	};
}

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct snapshot *s;

	assert_non_null(f);
	s = &f->snapshot;
	s->host = "apollo";
	s->interface = "eth0";
	s->plan = &f->plan;
	s->backends = f->backends;
	s->services = f->gone;
	f->gone[0] = (struct snapshot_service){
		.count = { 50000, 5000000 },
		.health = { 30000, 2000, 100 },
	};
	s->cpus = f->cpus;
	s->n_cpus = COUNT(f->cpus);
	s->skipped[HEALTH_LACK_PORTS] = 5;
	f->cpus[0] = (struct snapshot_cpu){ 18446744073709551615ULL, 599680 };
	f->cpus[1] = (struct snapshot_cpu){ 7, 0.5 };
	s->total = (struct snapshot_cpu){ 6, 599680.5 };
	for (size_t i = 0; i < LB_COUNT_END; i++)
		s->reasons[i] = (struct lb_counter){ 300 + i, 30000 + i };
	s->gateway_up[0] = true;
	f->open[1] = true;
	s->open = f->open;
	f->plan.replies[0] = f->plan.replies[1] = true;
	s->table_writes = 55;
	s->table_write_errors = 2;
	s->table_refused = 3;
	s->start_time = 1757218400.5;
	s->turns = &f->turns;
	f->turns = (struct turns){ .counts = { [0] = 1000, [13] = 1 },
				   .seconds = 12.25,
				   .worst = 11.5,
				   .worst_before = 0.25 };
	fill_services(f);
	fill_link(&s->link);
	fill_nic(f);
	fill_program(s);
	*state = f;
	return 0;
}

int fixture_teardown(void **state)
{
	free(*state);
	return 0;
}

char *fixture_text(const struct fixture *f, size_t *length)
{
	struct metrics_page *page;
	char *all = NULL, *larger;
	int more;

	*length = 0;
	assert_int_equal(metrics_page_begin(&page, &f->snapshot), 0);
	do {
		const char *text;
		size_t n;

		more = metrics_page_next(page, &f->snapshot, &text, &n);
		assert_true(more >= 0);
		larger = realloc(all, *length + n + 1);
		assert_non_null(larger);
		all = larger;
		memcpy(all + *length, text, n);
		*length += n;
	} while (more);
	metrics_page_free(page);
	all[*length] = '\0';
	return all;
}

struct page *fixture_render(const struct fixture *f)
{
	size_t length;
	char *text = fixture_text(f, &length);

	return page_read(text, length);
}

void fixture_expect(const struct fixture *f, const struct expected *wanted,
		    size_t n)
{
	struct page *page = fixture_render(f);

	for (size_t i = 0; i < n; i++)
		page_expect(page, wanted[i].series, wanted[i].value);
	page_free(page);
}
