/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock is the test's: microseconds, and as late as the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "health/track.h"

#define START_US  5000000
#define ANSWER_US 200 /* what a backend that lives needs */

static struct health_track start(uint32_t interval_ms, uint32_t timeout_ms,
				 unsigned int rise, unsigned int fall, bool up)
{
	const struct model_health check = { .interval_ms = interval_ms,
					    .timeout_ms = timeout_ms,
					    .rise = rise,
					    .fall = fall };
	struct health_track track;

	health_track_start(&track, &check, 0, up, START_US);
	return track;
}

/* The next probe, when it is due: begins, and ends as said, later. */
static bool probe(struct health_track *track, enum health_verdict verdict,
		  uint64_t later_us, uint64_t *lasted_us)
{
	const uint64_t now_us = health_track_next_us(track);

	assert_int_equal(health_track_todo(track, now_us - 1), HEALTH_WAIT);
	assert_int_equal(health_track_todo(track, now_us), HEALTH_BEGIN);
	health_track_begin(track, now_us);
	return health_track_end(track, verdict, now_us + later_us, lasted_us);
}

static void test_fall_and_rise(void **state)
{
	struct health_track track = start(1000, 500, 2, 3, true);
	uint64_t lasted_us = 0;

	(void)state;
	assert_false(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_true(track.up);
	assert_true(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_false(track.up);
	assert_int_equal(START_US + lasted_us, track.since_us);
	assert_int_equal(track.bad, 3);
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us));
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_true(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_true(track.up);
	assert_int_equal(lasted_us, 4000000);
	assert_int_equal(track.good, 2);
	assert_int_equal(track.total, 10);
	assert_int_equal(track.failed, 6);
}

/* It tells nothing of the backend, and is not held against anybody. */
static void test_skipped(void **state)
{
	struct health_track track = start(1000, 500, 2, 2, true);
	uint64_t lasted_us = 0;

	(void)state;
	assert_false(probe(&track, HEALTH_BAD, 0, &lasted_us));
	for (int i = 0; i < 10; i++)
		assert_false(probe(&track, HEALTH_SKIPPED, 0, &lasted_us));
	assert_int_equal(track.bad, 1);
	assert_int_equal(track.skipped, 10);
	assert_int_equal(track.total, 1);
	assert_true(probe(&track, HEALTH_BAD, 0, &lasted_us));
}

static void test_lost(void **state)
{
	struct health_track track = start(1000, 500, 2, 3, true);
	uint64_t lasted_us = 0;

	(void)state;
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	health_track_begin(&track, START_US + 1000000);
	assert_true(health_track_lost(&track, START_US + 1000100, &lasted_us));
	assert_int_equal(lasted_us, 1000100);
	assert_false(track.up);
	assert_false(track.running);
	assert_int_equal(health_track_next_us(&track), START_US + 2000000);
	assert_false(health_track_lost(&track, START_US + 1000200, &lasted_us));
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_true(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_int_equal(track.since_us, START_US + 3000000 + ANSWER_US);
}

/* Lost between two probes: the next one is due when it was. */
static void test_lost_while_idle(void **state)
{
	struct health_track track = start(1000, 500, 1, 3, true);
	uint64_t lasted_us = 0;

	(void)state;
	assert_false(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
	assert_true(health_track_lost(&track, START_US + 500000, &lasted_us));
	assert_int_equal(health_track_next_us(&track), START_US + 1000000);
	assert_true(probe(&track, HEALTH_GOOD, ANSWER_US, &lasted_us));
}

/*
 * A backend that answers until dead_us, and never again: when is it down?  Each
 * look of the loop is late by late_us.
 */
static uint64_t time_to_down(struct health_track *track, uint64_t dead_us,
			     uint64_t late_us)
{
	uint64_t lasted_us, now_us;

	for (;;) {
		now_us = health_track_next_us(track) + late_us;
		switch (health_track_todo(track, now_us)) {
		case HEALTH_BEGIN:
			health_track_begin(track, now_us);
			if (now_us < dead_us)
				health_track_end(track, HEALTH_GOOD,
						 now_us + ANSWER_US,
						 &lasted_us);
			break;
		case HEALTH_GIVE_UP:
			if (health_track_end(track, HEALTH_BAD, now_us,
					     &lasted_us))
				return now_us - dead_us;
			break;
		case HEALTH_WAIT:
			fail_msg("nothing to do at its time");
		}
	}
}

static void assert_detected(uint32_t interval_ms, uint32_t timeout_ms,
			    unsigned int fall)
{
	const uint64_t allowed_us =
		((uint64_t)interval_ms * fall + HEALTH_DETECTION_MS) * 1000;

	for (int late = 0; late <= 2; late++) {
		struct health_track track =
			start(interval_ms, timeout_ms, 1, fall, true);
		/* The worst moment: just after a probe was answered. */
		const uint64_t dead_us = START_US + (uint64_t)late * 2000 + 1;
		const uint64_t took_us =
			time_to_down(&track, dead_us, (uint64_t)late * 2000);

		if (took_us > allowed_us)
			fail_msg("interval %u timeout %u fall %u late %d ms: "
				 "%lu us, not %lu",
				 interval_ms, timeout_ms, fall, late * 2,
				 (unsigned long)took_us,
				 (unsigned long)allowed_us);
	}
}

static void test_detection(void **state)
{
	static const uint32_t intervals_ms[] = { 100, 150, 1000, 5000, 60000 };
	static const unsigned int falls[] = { 1, 2, 3, 5, 100 };

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (size_t f = 0; f < 5; f++) {
			const uint32_t most_ms = health_check_timeout_max_ms(
				intervals_ms[i], falls[f]);

			for (uint32_t part = 1; part <= 8; part++)
				assert_detected(intervals_ms[i],
						most_ms * part / 8, falls[f]);
		}
}

/* As far as the bound allows, the interval is the interval. */
static void test_interval(void **state)
{
	struct health_track track = start(1000, 500, 1, 3, true);
	uint64_t lasted_us;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(health_track_next_us(&track),
				 START_US + i * 1000000);
		probe(&track, HEALTH_GOOD, ANSWER_US + i * 100, &lasted_us);
	}
	track = start(1000, 50, 1, 3, true);
	for (uint64_t i = 0; i < 10; i++) {
		assert_int_equal(health_track_next_us(&track),
				 START_US + i * 1000000);
		probe(&track, HEALTH_BAD, ANSWER_US, &lasted_us);
	}
}

/* A probe always ends before the next one is due. */
static void test_no_overlap(void **state)
{
	(void)state;
	for (unsigned int fall = 1; fall <= 100; fall++) {
		const struct health_track track =
			start(1000, health_check_timeout_max_ms(1000, fall), 1,
			      fall, true);

		assert_in_range(track.usual_us, track.timeout_us, 1000000);
		assert_in_range(track.doubt_us, track.timeout_us, 1000000);
	}
}

/* A loop that slept: one probe at once, with all its time, then as before. */
static void test_late(void **state)
{
	struct health_track track = start(1000, 500, 1, 3, true);
	uint64_t lasted_us, now_us = START_US + 10300000;

	(void)state;
	assert_int_equal(health_track_todo(&track, now_us), HEALTH_BEGIN);
	health_track_begin(&track, now_us);
	assert_int_equal(health_track_next_us(&track), now_us + 500000);
	health_track_end(&track, HEALTH_GOOD, now_us + ANSWER_US, &lasted_us);
	assert_int_equal(health_track_next_us(&track), START_US + 10000000);
	now_us += ANSWER_US;
	health_track_begin(&track, now_us);
	health_track_end(&track, HEALTH_GOOD, now_us + ANSWER_US, &lasted_us);
	assert_int_equal(health_track_next_us(&track), START_US + 11000000);
}

/*
 * envoy#4132: a loop that was away does not find everybody due.  Whose next
 * time is nearer waits for that, but only once: it may be as late for ever.
 */
static void test_no_burst(void **state)
{
	const struct model_health check = {
		.interval_ms = 1000, .timeout_ms = 500, .rise = 1, .fall = 3
	};
	const uint64_t now_us = START_US + 7000000;
	unsigned int at_once = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		struct health_track track;

		health_track_start(&track, &check, i, true, START_US);
		if (health_track_todo(&track, now_us) == HEALTH_BEGIN) {
			at_once++;
			continue;
		}
		assert_in_range(health_track_next_us(&track), now_us,
				now_us + 500000);
		assert_int_equal(
			health_track_todo(&track, health_track_next_us(&track) +
							  900000),
			HEALTH_BEGIN);
	}
	assert_in_range(at_once, 450, 550);
}

/* By choice, who cannot be asked for long is down; and up as usual again. */
static void test_unasked(void **state)
{
	struct health_track track = start(1000, 500, 2, 2, true);
	uint64_t lasted_us = 0;

	(void)state;
	assert_int_equal(health_track_unasked_max(&track), 6);
	track.unasked_fails = true;
	for (int i = 0; i < 5; i++)
		assert_false(probe(&track, HEALTH_SKIPPED, 0, &lasted_us));
	assert_false(probe(&track, HEALTH_GOOD, 0, &lasted_us));
	for (int i = 0; i < 5; i++)
		assert_false(probe(&track, HEALTH_SKIPPED, 0, &lasted_us));
	assert_true(probe(&track, HEALTH_SKIPPED, 0, &lasted_us));
	assert_false(track.up);
	assert_false(probe(&track, HEALTH_SKIPPED, 0, &lasted_us));
	assert_false(probe(&track, HEALTH_GOOD, 0, &lasted_us));
	assert_true(probe(&track, HEALTH_GOOD, 0, &lasted_us));
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* However many there are: none waits longer than thrice its fair share. */
static void assert_spread(uint32_t first, size_t n)
{
	const struct model_health check = {
		.interval_ms = 1000, .timeout_ms = 500, .rise = 1, .fall = 3
	};
	uint64_t due_us[500] = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		struct health_track track;

		health_track_start(&track, &check, first + i, true, START_US);
		due_us[i] = health_track_next_us(&track) - START_US;
		assert_in_range(due_us[i], 0, 999999);
	}
	qsort(due_us, n, sizeof(*due_us), compare);
	for (size_t i = 1; i < n; i++)
		assert_in_range(due_us[i] - due_us[i - 1], 1000000 / n / 3,
				3000000 / n);
}

static void test_spread(void **state)
{
	(void)state;
	for (size_t n = 2; n <= 500; n += 7) {
		assert_spread(0, n);
		assert_spread(60000, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fall_and_rise),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lost_while_idle),
		cmocka_unit_test(test_detection),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_no_overlap),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_no_burst),
		cmocka_unit_test(test_unasked),
		cmocka_unit_test(test_spread),
	};

	return cmocka_run_group_tests_name("health_track", tests, NULL, NULL);
}
