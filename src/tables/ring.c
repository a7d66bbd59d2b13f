/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two ideas, one for rare changes and one for frequent ones.
 *
 * The base table is Maglev's (Eisenbud et al., NSDI 2016, section 3.4): every
 * configured member walks a permutation of the slots that depends only on its
 * id, and takes the next free slot whenever it is its turn.  Shares are exact
 * to the slot, and few slots move when the configuration changes.  But leaving
 * a failed member out would also move slots between healthy members, so the
 * base table knows nothing of health.
 *
 * The slots of members that do not serve then go to those that do, by
 * rendezvous hashing: every pair of slot and member has a fixed random number,
 * and the lowest wins.  To honour weights, the number is the moment when the
 * member's exponential clock, ticking at the rate of its weight, first rings:
 * of such clocks, each is the first with a probability of its weight's share.
 *
 * Invariant: when a member falls, only its slots move; when it returns, exactly
 * those return, whatever happened in between.
 *
 * Nodes of a cluster must agree on every slot without talking.  So there is no
 * floating point here: log() may differ in its last bit from one C library to
 * the next, and one bit can decide a slot.
 */
#include <errno.h>
#include <stdlib.h>

#include "tables/ring.h"

#define ONE (1ULL << 32)  /* of the fixed-point numbers */
#define LN2 2977044472ULL /* ln(2) * ONE */

/* A member with a weight, and where it stands in its permutation. */
struct walker {
	uint64_t id;
	uint64_t key;	    /* the id again, well mixed */
	uint64_t remainder; /* what the quota lacks to the exact share */
	uint32_t quota;	    /* slots of the base table still to take */
	uint32_t credit;    /* a turn costs the largest weight */
	uint32_t slot, skip;
	uint32_t index; /* in the caller's members */
	uint32_t weight;
};

/* The finaliser of SplitMix64 (Steele et al., OOPSLA 2014), by D. Stafford. */
static uint64_t mix(uint64_t h)
{
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
	h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
	return h ^ (h >> 31);
}

/* FNV-1a takes in the bytes; its last ones need mix() to reach every bit. */
uint64_t ring_id(const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < length; i++)
		h = (h ^ byte[i]) * 0x100000001b3;
	return mix(h);
}

/*
 * u = (hash + 1) / 2^32 is m / 2^k with m in (1/2, 1], so -ln(u) is
 * k ln(2) - ln(m), and -ln(m) = 2 atanh(s) with s = (1 - m) / (1 + m) <= 1/3.
 * Four terms of atanh(s) = s + s^3/3 + s^5/5 + s^7/7 + ... leave out less than
 * 2e-5 of the sum.  No table, and exact where it matters most: near u = 1,
 * whence nearly all winners come.
 */
uint64_t ring_exponential(uint32_t hash)
{
	uint32_t k = hash ? __builtin_clz(hash) : 32;
	uint64_t m = (hash + 1ULL) << k;
	uint64_t twice_s = ((ONE - m) << 33) / (ONE + m);
	uint64_t s2 = twice_s * twice_s >> 34;
	uint64_t sum = ONE / 7;

	sum = ONE / 5 + (s2 * sum >> 32);
	sum = ONE / 3 + (s2 * sum >> 32);
	sum = ONE + (s2 * sum >> 32);
	return k * LN2 + (twice_s * sum >> 32);
}

/* A uniform hash becomes a number below limit. */
static uint32_t scale(uint64_t hash, uint32_t limit)
{
	return (hash >> 32) * limit >> 32;
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* A walk reaches every slot only if skip and n_slots have no divisor. */
static void walker_init(struct walker *w, const struct ring_member *member,
			uint32_t index, uint32_t n_slots)
{
	*w = (struct walker){
		.id = member->id,
		.key = mix(member->id),
		.index = index,
		.weight = member->weight,
	};
	w->slot = scale(mix(w->key + 1), n_slots);
	w->skip = 1 + scale(mix(w->key + 2), n_slots - 1);
	while (common_divisor(w->skip, n_slots) != 1)
		w->skip = w->skip < n_slots - 1 ? w->skip + 1 : 1;
}

static void walker_take(struct walker *w, uint32_t *slots, uint32_t n_slots)
{
	while (slots[w->slot] != RING_NOBODY) {
		if (w->slot < n_slots - w->skip)
			w->slot += w->skip;
		else
			w->slot -= n_slots - w->skip;
	}
	slots[w->slot] = w->index;
	w->quota--;
}

static int compare_ids(const void *a, const void *b)
{
	const struct walker *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int compare_remainders(const void *a, const void *b)
{
	const struct walker *x = a, *y = b;

	if (x->remainder != y->remainder)
		return x->remainder < y->remainder ? 1 : -1;
	return compare_ids(a, b);
}

/* Every share rounded down, and the slots left over to the largest remainders:
 * nobody is a whole slot away from the exact share. */
static void share_out(struct walker *walkers, size_t n_walkers,
		      uint32_t n_slots)
{
	uint64_t total = 0;
	uint32_t left = n_slots;

	for (size_t i = 0; i < n_walkers; i++)
		total += walkers[i].weight;
	for (size_t i = 0; i < n_walkers; i++) {
		uint64_t product = (uint64_t)n_slots * walkers[i].weight;

		walkers[i].quota = product / total;
		walkers[i].remainder = product % total;
		left -= walkers[i].quota;
	}
	qsort(walkers, n_walkers, sizeof(*walkers), compare_remainders);
	for (size_t i = 0; i < left; i++)
		walkers[i].quota++;
}

/*
 * In each round, the heaviest takes a slot and the others save up for theirs.
 * Rounds go by weight, not by quota: quotas all change when a member is added,
 * and with them would the order of turns.
 */
static void fill_base(uint32_t *slots, uint32_t n_slots, struct walker *walkers,
		      size_t n_walkers)
{
	uint32_t heaviest = 0, left = n_slots;

	share_out(walkers, n_walkers, n_slots);
	qsort(walkers, n_walkers, sizeof(*walkers), compare_ids);
	for (size_t i = 0; i < n_walkers; i++)
		if (walkers[i].weight > heaviest)
			heaviest = walkers[i].weight;
	while (left) {
		for (struct walker *w = walkers; w < walkers + n_walkers; w++) {
			w->credit += w->weight;
			if (w->credit < heaviest)
				continue;
			w->credit -= heaviest;
			if (w->quota) {
				walker_take(w, slots, n_slots);
				left--;
			}
		}
	}
}

/*
 * Moments are compared as cost / weight, multiplied out.  As -ln(u) >= 1 - u,
 * most members are known to lose before their logarithm is.
 */
static uint32_t heir_of(uint32_t slot, const struct walker *heirs,
			size_t n_heirs)
{
	uint64_t seed = mix(slot), best_cost = UINT64_MAX >> 16;
	uint32_t best_weight = 1, best = RING_NOBODY;

	for (const struct walker *w = heirs; w < heirs + n_heirs; w++) {
		uint32_t hash = mix(w->key ^ seed) >> 32;
		uint64_t cost = UINT32_MAX - hash;

		if (cost * best_weight >= best_cost * w->weight)
			continue;
		cost = ring_exponential(hash);
		if (cost * best_weight >= best_cost * w->weight)
			continue;
		best_cost = cost;
		best_weight = w->weight;
		best = w->index;
	}
	return best;
}

/* Gives away the slots of members that do not serve. */
static void bequeath(uint32_t *slots, uint32_t n_slots,
		     const struct ring_member *members, struct walker *walkers,
		     size_t n_walkers)
{
	size_t n_heirs = 0;

	for (size_t i = 0; i < n_walkers; i++)
		if (members[walkers[i].index].serves)
			walkers[n_heirs++] = walkers[i];
	for (uint32_t i = 0; i < n_slots; i++)
		if (!members[slots[i]].serves)
			slots[i] = heir_of(i, walkers, n_heirs);
}

int ring_build(uint32_t *slots, uint32_t n_slots,
	       const struct ring_member *members, size_t n_members)
{
	struct walker *walkers = calloc(n_members + 1, sizeof(*walkers));
	size_t n_walkers = 0;

	if (!walkers)
		return -ENOMEM;
	for (size_t i = 0; i < n_members; i++)
		if (members[i].weight)
			walker_init(&walkers[n_walkers++], &members[i], i,
				    n_slots);
	for (uint32_t i = 0; i < n_slots; i++)
		slots[i] = RING_NOBODY;
	if (n_walkers) {
		fill_base(slots, n_slots, walkers, n_walkers);
		bequeath(slots, n_slots, members, walkers, n_walkers);
	}
	free(walkers);
	return 0;
}
