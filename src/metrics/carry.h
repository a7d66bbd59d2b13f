/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was counted before the maps that count now: by name, so that a backend
 * keeps its counts wherever it stands in the next configuration, and a service
 * those of the backends that it has no more.  Pure.
 */
#ifndef CARRY_H
#define CARRY_H

#include "tables/plan.h"
#include "watch/backends.h"

struct carry_backend {
	char *name; /* "SERVICE ADDRESS:PORT" */
	uint32_t service;
	struct lb_counter count;
};

struct carry_service {
	char *name;
	/* Of backends that it has no more, or that began to count anew. */
	struct lb_counter count;
	struct health_counts health;
};

/* A place in the maps where a backend that is gone may still be counted. */
struct carry_gone {
	uint32_t place, service;
	struct lb_counter count; /* as read last; not in any sum here */
};

struct carry {
	struct carry_backend *backends; /* by number; 0 is not used */
	size_t n_backends;
	struct carry_service *services; /* in the order of the plan */
	size_t n_services;
	struct carry_gone *gone;
	size_t n_gone;
	/*
	 * LB_REASON_FORWARDED: of backends that are in no configuration, those
	 * in services[].count among them.
	 */
	struct lb_counter reasons[LB_COUNT_END];
	uint64_t *cpus; /* processed */
	size_t n_cpus;
};

/* Nothing counted yet.  0 (carry_free() it) or -ENOMEM. */
int carry_start(struct carry *carry, const struct plan *plan, size_t n_cpus);
void carry_free(struct carry *carry);

/*
 * Adds all that was counted before, where nobody may be counted any more
 * (carry_settle()).  What belongs to nobody any more stays in the sums.  0; or
 * -ENOMEM, with nothing changed.
 */
int carry_inherit(struct carry *carry, const struct carry *before);

/*
 * What moves with the backends to another plan, in the same maps: from[i] is
 * the number so far of backend i, or 0.  next becomes the carry's; it has
 * n_backends, of which those that are new have names and services already.
 */
void carry_follow(struct carry *carry, struct carry_backend *next,
		  size_t n_backends, const uint32_t *from);

/* Adds one reading, a counter per CPU. */
void carry_add_backend(struct carry *carry, size_t index,
		       const struct lb_counter *counters, size_t n);
void carry_add_reason(struct carry *carry, uint32_t reason,
		      const struct lb_counter *counters, size_t n);

/* ... the last one of a place in gone[]; NULL: it is as it was read last. */
void carry_add_gone(struct carry *carry, const struct carry_gone *gone,
		    const struct lb_counter *counters, size_t n);
/* They were added, all of them. */
void carry_settle(struct carry *carry);

#endif
