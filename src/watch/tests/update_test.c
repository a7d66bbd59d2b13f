/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "watch/update.h"
#include "watch/urgent.h"
#include "base/breathe.h"
#include "base/monotime.h"

#define FALLS	    1000
#define LONG_MS	    50
#define LIMIT_TURNS 100000

struct world {
	sd_event *event;
	struct watch_update *update;
	sd_event_source *timer;
	unsigned int fallen, written, seen; /* seen: fallen when written last */
	double between, last;		    /* the shortest time, and since */
};

static void sleep_ms(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	nanosleep(&time, NULL);
}

static void write_tables(void *arg)
{
	struct world *w = arg;
	const double now = monotime_now();

	if (w->written && now - w->last < w->between)
		w->between = now - w->last;
	w->last = now;
	w->written++;
	w->seen = w->fallen;
}

/* A thousand that fall one by one: never is there nothing due. */
static int on_fall(sd_event_source *source, void *arg)
{
	struct world *w = arg;

	w->fallen++;
	watch_update_soon(w->update);
	return sd_event_source_set_enabled(
		source, w->fallen < FALLS ? SD_EVENT_ON : SD_EVENT_OFF);
}

static void test_many_changes_are_one(void **state)
{
	struct world w = { .between = 1e9 };
	sd_event_source *falls;

	(void)state;
	assert_true(sd_event_new(&w.event) >= 0);
	assert_int_equal(
		watch_update_open(&w.update, w.event, write_tables, &w), 0);
	assert_true(sd_event_add_defer(w.event, &falls, on_fall, &w) >= 0);
	assert_true(sd_event_source_set_enabled(falls, SD_EVENT_ON) >= 0);
	for (int i = 0; w.seen < FALLS; i++) {
		assert_true(i < LIMIT_TURNS);
		assert_true(sd_event_run(w.event, 1000000) >= 0);
	}
	/* None sooner than it may, so not one for each. */
	assert_true(w.between >= WATCH_UPDATE_MS / 1e3 || w.written == 1);
	sd_event_source_unref(falls);
	watch_update_close(w.update);
	sd_event_unref(w.event);
}

static int on_due(sd_event_source *source, uint64_t usec, void *arg)
{
	struct world *w = arg;

	(void)usec;
	w->seen++;
	sd_event_source_set_time(source, (uint64_t)(monotime_now() * 1e6));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int let_live(void *arg)
{
	urgent_run(arg);
	return 0;
}

/* In the outer loop: what is urgent goes on while it breathes, and only then.
 */
static int on_work(sd_event_source *source, void *arg)
{
	struct world *w = arg;
	unsigned int before = w->seen;

	sleep_ms(LONG_MS);
	breathe();
	assert_int_equal(w->seen, before);
	breathe_begin();
	for (int i = 0; i < 5; i++) {
		before = w->seen;
		sleep_ms(LONG_MS);
		assert_int_equal(breathe(), 0);
		assert_true(w->seen > before);
	}
	breathe_end();
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static void test_long_work_breathes(void **state)
{
	sd_event_source *work;
	struct urgent *urgent;
	struct world w = { 0 };

	(void)state;
	assert_true(sd_event_new(&w.event) >= 0);
	assert_int_equal(urgent_open(&urgent, w.event), 0);
	breathe_with(let_live, urgent);
	assert_true(sd_event_add_time(urgent_event(urgent), &w.timer,
				      CLOCK_MONOTONIC, 0, 1, on_due, &w) >= 0);
	assert_true(sd_event_add_defer(w.event, &work, on_work, &w) >= 0);
	assert_int_equal(sd_event_loop(w.event), 0);
	breathe_with(NULL, NULL);
	sd_event_source_unref(work);
	sd_event_source_disable_unref(w.timer);
	urgent_close(urgent);
	sd_event_unref(w.event);
}

struct ending {
	struct urgent *urgent;
	sd_event *outer;
	unsigned int done;
};

/* Two of them; each is the last that is done. */
static int on_end(sd_event_source *source, void *arg)
{
	struct ending *ending = arg;

	(void)source;
	ending->done++;
	urgent_end(ending->urgent);
	return sd_event_exit(ending->outer, 0);
}

/* What is due when it is asked to end is not done, and not told of. */
static void test_the_end_is_at_once(void **state)
{
	struct ending ending = { .done = 0 };

	(void)state;
	assert_true(sd_event_new(&ending.outer) >= 0);
	assert_int_equal(urgent_open(&ending.urgent, ending.outer), 0);
	for (int i = 0; i < 2; i++)
		assert_true(sd_event_add_defer(urgent_event(ending.urgent),
					       NULL, on_end, &ending) >= 0);
	assert_int_equal(sd_event_loop(ending.outer), 0);
	urgent_run(ending.urgent);
	assert_int_equal(ending.done, 1);
	urgent_close(ending.urgent);
	sd_event_unref(ending.outer);
}

static int on_last(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source, (void)usec;
	return sd_event_exit(arg, 0);
}

/* Timers set before it sleeps, and while, wake the outer loop. */
static void test_it_wakes_the_outer_loop(void **state)
{
	struct urgent *urgent;
	struct world w = { 0 };
	const uint64_t at = (uint64_t)(monotime_now() * 1e6) + 20000;

	(void)state;
	assert_true(sd_event_new(&w.event) >= 0);
	assert_int_equal(urgent_open(&urgent, w.event), 0);
	assert_true(sd_event_add_time(urgent_event(urgent), &w.timer,
				      CLOCK_MONOTONIC, at, 1, on_last,
				      w.event) >= 0);
	assert_int_equal(sd_event_loop(w.event), 0);
	assert_true(monotime_now() * 1e6 >= (double)at);
	sd_event_source_disable_unref(w.timer);
	urgent_close(urgent);
	sd_event_unref(w.event);
}

static int slowly(void *arg)
{
	const struct timespec time = { .tv_nsec = 200 * 1000000 };

	nanosleep(&time, NULL);
	*(bool *)arg = true;
	return -5;
}

static int count(void *arg)
{
	*(unsigned int *)arg += 1;
	return 0;
}

/* A piece that cannot be cut: the same, and it has ended when we go on. */
static void test_breathes_during_a_system_call(void **state)
{
	unsigned int asked = 0;
	bool ended = false;

	(void)state;
	breathe_with(count, &asked);
	assert_int_equal(breathe_during(slowly, &ended), -5);
	assert_true(ended);
	assert_int_equal(asked, 0);
	ended = false;
	breathe_begin();
	assert_int_equal(breathe_during(slowly, &ended), -5);
	breathe_end();
	assert_true(ended);
	assert_true(asked > 0);
	breathe_with(NULL, NULL);
}

static int give_up(void *arg)
{
	*(unsigned int *)arg += 1;
	return -4;
}

static void test_work_may_be_wanted_no_more(void **state)
{
	unsigned int asked = 0;

	(void)state;
	breathe_with(give_up, &asked);
	assert_int_equal(breathe(), 0); /* it is nobody's work */
	breathe_begin();
	assert_int_equal(breathe(), -4);
	assert_int_equal(breathe(), -4);
	breathe_end();
	assert_int_equal(breathe(), 0);
	assert_int_equal(asked, 1);
	breathe_with(NULL, NULL);
}

static int as_long_as_wanted(void *arg)
{
	const struct timespec time = { .tv_nsec = 1000000 };
	int err = 0;

	for (unsigned int *left = arg; !err && *left; --*left) {
		nanosleep(&time, NULL);
		err = breathe();
	}
	return err;
}

/* Also a thread that is waited for hears of it; it asks nobody itself. */
static void test_a_piece_may_be_wanted_no_more(void **state)
{
	unsigned int asked = 0, left = 60000;

	(void)state;
	breathe_with(give_up, &asked);
	breathe_begin();
	assert_int_equal(breathe_during(as_long_as_wanted, &left), -4);
	breathe_end();
	assert_true(asked > 0);
	assert_true(left > 0);
	breathe_with(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_changes_are_one),
		cmocka_unit_test(test_long_work_breathes),
		cmocka_unit_test(test_the_end_is_at_once),
		cmocka_unit_test(test_it_wakes_the_outer_loop),
		cmocka_unit_test(test_breathes_during_a_system_call),
		cmocka_unit_test(test_work_may_be_wanted_no_more),
		cmocka_unit_test(test_a_piece_may_be_wanted_no_more),
	};

	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
