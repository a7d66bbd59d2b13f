/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program's maps: created before the program, filled while nothing can see
 * them, then handed to the loader.  The only reader and writer of BPF maps.
 */
#ifndef MAPS_H
#define MAPS_H

#include "tables/plan.h"
#include "tables/tables.h"

struct bpf_object;
struct maps;

struct maps_request {
	const void *object; /* the ELF object's bytes */
	size_t object_size;
	const struct plan_sizes *sizes;
	int offload_ifindex;  /* 0: on the host */
	uint32_t features;    /* the plan's: a card gets no other maps */
	bool latency;	      /* the latency map too; host only */
	int flows, fragments; /* another's, to go on with; 0: none */
};

/* 0 and *out; or negative errno, with libbpf's own words in why. */
int maps_create(struct maps **out, const struct maps_request *request,
		char *why, size_t why_size);
void maps_free(struct maps *maps);

/* Its map of flows, for flows.h; it stays that of the maps. */
int maps_flows_fd(const struct maps *maps);

/* The same of fragments; negative where there is none. */
int maps_fragments_fd(const struct maps *maps);

/* Makes the maps of a not yet loaded object be these; arg is the struct maps.
 * For xdp_request.bind.  0 or negative errno. */
int maps_bind(void *arg, struct bpf_object *object);

/*
 * A tables_emit_fn; arg is the struct maps.  What is deleted may be gone.  What
 * is written may wait for maps_flush(); the order stays, and after an error of
 * either nothing that was taken is lost: maps_flush() again.  -ENOENT where the
 * map was left out.
 */
int maps_apply(void *arg, const struct tables_op *op);
int maps_flush(struct maps *maps);

/* How many CPUs each reading below fills in: 1 for maps on the card. */
size_t maps_cpus(const struct maps *maps);

/* counters[] has room for maps_cpus() entries.  0 or negative errno. */
int maps_read_backend(const struct maps *maps, uint32_t index,
		      struct lb_counter *counters);
/* The n from first (not 0) on, one after the other: n * maps_cpus() entries. */
#define MAPS_READ_MAX 256
int maps_read_backends(const struct maps *maps, uint32_t first, uint32_t n,
		       struct lb_counter *counters);
/* Counts of a place that nobody uses, for the next who does. */
int maps_clear_backend(const struct maps *maps, uint32_t index);
int maps_read_reason(const struct maps *maps, uint32_t reason,
		     struct lb_counter *counters);
/* The first n, MAPS_READ_MAX at most. */
int maps_read_reasons(const struct maps *maps, uint32_t n,
		      struct lb_counter *counters);

/* Whose frames are for this host; nothing to do on a card.  0 or -errno. */
int maps_set_macs(const struct maps *maps, const struct lb_macs *macs);

/* The histogram, summed over the CPUs; -ENOENT where it is not measured. */
int maps_read_latency(const struct maps *maps,
		      uint64_t buckets[LB_LATENCY_BUCKETS]);

#endif
