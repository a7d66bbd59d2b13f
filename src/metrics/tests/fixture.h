/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot with every kind of value, each different from all others, so that
 * a figure in the wrong place shows.
 */
#ifndef METRICS_TEST_FIXTURE_H
#define METRICS_TEST_FIXTURE_H

#include "metrics/page.h"
#include "metrics/tests/page.h"

/* The labels that are everywhere, where no own label stands between them. */
#define HI "host=\"apollo\",interface=\"eth0\""

struct fixture {
	struct model_ports ports[2];
	struct model_backend config[3];
	struct model_service services[2];
	struct model model;
	struct plan_service plan_services[2];
	struct plan plan;
	struct snapshot_backend backends[4];
	struct snapshot_service gone[2];
	struct snapshot_cpu cpus[2];
	struct nic_stat stats[12];
	struct snapshot snapshot;
	struct turns turns;
	bool open[2];
};

/* cmocka's set-up and tear-down; *state is the struct fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* The snapshot's page; free() it; and read back. */
char *fixture_text(const struct fixture *fixture, size_t *length);
struct page *fixture_render(const struct fixture *fixture);

struct expected {
	const char *series, *value;
};

/* All of these are on the snapshot's page. */
void fixture_expect(const struct fixture *fixture,
		    const struct expected *wanted, size_t n);

/* In the kernel's order: rtnl_link_stats64; IPv4 settings, after the header. */
#define FIXTURE_LINK_STATS 25
#define FIXTURE_DEVCONF	   34
#define FIXTURE_MEDIUM_ID  14 /* its index; its value is -1 */

#endif
