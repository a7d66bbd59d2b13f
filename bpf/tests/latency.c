/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The histogram: its arithmetic here in user space, with a clock and a map of
 * our own under bpf/latency.h, and its sampling in the kernel.
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness.h"
#include "tests.h"

static struct lb_latency latency;
static uint64_t clock_ns;

static void *bpf_map_lookup_elem(void *map, const void *key)
{
	(void)key;
	return map;
}

static uint64_t bpf_ktime_get_ns(void)
{
	return clock_ns;
}

#include "bpf/latency.h"

/* By lb_abi.h's words: below 64 one each, above 32 to every power of two. */
static uint32_t expected_bucket(uint64_t ns)
{
	uint32_t power = 6;

	if (ns < 64)
		return (uint32_t)ns;
	if (ns >= 1U << 20)
		return LB_LATENCY_BUCKETS - 1;
	while (ns >= 2ULL << power)
		power++;
	return 64 + (power - 6) * 32 +
	       (uint32_t)((ns - (1ULL << power)) * 32 / (1ULL << power));
}

void latency_test_buckets(void **state)
{
	(void)state;
	for (uint64_t ns = 0; ns < 2 << 20; ns++)
		if (latency_bucket(ns) != expected_bucket(ns))
			fail_msg("%llu ns: expected bucket %u, is %u",
				 (unsigned long long)ns, expected_bucket(ns),
				 latency_bucket(ns));
	for (unsigned int shift = 20; shift < 64; shift++)
		assert_int_equal(latency_bucket(1ULL << shift),
				 LB_LATENCY_BUCKETS - 1);
	assert_int_equal(latency_bucket(UINT64_MAX), LB_LATENCY_BUCKETS - 1);
	assert_int_equal(expected_bucket((1 << 20) - 1),
			 LB_LATENCY_BUCKETS - 1);
}

/* Every 128th packet, the first of them included, with the time it took. */
void latency_test_sampling(void **state)
{
	(void)state;
	memset(&latency, 0, sizeof(latency));
	clock_ns = 1000;
	for (int i = 0; i < 3 * LB_LATENCY_SAMPLE_EVERY; i++) {
		uint64_t start = latency_start();

		assert_int_equal(start != 0, i % LB_LATENCY_SAMPLE_EVERY == 0);
		clock_ns += 500;
		if (start)
			latency_record(start);
	}
	assert_int_equal(latency.seen, 3 * LB_LATENCY_SAMPLE_EVERY);
	assert_int_equal(latency.buckets[expected_bucket(500)], 3);
}

static uint64_t count_samples(const struct lb_latency *l)
{
	uint64_t samples = 0;

	for (int i = 0; i < LB_LATENCY_BUCKETS; i++)
		samples += l->buckets[i];
	return samples;
}

static void run_packets(struct engine *e, int packets)
{
	struct packet p = PACKET();
	struct engine_outcome out;
	uint8_t frame[PACKET_LENGTH_MAX];
	size_t length = packet_build(&p, frame);

	for (int i = 0; i < packets; i++)
		assert_return_code(e->run(e, frame, length, &out), 0);
}

static void check_samples(struct engine *e)
{
	static const struct fixture nothing;
	static struct lb_latency l;

	assert_return_code(e->open(e, &nothing), 0);
	for (uint64_t k = 1; k <= 5; k++) {
		run_packets(e, LB_LATENCY_SAMPLE_EVERY);
		assert_return_code(e->latency(e, &l), 0);
		assert_int_equal(l.seen, k * LB_LATENCY_SAMPLE_EVERY);
		assert_int_equal(count_samples(&l), k);
	}
	run_packets(e, 1);
	assert_return_code(e->latency(e, &l), 0);
	assert_int_equal(count_samples(&l), 6);
	e->close(e);
}

/* Each CPU counts to 128 for itself, so all packets must run on the same. */
void latency_test_program(void **state)
{
	cpu_set_t all, one;
	int tested = 0;

	(void)state;
	assert_return_code(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	assert_return_code(sched_setaffinity(0, sizeof(one), &one), 0);
	for (struct engine *const *e = engines; *e; e++)
		if ((*e)->latency) {
			check_samples(*e);
			tested++;
		}
	sched_setaffinity(0, sizeof(all), &all);
	if (!tested)
		print_message("# no engine has a clock\n");
}
