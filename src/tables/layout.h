/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the endpoints of a model go: into a bucket that answers alone, or into
 * the HASH behind it.  Once for the VIPs (vips, services), once for the
 * backends that answer through us (hosts, replies).  Pure.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "model/model.h"

/*
 * The service of an entry that is none: an address of this host itself, or of
 * another that asks backends directly.
 */
#define LAYOUT_OWN    (UINT32_MAX - 1)
#define LAYOUT_DIRECT UINT32_MAX

/* One endpoint; what its value is follows from the service. */
struct layout_entry {
	struct lb_endpoint key;
	uint32_t service; /* index in the model, or LAYOUT_... */
	bool sole;	  /* all of this address has the same value ... */
	bool whole;	  /* ... on all ports */
};

struct layout_bucket {
	uint32_t index;
	uint32_t ask; /* LB_ASK_...; 0: only what follows is here */
	struct layout_entry alone;
	uint16_t first, last; /* its ports, in host order */
};

struct layout_span;

struct layout {
	struct layout_span *spans;
	size_t n_spans;
	struct layout_bucket *buckets; /* those not empty, by index */
	size_t n_buckets;
	uint64_t n_needed;	      /* entries, if expanded */
	struct layout_entry *entries; /* of the HASH; by key, in memory order */
	size_t n_entries;
};

/*
 * Buckets, and the number of entries in the HASH.  own: addresses of this host,
 * with every port that no service has.  0 (layout_free() it) or -ENOMEM.
 */
int layout_services(struct layout *out, const struct model *model,
		    const struct addr *own, size_t n_own);
int layout_replies(struct layout *out, const struct model *model);

/* The entries themselves: one for each port.  0 or -ENOMEM. */
int layout_expand(struct layout *layout);
void layout_free(struct layout *layout);

/* As the maps have it, IPv4 as ::ffff:a.b.c.d; all zero where it is unset. */
void layout_address(__be32 words[4], const struct addr *address);

/* Of words that layout_address() made. */
bool layout_is_ipv4(const __be32 words[4]);

/*
 * The port that the replies of a service come from, in host order.  0: as it
 * is, since nothing in an answer tells which of several ports was asked.
 */
uint16_t layout_reply_port(const struct model_service *service);

#endif
