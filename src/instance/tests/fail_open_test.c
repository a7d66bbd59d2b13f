/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "instance/fail_open.h"
#include "tables/tests/world.h"

#define N 4 /* three backends from 1 on */

struct fixture {
	struct world world;
	struct instance in;
	uint8_t held[N];
	bool serves[N], stays[N], waits[N], open[1];
};

static struct fixture *make(bool fail_open)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	world_add(&f->world, 53, 53, LB_FORWARD_NAT, 3);
	f->world.services[0].fail_open = fail_open;
	world_complete(&f->world);
	f->in.plan = f->world.plan;
	f->in.held = f->held;
	f->in.serves = f->serves;
	f->in.stays = f->stays;
	f->in.waits = f->waits;
	f->in.open = f->open;
	return f;
}

static void destroy(struct fixture *f)
{
	world_destroy(&f->world);
	test_free(f);
}

static bool hold(struct fixture *f, uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t held[N] = { 0, a, b, c };

	memcpy(f->held, held, sizeof(held));
	return fail_open_judge(&f->in, 0);
}

static void assert_serve(const struct fixture *f, bool a, bool b, bool c)
{
	assert_int_equal(f->serves[1], a);
	assert_int_equal(f->serves[2], b);
	assert_int_equal(f->serves[3], c);
}

#define BAD INSTANCE_UNHEALTHY
#define OUT INSTANCE_DRAINED
#define NEW (INSTANCE_NEW | INSTANCE_UNHEALTHY)

static void test_all_fail(void **state)
{
	struct fixture *f = make(true);

	(void)state;
	assert_false(hold(f, BAD, 0, BAD));
	assert_serve(f, false, true, false);
	assert_false(f->stays[1]);
	assert_true(hold(f, BAD, BAD, BAD));
	assert_serve(f, true, true, true);
	assert_true(f->stays[1]);
	assert_true(hold(f, BAD, BAD, 0));
	assert_serve(f, false, false, true);
	assert_false(f->stays[1]);
	destroy(f);
}

/* They get nothing in any case, and do not keep the others from it. */
static void test_drained(void **state)
{
	struct fixture *f = make(true);

	(void)state;
	assert_true(hold(f, BAD, BAD, OUT));
	assert_serve(f, true, true, false);
	assert_false(hold(f, BAD, BAD, OUT | BAD));
	assert_serve(f, true, true, false);
	assert_true(f->stays[3]);
	assert_true(hold(f, OUT, OUT | BAD, OUT));
	assert_serve(f, false, false, false);
	destroy(f);
}

static void test_not_asked_for(void **state)
{
	struct fixture *f = make(false);

	(void)state;
	assert_false(hold(f, BAD, BAD, BAD));
	assert_serve(f, false, false, false);
	assert_false(f->stays[2]);
	destroy(f);
}

/* As if it were not configured, unless it is all that there is. */
static void test_new(void **state)
{
	struct fixture *f = make(true);

	(void)state;
	assert_false(hold(f, 0, BAD, NEW));
	assert_serve(f, true, false, false);
	assert_true(f->waits[3] && !f->waits[2] && !f->stays[3]);
	assert_true(hold(f, BAD, BAD, NEW));
	assert_serve(f, true, true, false);
	assert_true(f->waits[3] && !f->stays[3]);
	assert_false(hold(f, OUT, OUT, NEW));
	assert_serve(f, false, false, true);
	assert_false(f->waits[3]);
	assert_true(hold(f, OUT, OUT, 0));
	assert_serve(f, false, false, true);
	destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fail),
		cmocka_unit_test(test_drained),
		cmocka_unit_test(test_not_asked_for),
		cmocka_unit_test(test_new),
	};

	return cmocka_run_group_tests_name("fail_open", tests, NULL, NULL);
}
