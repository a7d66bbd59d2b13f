/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <time.h>

#include "metrics/turns.h"

#define SECOND 1000000ULL

static void test_buckets(void **state)
{
	struct turns turns = { .seconds = 0 };

	(void)state;
	turns_add(&turns, 0, 1);
	turns_add(&turns, 1000, 1); /* a bound belongs to what is up to it */
	turns_add(&turns, 1001, 1);
	turns_add(&turns, 60 * SECOND, 1);
	assert_int_equal(turns.counts[0], 2);
	assert_int_equal(turns.counts[1], 1);
	assert_int_equal(turns.counts[TURNS_BOUNDS], 1);
	assert_true(turns.seconds > 60.002 && turns.seconds < 60.0021);
}

/* Whoever asks once a minute sees each of them. */
static void test_worst_is_seen_for_a_minute(void **state)
{
	struct turns turns = { .seconds = 0 };
	uint64_t now = 1000 * SECOND;

	(void)state;
	turns_add(&turns, 3 * SECOND, now);
	for (unsigned int s = 1; s <= 60; s++) {
		turns_add(&turns, 10, now + s * SECOND);
		assert_true(turns_worst(&turns) == 3);
	}
	for (unsigned int s = 61; s <= 121; s++)
		turns_add(&turns, 10, now + s * SECOND);
	assert_true(turns_worst(&turns) < 0.001);
	/* Nor is it seen after a loop that slept for long. */
	turns_add(&turns, 2 * SECOND, now + 200 * SECOND);
	turns_add(&turns, 10, now + 1000 * SECOND);
	assert_true(turns_worst(&turns) < 0.001);
}

static int on_defer(sd_event_source *source, void *arg)
{
	const struct timespec pause = { .tv_nsec = 30000000 };

	(void)source, (void)arg;
	return nanosleep(&pause, NULL);
}

static void test_loop(void **state)
{
	struct turns turns = { .seconds = 0 };
	sd_event_source *source;
	uint64_t long_ones = 0;
	sd_event *event;

	(void)state;
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(turns_watch(&turns, event), 0);
	assert_true(sd_event_add_defer(event, &source, on_defer, NULL) >= 0);
	for (int i = 0; i < 3; i++) {
		sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
		assert_int_equal(sd_event_run(event, UINT64_MAX), 1);
	}
	/* Waiting is no delay: of 40 ms that nothing happens in, none. */
	assert_int_equal(sd_event_run(event, 40000), 0);
	assert_int_equal(sd_event_run(event, 0), 0);
	for (unsigned int i = 0; i <= TURNS_BOUNDS; i++)
		long_ones += i >= 5 ? turns.counts[i] : 0;
	assert_int_equal(long_ones, 3);
	assert_true(turns_worst(&turns) >= 0.03);
	sd_event_source_unref(source);
	sd_event_unref(event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_worst_is_seen_for_a_minute),
		cmocka_unit_test(test_loop),
	};

	return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
