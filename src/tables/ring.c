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
 * The slots of members that do not serve then go to those that do.  Each slot
 * has an order of its own of all members, that knows nothing of health either,
 * and the first of them that serves has it: first its owner in the base table;
 * then the owners of TRIES other slots, which hashes of slot and try choose, so
 * that weights count as exactly as there; then everybody by rendezvous hashing.
 * With a share f of the slots still served, 1 / f tries are enough on average,
 * however many members there are.  Rendezvous hashing alone would ask each
 * living member for each orphan, which is the work of seconds when half of
 * thousands have fallen; the tries alone might never meet the only one left.
 *
 * Rendezvous hashing: every pair of slot and member has a fixed random number,
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
#include <string.h>

#include "tables/ring.h"

/*
 * Where 1 in 40 serves, a fifth of the orphans is left after so many tries;
 * from there on there are few to ask by rendezvous hashing.
 */
#define TRIES 64

#define ONE (1ULL << 32)  /* of the fixed-point numbers */
#define LN2 2977044472ULL /* ln(2) * ONE */

/* A member with a weight, and where it stands in its permutation. */
struct walker {
	uint64_t id;
	uint64_t remainder; /* what the quota lacks to the exact share */
	uint32_t quota;	    /* slots of the base table still to take */
	uint32_t credit;    /* a turn costs the largest weight */
	uint32_t slot, skip;
	uint32_t index; /* in the caller's members */
	uint32_t weight;
};

/* A member that serves, as far as inheriting goes. */
struct heir {
	uint64_t key;
	uint32_t index;
	uint32_t weight;
};

/* Them, and by member whether it is one. */
struct heirs {
	struct heir *list;
	size_t n;
	bool *is_one;
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

static uint64_t key_of(const struct ring_member *member)
{
	return mix(member->id);
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
	const uint64_t key = key_of(member);

	*w = (struct walker){
		.id = member->id,
		.index = index,
		.weight = member->weight,
	};
	w->slot = scale(mix(key + 1), n_slots);
	w->skip = 1 + scale(mix(key + 2), n_slots - 1);
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
static uint32_t first_to_ring(uint64_t seed, const struct heirs *heirs)
{
	uint64_t best_cost = UINT64_MAX >> 16;
	uint32_t best_weight = 1, best = RING_NOBODY;

	for (const struct heir *h = heirs->list; h < heirs->list + heirs->n;
	     h++) {
		uint32_t hash = mix(h->key ^ seed) >> 32;
		uint64_t cost = UINT32_MAX - hash;

		if (cost * best_weight >= best_cost * h->weight)
			continue;
		cost = ring_exponential(hash);
		if (cost * best_weight >= best_cost * h->weight)
			continue;
		best_cost = cost;
		best_weight = h->weight;
		best = h->index;
	}
	return best;
}

static uint32_t owner_of(uint32_t slot, const uint32_t *base, uint32_t n_slots,
			 const struct heirs *heirs)
{
	uint32_t owner = base[slot];
	uint64_t seed;

	if (heirs->is_one[owner])
		return owner;
	seed = mix(slot);
	for (uint64_t try = 1; try <= TRIES; try++) {
		/* The stream of SplitMix64. */
		owner = base[scale(mix(seed + try * 0x9e3779b97f4a7c15),
				   n_slots)];
		if (heirs->is_one[owner])
			return owner;
	}
	return first_to_ring(seed, heirs);
}

static void bequeath(uint32_t *slots, const uint32_t *base, uint32_t n_slots,
		     const struct heirs *heirs)
{
	for (uint32_t i = 0; i < n_slots; i++)
		slots[i] = heirs->n > 1 ? owner_of(i, base, n_slots, heirs)
			   : heirs->n	? heirs->list->index
					: RING_NOBODY;
}

static int find_heirs(struct heirs *heirs, const struct ring_member *members,
		      size_t n_members)
{
	heirs->n = 0;
	heirs->list = calloc(n_members + 1, sizeof(*heirs->list));
	heirs->is_one = calloc(n_members + 1, sizeof(*heirs->is_one));
	if (!heirs->list || !heirs->is_one)
		return -ENOMEM;
	for (size_t i = 0; i < n_members; i++) {
		if (!members[i].weight || !members[i].serves)
			continue;
		heirs->is_one[i] = true;
		heirs->list[heirs->n++] = (struct heir){
			.key = key_of(&members[i]),
			.index = (uint32_t)i,
			.weight = members[i].weight,
		};
	}
	return 0;
}

static void free_heirs(struct heirs *heirs)
{
	free(heirs->list);
	free(heirs->is_one);
}

static int make_base(uint32_t *base, uint32_t n_slots,
		     const struct ring_member *members, size_t n_members)
{
	struct walker *walkers = calloc(n_members + 1, sizeof(*walkers));
	size_t n = 0;

	if (!walkers)
		return -ENOMEM;
	for (size_t i = 0; i < n_members; i++)
		if (members[i].weight)
			walker_init(&walkers[n++], &members[i], (uint32_t)i,
				    n_slots);
	for (uint32_t i = 0; i < n_slots; i++)
		base[i] = RING_NOBODY;
	if (n)
		fill_base(base, n_slots, walkers, n);
	free(walkers);
	return 0;
}

/* Nobody who has a weight and does not serve. */
static bool all_serve(const struct ring_member *members, size_t n_members)
{
	for (size_t i = 0; i < n_members; i++)
		if (members[i].weight && !members[i].serves)
			return false;
	return true;
}

static int inherit(uint32_t *slots, const uint32_t *base, uint32_t n_slots,
		   const struct ring_member *members, size_t n_members)
{
	struct heirs heirs;
	int err = find_heirs(&heirs, members, n_members);

	if (!err)
		bequeath(slots, base, n_slots, &heirs);
	free_heirs(&heirs);
	return err;
}

int ring_build(uint32_t *slots, uint32_t n_slots,
	       const struct ring_member *members, size_t n_members,
	       uint32_t **base)
{
	const size_t size = n_slots * sizeof(*slots);
	int err = 0;

	if (*base)
		memcpy(slots, *base, size);
	else
		err = make_base(slots, n_slots, members, n_members);
	if (err)
		return err;
	if (all_serve(members, n_members)) {
		free(*base);
		*base = NULL;
		return 0;
	}
	if (!*base) {
		*base = malloc(size);
		if (!*base)
			return -ENOMEM;
		memcpy(*base, slots, size);
	}
	return inherit(slots, *base, n_slots, members, n_members);
}
