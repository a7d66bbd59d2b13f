/* SPDX-License-Identifier: GPL-2.0-only */
/* Which member of a service owns which slot. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_NOBODY UINT32_MAX

struct ring_member {
	uint64_t id;	 /* who it is, wherever it stands in the list */
	uint16_t weight; /* relative share; 0 takes no slot */
	bool serves;
};

/*
 * Fills slots[0 ... n_slots), at least one, with indices into members, or
 * RING_NOBODY where nobody serves.  The result is a pure function of the set of
 * members: neither their order nor what served before matters.  Ids must
 * differ. 0 or -ENOMEM.
 *
 * *base, to be freed: NULL, or what a call for the same list has left there in
 * which only who serves was different; it saves most of the time.  As large as
 * the slots; none is left where everybody serves.
 */
int ring_build(uint32_t *slots, uint32_t n_slots,
	       const struct ring_member *members, size_t n_members,
	       uint32_t **base);

/* The identity of a backend: the same on every node for the same bytes. */
uint64_t ring_id(const void *bytes, size_t length);

/*
 * -ln((hash + 1) / 2^32), in units of 2^-32: of a uniform hash, a number with
 * the exponential distribution.  Wrong by at most 2e-5 of itself and 2^-29;
 * never grows with the hash, and never below UINT32_MAX - hash.
 */
uint64_t ring_exponential(uint32_t hash);

#endif
