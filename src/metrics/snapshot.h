/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that the metrics show of one interface at one moment: plain data,
 * gathered by the daemon from the effects, rendered by metrics.c.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "instance/attempt.h"
#include "metrics/latency.h"
#include "metrics/turns.h"
#include "net/link.h"
#include "net/nic.h"
#include "tables/plan.h"
#include "watch/backends.h"

/* Per second, over the last second. */
struct snapshot_rate {
	double packets, bytes;
};

struct snapshot_backend {
	struct lb_counter count;
	struct snapshot_rate rate;
	bool up;       /* gets packets */
	bool draining; /* by the configuration or a command */
	bool healthy;  /* as far as health checks know */
	struct backend_health health;
	uint32_t slots; /* it owns now */
	uint32_t flows; /* of a sticky service */
	bool has_mac;
	uint8_t mac[MAC_LEN];
};

/* Of backends that a service has no more, or that began to count anew. */
struct snapshot_service {
	struct lb_counter count;
	struct health_counts health;
};

struct snapshot_cpu {
	uint64_t processed; /* forwarded, replied, dropped */
	double rate;	    /* per second, over the last second */
};

struct snapshot_map {
	const char *name;
	uint32_t entries, capacity;
};

/* What the daemon did since it started. */
struct snapshot_events {
	uint64_t reloads, reload_errors;
	uint64_t changes;  /* of the configuration, by commands */
	uint64_t repairs;  /* attached again */
	double changed_at; /* the configuration; since 1970 */
};

struct snapshot {
	const char *host;
	const char *interface;
	const struct plan *plan; /* services and backends by index */
	uint64_t generation;	 /* another one: another plan, or model */

	enum mode mode; /* HW, DRV or SKB: what is in force */
	uint32_t prog_id;
	bool attached; /* still; else removed or replaced */
	struct snapshot_events events;
	double prog_created; /* seconds since 1970 */
	struct attach_attempt attempts[ATTACH_ATTEMPTS_MAX];
	size_t n_attempts;

	struct snapshot_cpu total;
	struct snapshot_cpu *cpus; /* NULL in HW mode */
	size_t n_cpus;
	struct lb_counter reasons[LB_COUNT_END]; /* forwarded included */
	struct snapshot_rate rates[LB_REASON_COUNT];
	struct snapshot_backend *backends; /* by index; 0 unused */
	struct snapshot_service *services; /* by their numbers in the plan */
	enum metrics_shown shown;	   /* of those */

	bool has_latency;
	const char *no_latency_why; /* where has_latency is false */
	struct latency_summary latency;

	struct nl_link_state link;
	struct nic nic;
	struct snapshot_map maps[PLAN_MAPS];
	size_t n_maps;
	uint64_t skipped[HEALTH_LACKS]; /* health checks, of all backends */
	const bool *open; /* by service: all get packets, as none is healthy */
	bool gateway_up[PLAN_FAMILIES]; /* where plan->replies wants one */
	uint64_t table_writes, table_write_errors;
	uint64_t table_refused;	   /* entries without room, now */
	double start_time;	   /* of the daemon, seconds since 1970 */
	const struct turns *turns; /* of its loop; NULL: nothing is known */
};

#endif
