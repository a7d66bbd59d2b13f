/* SPDX-License-Identifier: GPL-2.0-only */
/* What is pure of how time passes: who is next, and when the loop was away. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "health/away.h"
#include "health/lack.h"
#include "health/queue.h"

#define MS 1000ULL

static void test_queue(void **state)
{
	static struct health_wake wake[500];
	struct health_queue queue = { .n = 0 };
	uint64_t before = 0;
	size_t n = 0;

	(void)state;
	srand(7);
	for (size_t i = 0; i < 500; i++) {
		assert_int_equal(health_queue_reserve(&queue), 0);
		health_queue_set(&queue, &wake[i], (uint64_t)rand() % 1000);
	}
	for (int i = 0; i < 2000; i++) {
		const size_t k = (size_t)rand() % 500;

		if (rand() % 3)
			health_queue_set(&queue, &wake[k],
					 (uint64_t)rand() % 1000);
		else
			health_queue_remove(&queue, &wake[k]);
	}
	for (size_t i = 0; i < 500; i++)
		n += wake[i].place != 0;
	assert_int_equal(queue.n, n);
	while (health_queue_first(&queue)) {
		struct health_wake *first = health_queue_first(&queue);

		assert_true(first->at_us >= before);
		before = first->at_us;
		health_queue_remove(&queue, first);
		health_queue_remove(&queue, first);
		n--;
	}
	assert_int_equal(n, 0);
	health_queue_free(&queue);
}

/* Not in its waits, not in short turns; in long ones, and if it is not woken.
 */
static void test_away(void **state)
{
	struct health_away away = { 0 };

	(void)state;
	health_away_sleep(&away, 100 * MS, 200 * MS);
	health_away_wake(&away, 150 * MS);
	health_away_sleep(&away, 152 * MS, 200 * MS);
	health_away_wake(&away, 203 * MS);
	health_away_sleep(&away, 204 * MS, 200 * MS); /* overdue already */
	health_away_wake(&away, 205 * MS);
	assert_int_equal(away.total_us, 0);
	health_away_sleep(&away, 405 * MS, 500 * MS);
	assert_int_equal(away.total_us, 200 * MS);
	health_away_wake(&away, 800 * MS);
	assert_int_equal(away.total_us, 500 * MS);
	health_away_wake(&away, 900 * MS); /* it is awake */
	health_away_sleep(&away, 1000 * MS, UINT64_MAX);
	assert_int_equal(away.total_us, 700 * MS);
	health_away_wake(&away, 9000 * MS);
	assert_int_equal(away.total_us, 700 * MS);
}

static void test_lack(void **state)
{
	(void)state;
	assert_int_equal(health_lack_of(-EMFILE, AF_INET),
			 HEALTH_LACK_DESCRIPTORS);
	assert_int_equal(health_lack_of(-EADDRNOTAVAIL, AF_INET6),
			 HEALTH_LACK_PORTS);
	assert_int_equal(health_lack_of(-EACCES, AF_INET), HEALTH_LACK_RIGHTS);
	/* The network's: no skip for ever. */
	assert_int_equal(health_lack_of(-EACCES, AF_INET6),
			 HEALTH_LACK_NOTHING);
	assert_int_equal(health_lack_of(-ECONNREFUSED, AF_INET),
			 HEALTH_LACK_NOTHING);
	for (int i = 1; i < HEALTH_LACKS; i++)
		assert_non_null(health_lack_name((enum health_lack)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_lack),
	};

	return cmocka_run_group_tests_name("health_clock", tests, NULL, NULL);
}
