/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that the metrics show of one interface at one moment: plain data,
 * gathered by the daemon from the effects, rendered by metrics.c.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <net/if.h>
#include <linux/if_link.h>

#include "metrics/latency.h"
#include "tables/plan.h"

#define SNAPSHOT_REASON_LEN 512
#define SNAPSHOT_ATTEMPTS_MAX 3
#define SNAPSHOT_HEALTH_REASON 128
#define SNAPSHOT_DEVCONF_MAX 64

struct snapshot_attempt {
	enum mode mode;
	bool ok;
	double seconds;
	char why[SNAPSHOT_REASON_LEN];	/* of a refusal; else empty */
};

/* Per second, over the last second. */
struct snapshot_rate {
	double packets, bytes;
};

/* What is known from asking a backend. */
struct snapshot_health {
	enum health_type type;		/* none: it is not asked */
	bool up;
	double since_seconds;		/* ... or not, for so long */
	double latency_seconds;		/* of the last good answer; 0: none */
	uint64_t checks, failed;
	uint64_t skipped;		/* for want of something on this host */
	char reason[SNAPSHOT_HEALTH_REASON]; /* of the last check */
};

struct snapshot_backend {
	struct lb_counter count;
	struct snapshot_rate rate;
	bool up;			/* gets packets */
	bool draining;			/* by the configuration or a command */
	bool healthy;			/* as far as health checks know */
	struct snapshot_health health;
	uint32_t slots;			/* it owns now */
	uint32_t flows;			/* of a sticky service */
	bool has_mac;
	uint8_t mac[MAC_LEN];
};

struct snapshot_cpu {
	uint64_t processed;		/* forwarded, replied, dropped */
	double rate;			/* per second, over the last second */
};

/* An interface, as rtnetlink tells it. */
struct snapshot_link {
	int ifindex;
	uint8_t mac[MAC_LEN];
	bool up, carrier;
	uint32_t mtu, tx_queues, rx_queues;
	char qdisc[32];
	struct rtnl_link_stats64 stats;
	size_t stats_size;		/* bytes of stats that the kernel gave */
	uint32_t devconf[SNAPSHOT_DEVCONF_MAX];	/* [0]: attribute header */
	size_t n_devconf;
};

struct snapshot_nic_stat {
	char name[32];			/* ETH_GSTRING_LEN */
	uint64_t value;
};

struct snapshot_nic {
	char driver[32], firmware[32], bus[32];
	struct snapshot_nic_stat *stats;
	size_t n_stats;
};

struct snapshot_map {
	const char *name;
	uint32_t entries, capacity;
};

/* What the daemon did since it started. */
struct snapshot_events {
	uint64_t reloads, reload_errors;
	uint64_t changes;		/* of the configuration, by commands */
	uint64_t repairs;		/* attached again */
	double changed_at;		/* the configuration; since 1970 */
};

struct snapshot {
	const char *host;
	const char *interface;
	const struct plan *plan;	/* services and backends by index */

	enum mode mode;			/* HW, DRV or SKB: what is in force */
	uint32_t prog_id;
	bool attached;			/* still; else removed or replaced */
	struct snapshot_events events;
	double prog_created;		/* seconds since 1970 */
	struct snapshot_attempt attempts[SNAPSHOT_ATTEMPTS_MAX];
	size_t n_attempts;

	struct snapshot_cpu total;
	struct snapshot_cpu *cpus;	/* NULL in HW mode */
	size_t n_cpus;
	struct lb_counter reasons[LB_COUNT_END]; /* forwarded included */
	struct snapshot_rate rates[LB_REASON_COUNT];
	struct snapshot_backend *backends;	/* by index; 0 unused */

	bool has_latency;
	const char *no_latency_why;	/* where has_latency is false */
	struct latency_summary latency;

	struct snapshot_link link;
	struct snapshot_nic nic;
	struct snapshot_map maps[PLAN_MAPS];
	size_t n_maps;
	bool gateway_up[PLAN_FAMILIES];	/* where plan->replies wants one */
	uint64_t table_writes, table_write_errors;
	double start_time;		/* of the daemon, seconds since 1970 */
};

#endif
