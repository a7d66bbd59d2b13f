/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters have 64 bits, on a card as two words: one that stands before the
 * end of the lower word must carry into the upper one, for every reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness.h"
#include "tests.h"

static const struct fixture world = {
	.SERVICES(SERVICE(VIP, 53)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};

static const struct lb_counter before = { 0x1ffffffff, 0xfffffffff0 };

static bool has_carried(const struct lb_counter *c, size_t length)
{
	return c->packets == before.packets + 1 &&
	       c->bytes == before.bytes + length;
}

bool counters_carry(struct engine *e)
{
	static struct engine_counters counters;
	struct packet to_service = PACKET(), to_nobody = PACKET(.dport = 54);
	uint8_t frame[PACKET_LENGTH_MAX];
	struct engine_outcome out;
	size_t length = packet_build(&to_service, frame);
	int err = e->open(e, &world);

	err = err ?: e->preset(e, &before);
	err = err ?: e->run(e, frame, length, &out);
	packet_build(&to_nobody, frame);
	err = err ?: e->run(e, frame, length, &out);
	err = err ?: e->counters(e, &counters);
	e->close(e);
	if (err)
		print_error("%s: %s\n", e->name, strerror(-err));
	return !err && has_carried(&counters.backends[1], length) &&
	       has_carried(&counters.reasons[LB_REASON_NO_SERVICE], length);
}

void counters_test_carry(void **state)
{
	(void)state;
	for (struct engine *const *e = engines; *e; e++)
		assert_true(counters_carry(*e));
}
