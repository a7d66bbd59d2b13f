/* SPDX-License-Identifier: GPL-2.0-only */
/* How many senders are told at most: a burst, and then so many a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "harness.h"
#include "tests.h"

#define PACKETS 300

/* Nobody serves one service, and the other has somebody. */
static const struct fixture world = {
	.SERVICES(SERVICE(VIP, 53, .tell = true), SERVICE(VIP, 54, .base = 1)),
	.RING(0, 1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .tell = true)),
	.limit = FIXTURE_LIMITED,
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t send(struct engine *e, const struct packet *p, uint64_t n)
{
	struct engine_outcome out;
	uint8_t frame[PACKET_LENGTH_MAX];
	size_t length = packet_build(p, frame);
	uint64_t told = 0;

	for (uint64_t i = 0; i < n; i++) {
		assert_int_equal(e->run(e, frame, length, &out), 0);
		told += out.action == harness_action(LB_REASON_TOLD_NO_BACKEND);
	}
	return told;
}

static uint64_t suppressed(struct engine *e)
{
	static struct engine_counters counters;

	assert_int_equal(e->counters(e, &counters), 0);
	return counters.reasons[LB_COUNT_NOT_TOLD].packets;
}

static void check(struct engine *e)
{
	const struct packet unserved = PACKET();
	const struct packet expired = PACKET(.dport = 54, .ttl = 1);
	const struct timespec while_some = { .tv_nsec = 3 * LB_LIMIT_NS };
	uint64_t start = now(), told = send(e, &unserved, PACKETS);
	uint64_t most = LB_LIMIT_BURST + 1 + (now() - start) / LB_LIMIT_NS;

	assert_in_range(told, LB_LIMIT_BURST, most);
	assert_int_equal(suppressed(e), PACKETS - told);
	/* The other kind has its own. */
	told = send(e, &expired, LB_LIMIT_BURST);
	assert_int_equal(told, LB_LIMIT_BURST);
	nanosleep(&while_some, NULL);
	assert_int_equal(send(e, &unserved, 1), 1);
}

void limit_test_tells(void **state)
{
	(void)state;
	for (struct engine *const *e = engines; *e; e++) {
		if ((*e)->lacks & FIXTURE_FEATURE(TELL))
			continue;
		assert_int_equal((*e)->open(*e, &world), 0);
		check(*e);
		(*e)->close(*e);
	}
}
