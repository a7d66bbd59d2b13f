/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "tables/ring.h"

#define MEMBERS_MAX 1001
#define SLOTS_MAX   65537
#define PRIME_SLOTS 65537

static struct ring_member members[MEMBERS_MAX];
static uint32_t before[SLOTS_MAX], after[SLOTS_MAX];
static uint32_t owned[MEMBERS_MAX];

static uint64_t id_of(uint32_t number)
{
	uint8_t bytes[] = { 10, 0, number >> 8, number & 0xff, 0x15, 0xb3 };

	return ring_id(bytes, sizeof(bytes));
}

/* Members that all serve; weights go through 1 ... heaviest. */
static void set_members(size_t n, unsigned int heaviest)
{
	for (size_t i = 0; i < n; i++)
		members[i] = (struct ring_member){
			.id = id_of(i),
			.weight = 1 + i % heaviest,
			.serves = true,
		};
}

static void build(uint32_t *slots, uint32_t n_slots, size_t n_members)
{
	uint32_t *base = NULL;

	assert_int_equal(ring_build(slots, n_slots, members, n_members, &base),
			 0);
	free(base);
}

/* Fills owned[]; every slot must have an owner, and one that serves. */
static void count(const uint32_t *slots, uint32_t n_slots, size_t n_members)
{
	memset(owned, 0, sizeof(owned));
	for (uint32_t i = 0; i < n_slots; i++) {
		assert_true(slots[i] < n_members);
		assert_true(members[slots[i]].serves);
		owned[slots[i]]++;
	}
}

static double total_weight(size_t n_members)
{
	double total = 0;

	for (size_t i = 0; i < n_members; i++)
		total += members[i].weight;
	return total;
}

static void assert_shares(uint32_t n_slots, size_t n_members)
{
	double total = total_weight(n_members);

	build(before, n_slots, n_members);
	count(before, n_slots, n_members);
	for (size_t i = 0; i < n_members; i++) {
		double share = n_slots * members[i].weight / total;

		assert_true(fabs(owned[i] - share) < 1);
	}
}

static void test_shares_are_exact_to_the_slot(void **state)
{
	static const uint32_t sizes[] = { 1,   2,   3,	  4,	6,    7,    12,
					  100, 210, 1024, 2310, 4096, 65536 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (size_t n = 1; n <= 1000; n = n * 3 + 1) {
			set_members(n, 1);
			assert_shares(sizes[i], n);
			set_members(n, 10);
			assert_shares(sizes[i], n);
		}
	}
}

static void test_one_heavy_among_many_light(void **state)
{
	(void)state;
	set_members(500, 1);
	members[7].weight = 1000;
	assert_shares(65536, 500);
	members[7].weight = UINT16_MAX;
	assert_shares(65536, 500);
}

/* What the project promises: within 2 % of the share. */
static void test_a_hundred_members(void **state)
{
	static const unsigned int heaviest[] = { 1, 5 };

	(void)state;
	for (size_t h = 0; h < 2; h++) {
		double total;

		set_members(100, heaviest[h]);
		total = total_weight(100);
		build(before, PRIME_SLOTS, 100);
		count(before, PRIME_SLOTS, 100);
		for (size_t i = 0; i < 100; i++) {
			double share = PRIME_SLOTS * members[i].weight / total;

			assert_true(fabs(owned[i] - share) <= 0.02 * share);
		}
	}
}

static void test_single_member(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 64; n++) {
		set_members(1, 1);
		build(before, n, 1);
		count(before, n, 1);
		assert_int_equal(owned[0], n);
	}
}

static void assert_nobody(uint32_t n_slots, size_t n_members)
{
	memset(before, 0, sizeof(before));
	build(before, n_slots, n_members);
	for (uint32_t i = 0; i < n_slots; i++)
		assert_int_equal(before[i], RING_NOBODY);
}

static void test_nobody(void **state)
{
	(void)state;
	assert_nobody(64, 0);
	set_members(9, 3);
	for (size_t i = 0; i < 9; i++)
		members[i].serves = false;
	assert_nobody(64, 9);
	set_members(9, 1);
	for (size_t i = 0; i < 9; i++)
		members[i].weight = 0;
	assert_nobody(64, 9);
	/* A weight without service and service without weight. */
	members[3].weight = 1;
	members[3].serves = false;
	assert_nobody(64, 9);
}

static void test_weight_0_takes_nothing(void **state)
{
	(void)state;
	set_members(5, 1);
	members[2].weight = 0;
	build(before, 4096, 5);
	count(before, 4096, 5);
	assert_int_equal(owned[2], 0);
	/* Nor does it inherit. */
	members[0].serves = members[1].serves = false;
	build(before, 4096, 5);
	count(before, 4096, 5);
	assert_int_equal(owned[2], 0);
	assert_int_equal(owned[3] + owned[4], 4096);
}

static void test_order_does_not_matter(void **state)
{
	static struct ring_member sorted[200];

	(void)state;
	set_members(200, 7);
	for (size_t i = 0; i < 200; i += 9)
		members[i].serves = false;
	memcpy(sorted, members, sizeof(sorted));
	build(before, 8192, 200);
	srand(1);
	for (size_t i = 199; i > 0; i--) {
		size_t j = rand() % (i + 1);
		struct ring_member member = members[i];

		members[i] = members[j];
		members[j] = member;
	}
	build(after, 8192, 200);
	for (uint32_t i = 0; i < 8192; i++)
		assert_true(sorted[before[i]].id == members[after[i]].id);
}

/*
 * Five standard deviations of the binomial distribution, and two slots for its
 * skew where few are expected.  The ids never change, so this never fails by
 * chance.
 */
static void assert_spread(double gained, double orphans, double share)
{
	double deviation = sqrt(orphans * share * (1 - share));

	assert_true(fabs(gained - orphans * share) <= 5 * deviation + 2);
}

static void test_orphans_go_to_the_others_by_weight(void **state)
{
	uint32_t base[100], orphans;
	double total;

	(void)state;
	set_members(100, 10);
	build(before, PRIME_SLOTS, 100);
	count(before, PRIME_SLOTS, 100);
	memcpy(base, owned, sizeof(base));
	for (size_t down = 0; down < 10; down++) {
		orphans = base[down];
		total = total_weight(100) - members[down].weight;
		members[down].serves = false;
		build(after, PRIME_SLOTS, 100);
		count(after, PRIME_SLOTS, 100);
		for (size_t i = 0; i < 100; i++)
			if (i != down)
				assert_spread(owned[i] - base[i], orphans,
					      members[i].weight / total);
		members[down].serves = true;
	}
}

static void test_many_orphans_of_few_heirs(void **state)
{
	static const uint16_t weights[] = { 1, 10, 100, 1000, 1000 };
	uint32_t base[5];

	(void)state;
	set_members(5, 1);
	for (size_t i = 0; i < 5; i++)
		members[i].weight = weights[i];
	build(before, PRIME_SLOTS, 5);
	count(before, PRIME_SLOTS, 5);
	memcpy(base, owned, sizeof(base));
	members[4].serves = false;
	build(after, PRIME_SLOTS, 5);
	count(after, PRIME_SLOTS, 5);
	for (size_t i = 0; i < 4; i++)
		assert_spread(owned[i] - base[i], base[4], weights[i] / 1111.0);
}

/* No slot moves but from, or back to, the member whose health changed. */
static void assert_moves(const uint32_t *up, const uint32_t *down,
			 uint32_t n_slots, uint32_t member)
{
	for (uint32_t i = 0; i < n_slots; i++)
		assert_true(up[i] == down[i] ||
			    (up[i] == member && down[i] != member));
}

static void test_a_fall_moves_only_its_own_flows(void **state)
{
	(void)state;
	set_members(50, 3);
	build(before, 4096, 50);
	for (uint32_t i = 0; i < 50; i++) {
		members[i].serves = false;
		build(after, 4096, 50);
		count(after, 4096, 50);
		assert_moves(before, after, 4096, i);
		members[i].serves = true;
		build(after, 4096, 50);
		assert_memory_equal(before, after, 4096 * sizeof(*after));
	}
}

/* Down in one order until one is left, up in another. */
static void test_falls_and_returns_in_any_order(void **state)
{
	(void)state;
	set_members(30, 4);
	build(before, 4096, 30);
	for (uint32_t i = 0; i < 29; i++) {
		members[i * 7 % 30].serves = false;
		build(after, 4096, 30);
		count(after, 4096, 30);
		assert_moves(before, after, 4096, i * 7 % 30);
		memcpy(before, after, sizeof(before));
	}
	for (uint32_t i = 0; i < 30; i++) {
		if (members[i].serves)
			continue;
		members[i].serves = true;
		build(after, 4096, 30);
		assert_moves(after, before, 4096, i);
		memcpy(before, after, sizeof(before));
	}
	set_members(30, 4);
	build(before, 4096, 30);
	assert_memory_equal(before, after, 4096 * sizeof(*after));
}

/* Who serves: member i if bit i is set. */
static void set_serving(uint32_t set, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		members[i].serves = set >> i & 1;
}

/*
 * Every set of members that serve, and from each of them every fall, which is
 * every return as well.  All of them with what the one before left for it.
 */
static void test_every_change_from_every_state(void **state)
{
	enum { N = 11, SLOTS = 128 };
	static uint32_t rings[1 << N][SLOTS];
	uint32_t *base = NULL;

	(void)state;
	set_members(N, 4);
	for (uint32_t set = 0; set < 1 << N; set++) {
		set_serving(set, N);
		build(rings[set], SLOTS, N);
		assert_int_equal(ring_build(after, SLOTS, members, N, &base),
				 0);
		assert_memory_equal(rings[set], after, sizeof(rings[set]));
		for (uint32_t i = 0; set && i < SLOTS; i++)
			assert_true(set >> rings[set][i] & 1);
	}
	assert_null(base); /* the last set is everybody */
	for (uint32_t set = 1; set < 1 << N; set++)
		for (uint32_t i = 0; i < N; i++)
			if (set >> i & 1)
				assert_moves(rings[set], rings[set ^ 1U << i],
					     SLOTS, i);
}

/* So few are left that most slots find none of them where they try. */
static void test_a_few_left_of_very_many(void **state)
{
	double total = 0;

	(void)state;
	set_members(1000, 5);
	for (uint32_t i = 0; i < 1000; i++)
		members[i].serves = i % 200 == 7;
	for (uint32_t i = 7; i < 1000; i += 200)
		total += members[i].weight = 1 + i / 200;
	build(before, 4096, 1000);
	count(before, 4096, 1000);
	for (uint32_t i = 7; i < 1000; i += 200)
		assert_spread(owned[i], 4096, members[i].weight / total);
	for (uint32_t i = 7; i < 1000; i += 200) {
		members[i].serves = false;
		build(after, 4096, 1000);
		count(after, 4096, 1000);
		assert_moves(before, after, 4096, i);
		members[i].serves = true;
	}
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The shortest of some: whatever else the machine does only adds. */
static double seconds_of(size_t n_members)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		const double start = cpu_seconds();

		build(after, 65536, n_members);
		best = fmin(best, cpu_seconds() - start);
	}
	return best;
}

/*
 * Making the ring is for members that serve what it is when most have fallen,
 * or the loop stands still just when a thousand fall: the first version asked
 * 500 heirs for each of 32,768 orphans, 40 times the work.
 */
static void test_many_orphans_take_no_time(void **state)
{
	static const uint32_t every[] = { 2, 10, 50, 250 };
	double all;

	(void)state;
	set_members(1000, 1);
	all = seconds_of(1000);
	for (size_t k = 0; k < 4; k++) {
		for (uint32_t i = 0; i < 1000; i++)
			members[i].serves = i % every[k] == 0;
		print_message("# 1 in %u serves: %.1f times as long\n",
			      every[k], seconds_of(1000) / all);
		assert_true(seconds_of(1000) < 12 * all);
	}
}

/* Slots that change hands when one of n + 1 equal members is new. */
static double moved_by_adding(size_t n)
{
	double moved = 0;

	set_members(n + 1, 1);
	build(before, PRIME_SLOTS, n);
	build(after, PRIME_SLOTS, n + 1);
	for (uint32_t i = 0; i < PRIME_SLOTS; i++)
		moved += before[i] != after[i];
	return moved / PRIME_SLOTS;
}

/* How much Maglev moves beyond the ideal grows with members per slot. */
static void test_adding_a_member_moves_little(void **state)
{
	static const struct {
		size_t n;
		double at_most; /* times 1 / (n + 1) */
	} cases[] = { { 1, 1.01 }, { 10, 1.1 }, { 100, 2 }, { 1000, 8 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double ideal = 1 / (double)(cases[i].n + 1);
		double moved = moved_by_adding(cases[i].n);

		print_message("# %zu members and one: %.2f %% of the slots "
			      "move, %.2f times the ideal\n",
			      cases[i].n, 100 * moved, moved / ideal);
		assert_true(moved > 0.9 * ideal);
		assert_true(moved < cases[i].at_most * ideal);
	}
}

static void assert_exponential(uint32_t hash)
{
	double exact = -log((hash + 1.0) / 0x1p32) * 0x1p32;
	double error = fabs((double)ring_exponential(hash) - exact);

	assert_true(error <= 2e-5 * exact + 8);
	assert_true(ring_exponential(hash) >= UINT32_MAX - hash);
	if (hash)
		assert_true(ring_exponential(hash) <=
			    ring_exponential(hash - 1));
}

static void test_exponential(void **state)
{
	(void)state;
	assert_int_equal(ring_exponential(UINT32_MAX), 0);
	for (uint32_t i = 0; i < 100000; i++) {
		assert_exponential(i);
		assert_exponential(UINT32_MAX - i);
		assert_exponential(i * 42949);
	}
	for (uint32_t bit = 1; bit < 32; bit++)
		for (int i = -3; i <= 3; i++)
			assert_exponential((1U << bit) + i);
}

/* Of 65,536 ids, nothing may be left of the regularity of their bytes. */
static void test_id_spreads(void **state)
{
	uint32_t of_high[256] = { 0 }, of_low[256] = { 0 };

	(void)state;
	assert_true(ring_id("a", 1) != ring_id("b", 1));
	assert_true(ring_id("a", 1) != ring_id("a", 2));
	for (uint32_t i = 0; i < 65536; i++) {
		uint64_t id = id_of(i);

		of_high[id >> 56]++;
		of_low[id & 0xff]++;
	}
	for (size_t i = 0; i < 256; i++) {
		assert_spread(of_high[i], 65536, 1 / 256.0);
		assert_spread(of_low[i], 65536, 1 / 256.0);
	}
}

/*
 * Written down once.  If this fails, the function has
 * changed, and nodes with the old one and the new one send the same flow to
 * different backends: do not change the numbers without a reason worth that.
 */
static void test_golden_vector(void **state)
{
	static const uint32_t small[16] = { 2, 1, 2, 2, 2, 2, 1, 0,
					    1, 2, 1, 2, 2, 0, 0, 1 };
	uint8_t bytes[4096];

	(void)state;
	set_members(3, 3);
	build(before, 16, 3);
	assert_memory_equal(before, small, sizeof(small));
	set_members(40, 10);
	for (size_t i = 0; i < 40; i += 3)
		members[i].serves = false;
	build(before, 4096, 40);
	for (uint32_t i = 0; i < 4096; i++)
		bytes[i] = before[i];
	assert_true(ring_id(bytes, sizeof(bytes)) == 0x21efa5f6651122c7);
	assert_true(ring_id("", 0) == 0xf52a15e9a9b5e89b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_are_exact_to_the_slot),
		cmocka_unit_test(test_one_heavy_among_many_light),
		cmocka_unit_test(test_a_hundred_members),
		cmocka_unit_test(test_single_member),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_weight_0_takes_nothing),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_orphans_go_to_the_others_by_weight),
		cmocka_unit_test(test_many_orphans_of_few_heirs),
		cmocka_unit_test(test_a_fall_moves_only_its_own_flows),
		cmocka_unit_test(test_falls_and_returns_in_any_order),
		cmocka_unit_test(test_every_change_from_every_state),
		cmocka_unit_test(test_a_few_left_of_very_many),
		cmocka_unit_test(test_many_orphans_take_no_time),
		cmocka_unit_test(test_adding_a_member_moves_little),
		cmocka_unit_test(test_exponential),
		cmocka_unit_test(test_id_spreads),
		cmocka_unit_test(test_golden_vector),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
