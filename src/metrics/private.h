/* SPDX-License-Identifier: GPL-2.0-only */
/* What gather.c and sweep.c share. */
#ifndef METRICS_PRIVATE_H
#define METRICS_PRIVATE_H

#include "metrics/gather.h"

/* What has the size of the plan or of the CPUs. */
struct arrays {
	struct carry carry;	     /* counted before the maps in use */
	struct lb_counter *counters; /* of MAPS_READ_MAX readings, by CPU */
	uint64_t *processed;	     /* per CPU, while being summed up */
	uint64_t *cpus_before;	     /* the same, at the last tick */
	struct lb_counter *before;   /* by backend, at the last tick */
	struct snapshot_cpu *cpus;
	struct snapshot_backend *backends;
	struct snapshot_service *services;
};

/* What has the size of the plan, for another plan of the same maps. */
struct move {
	uint32_t *from; /* by backend: what it was; 0: new */
	size_t n;
	struct lb_counter *before;
	struct snapshot_backend *backends;
	struct carry_backend *carried;
	struct carry_gone *gone; /* as the carry's, with those that go */
	size_t n_gone;
};

/*
 * One reading of all counters, which takes its time where there are many: so it
 * is made a run of places after the other, and the loop does other things in
 * between.
 */
enum sweep_kind { SWEEP_NONE, SWEEP_ONCE, SWEEP_TICK, SWEEP_PAGE };

struct sweep {
	enum sweep_kind kind;
	uint32_t next; /* backend; 0: nothing is read yet */
	struct lb_counter forwarded;
	double began;
};

struct gather {
	struct instance *in;
	const struct control_health *health; /* NULL: nothing is known */
	struct snapshot snapshot;	     /* has pointers into now */
	char host[256];
	struct arrays now, next;
	bool moving; /* checks are counted for the next ones already */
	struct lb_counter reasons_before[LB_COUNT_END];
	double before_time;
	struct sweep sweep;
	bool tick_due, page_due; /* when that one is done */
	uint64_t pages;		 /* read for, in all; or tried in vain: */
	int page_err;
	uint64_t latency_before[LB_LATENCY_BUCKETS];
	uint64_t latency_after[LB_LATENCY_BUCKETS];
	struct move move;
	bool gone_before; /* the carry's, at the tick before this one */
	bool failing;	  /* said so already */
};

/* Backends that go with the move; 0 or -ENOMEM.  Then, that they went. */
int gone_find(const struct gather *g, struct move *m);
void gone_follow(struct gather *g, struct move *m);

/* 0 or negative errno. */
int gone_read(struct gather *g);

/* Before backends come and go: until gather_follow_health(), all is theirs. */
void gone_keep_checks(struct gather *g);

/* A reading of all CPUs, added to sum; also to the CPUs where packets were
 * processed. */
struct lb_counter sweep_sum(struct gather *g, size_t reading,
			    struct lb_counter sum, bool processed);

/* All at once: 0 or negative errno. */
int sweep_once(struct gather *g);

/* Now, or behind the one that is under way. */
void sweep_begin(struct gather *g, enum sweep_kind kind);

/* Whether more is to be read.  What fails is logged, and ends it. */
bool sweep_step(struct gather *g);

/* The plan is another one. */
void sweep_again(struct gather *g);

/* A sweep of them takes no time that anybody would notice. */
bool sweep_is_short(const struct gather *g);

/* n backends, from this one on.  0 or negative errno. */
int sweep_backends(struct gather *g, uint32_t first, uint32_t n);

/* What the maps in use counted for no backend of theirs; without CPUs. */
void sweep_add_nobody(struct gather *g, struct lb_counter *sum);

/* From here on the next rates are counted. */
void sweep_keep_for_rates(struct gather *g);

/* What is known of these backends besides. */
void gather_copy_backends(struct gather *g, uint32_t first, uint32_t end);

#endif
