/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random packets over random tables, against the reference: sound ones, the
 * same with bytes flipped and ends cut off, and one cut at every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests.h"
#include "trial.h"

#define ROUNDS	100
#define PACKETS 100 /* of a round */

static void start(struct trial *t)
{
	const char *text = getenv("UDPLB_TEST_SEED");
	unsigned long long seed = text ? strtoull(text, NULL, 0) : 1;

	world_seed(seed);
	memset(t, 0, sizeof(*t));
	print_message("# UDPLB_TEST_SEED=%llu\n", seed);
}

static void run_rounds(struct trial *t, bool sound)
{
	uint8_t frame[PACKET_LENGTH_MAX];

	for (int round = 0; round < ROUNDS; round++) {
		assert_return_code(trial_open(t), 0);
		for (int i = 0; i < PACKETS; i++) {
			size_t length = trial_frame(frame, sound);

			assert_true(trial_run(t, frame, length, sound));
		}
		trial_close();
	}
}

/* A generator that no longer meets a verdict would test nothing there. */
static void expect_seen(const struct trial *t, enum lb_reason reason)
{
	if (!t->seen[reason])
		fail_msg("no packet came to reason %d", (int)reason);
}

void random_test_packets(void **state)
{
	static struct trial t;

	(void)state;
	start(&t);
	run_rounds(&t, true);
	for (int i = LB_REASON_FIRST_DROP; i < LB_REASONS_END; i++)
		expect_seen(&t, (enum lb_reason)i);
	expect_seen(&t, LB_REASON_NO_SERVICE);
}

void random_test_mutated(void **state)
{
	static struct trial t;

	(void)state;
	start(&t);
	run_rounds(&t, false);
	for (int i = 0; i < LB_REASONS_END; i++)
		expect_seen(&t, (enum lb_reason)i);
}

void random_test_every_length(void **state)
{
	static struct trial t;
	uint8_t frame[PACKET_LENGTH_MAX];
	struct packet p = PACKET();

	(void)state;
	start(&t);
	assert_return_code(trial_open(&t), 0);
	for (int tags = 0; tags <= PACKET_VLANS_MAX; tags++) {
		size_t length = packet_build(&p, frame);

		for (size_t cut = 0; cut <= length; cut++)
			assert_true(trial_run(&t, frame, cut, false));
		if (tags < PACKET_VLANS_MAX)
			p.vlans[tags].proto = 0x8100;
	}
	trial_close();
}
