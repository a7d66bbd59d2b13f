/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "metrics/latency.h"

/* The program's own side, with a map of one CPU and a clock that we set. */
static struct lb_latency latency;
static uint64_t clock_ns;

static void *bpf_map_lookup_elem(struct lb_latency *map, const __u32 *key)
{
	return *key ? NULL : map;
}

static __u64 bpf_ktime_get_ns(void)
{
	return clock_ns;
}

#include "bpf/latency.h"

static struct latency_summary summary;

static int reset(void **state)
{
	(void)state;
	memset(&latency, 0, sizeof(latency));
	memset(&summary, 0xff, sizeof(summary));
	clock_ns = 1000000;
	return 0;
}

static void record(uint64_t ns, unsigned int times)
{
	while (times--) {
		clock_ns += ns;
		latency_record(clock_ns - ns);
	}
}

static void read_buckets(uint64_t out[LB_LATENCY_BUCKETS])
{
	memcpy(out, latency.buckets, sizeof(latency.buckets));
}

/* What came since the reading "before". */
static void summarise_since(const uint64_t before[LB_LATENCY_BUCKETS])
{
	uint64_t now[LB_LATENCY_BUCKETS];

	read_buckets(now);
	latency_summarise(before, now, &summary);
}

static void summarise(void)
{
	static const uint64_t empty[LB_LATENCY_BUCKETS];

	summarise_since(empty);
}

static void assert_about(double value, double expected)
{
	assert_true(fabs(value - expected) <= expected * 1e-12);
}

static void test_floor_is_the_inverse_of_bucket(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < LB_LATENCY_BUCKETS; i++) {
		uint64_t floor = latency_bucket_floor(i);

		assert_int_equal(latency_bucket(floor), i);
		if (i)
			assert_int_equal(latency_bucket(floor - 1), i - 1);
	}
	assert_int_equal(latency_bucket_floor(LB_LATENCY_BUCKETS),
			 1 << LB_LATENCY_MAX_BITS);
}

static void test_buckets_are_narrow(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < LB_LATENCY_BUCKETS; i++) {
		uint64_t floor = latency_bucket_floor(i);
		uint64_t width = latency_bucket_floor(i + 1) - floor;

		assert_true(width == 1 || width * 32 <= floor);
	}
}

static void test_no_samples(void **state)
{
	static const struct latency_summary none;
	uint64_t before[LB_LATENCY_BUCKETS];

	(void)state;
	summarise();
	assert_memory_equal(&summary, &none, sizeof(none));
	record(500, 10);
	read_buckets(before);
	summarise_since(before);
	assert_memory_equal(&summary, &none, sizeof(none));
}

static void test_one_sample(void **state)
{
	(void)state;
	record(42, 1);
	summarise();
	assert_int_equal(summary.samples, 1);
	assert_about(summary.mean_ns, 42);
	assert_about(summary.std_ns, 0);
	assert_about(summary.min_ns, 42);
	assert_about(summary.max_ns, 42);
	assert_about(summary.p25_ns, 42);
	assert_about(summary.p99_ns, 42);
}

/* 1 ... 50: nearest rank takes a value that is there, rounding up. */
static void test_percentiles(void **state)
{
	(void)state;
	for (uint64_t ns = 1; ns <= 50; ns++)
		record(ns, 1);
	summarise();
	assert_int_equal(summary.samples, 50);
	assert_about(summary.min_ns, 1);
	assert_about(summary.p25_ns, 13);
	assert_about(summary.p50_ns, 25);
	assert_about(summary.p75_ns, 38);
	assert_about(summary.p90_ns, 45);
	assert_about(summary.p95_ns, 48);
	assert_about(summary.p99_ns, 50);
	assert_about(summary.max_ns, 50);
	assert_about(summary.mean_ns, 25.5);
	assert_about(summary.std_ns, sqrt((50 * 50 - 1) / 12.0));
}

static void test_a_long_tail(void **state)
{
	(void)state;
	record(10, 990);
	record(63, 9);
	record(1 << 30, 1);
	summarise();
	assert_about(summary.p50_ns, 10);
	assert_about(summary.p99_ns, 10);
	/* What is beyond the histogram counts with its last bucket. */
	assert_about(summary.max_ns, (1032192 + 1048575) / 2.0);
	record(63, 1);
	summarise();
	assert_about(summary.p99_ns, 63);
}

/* 64 and 65 share a bucket, of which the middle is 64.5. */
static void test_middle_of_a_bucket(void **state)
{
	(void)state;
	record(64, 2);
	record(65, 2);
	record(66, 4);
	summarise();
	assert_about(summary.min_ns, 64.5);
	assert_about(summary.max_ns, 66.5);
	assert_about(summary.p50_ns, 64.5);
	assert_about(summary.p75_ns, 66.5);
	assert_about(summary.mean_ns, 65.5);
	assert_about(summary.std_ns, 1);
}

static void test_only_what_came_between(void **state)
{
	uint64_t before[LB_LATENCY_BUCKETS];

	(void)state;
	record(20, 1000);
	read_buckets(before);
	record(30, 3);
	record(50, 1);
	summarise_since(before);
	assert_int_equal(summary.samples, 4);
	assert_about(summary.min_ns, 30);
	assert_about(summary.mean_ns, 35);
	assert_about(summary.max_ns, 50);
}

/* Counts of a year must neither overflow the rank nor lose it. */
static void test_large_counts(void **state)
{
	(void)state;
	latency.buckets[10] = UINT64_MAX / 2;
	latency.buckets[20] = UINT64_MAX / 2;
	latency.buckets[30] = 1;
	summarise();
	assert_about(summary.p25_ns, 10);
	assert_about(summary.p75_ns, 20);
	assert_about(summary.p99_ns, 20);
	assert_about(summary.max_ns, 30);
	assert_about(summary.mean_ns, 15);
}

static void test_the_program_times_one_packet_in_so_many(void **state)
{
	unsigned int timed = 0;

	(void)state;
	for (unsigned int i = 0; i < 4 * LB_LATENCY_SAMPLE_EVERY; i++)
		timed += latency_start() != 0;
	assert_int_equal(timed, 4);
	assert_int_equal(latency.seen, 4 * LB_LATENCY_SAMPLE_EVERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_floor_is_the_inverse_of_bucket),
		cmocka_unit_test(test_buckets_are_narrow),
		cmocka_unit_test_setup(test_no_samples, reset),
		cmocka_unit_test_setup(test_one_sample, reset),
		cmocka_unit_test_setup(test_percentiles, reset),
		cmocka_unit_test_setup(test_a_long_tail, reset),
		cmocka_unit_test_setup(test_middle_of_a_bucket, reset),
		cmocka_unit_test_setup(test_only_what_came_between, reset),
		cmocka_unit_test_setup(test_large_counts, reset),
		cmocka_unit_test_setup(
			test_the_program_times_one_packet_in_so_many, reset),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
