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

#include "bpf/tests/tests.h"
#include "trial.h"

#define ROUNDS	24
#define PACKETS 500 /* of a round */

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
	/* What is sound is hardly ever malformed. */
	for (int i = LB_REASON_FIRST_DROP; i < LB_REASONS_END; i++)
		if (i != LB_REASON_MALFORMED)
			expect_seen(&t, (enum lb_reason)i);
	expect_seen(&t, LB_REASON_NO_SERVICE);
	expect_seen(&t, (enum lb_reason)LB_COUNT_FLOWS_FULL);
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

/* The frame, and all that is left of it when its end is missing. */
static void run_lengths(struct trial *t, struct packet *p)
{
	uint8_t frame[PACKET_LENGTH_MAX];

	for (int tags = 0; tags <= PACKET_VLANS_MAX; tags++) {
		size_t length = packet_build(p, frame);

		for (size_t cut = 0; cut <= length; cut++)
			assert_true(trial_run(t, frame, cut, false));
		if (tags < PACKET_VLANS_MAX)
			p->vlans[tags].proto = 0x8100;
	}
}

#define EXTENDED                                                               \
	.extensions = { { .type = PACKET_HOP_BY_HOP, .length = 16 },           \
			{ .type = PACKET_DESTINATION, .length = 64 },          \
			FRAGMENT6(0) }

void random_test_every_length(void **state)
{
	static struct trial t;
	struct packet packets[] = {
		PACKET(),
		PACKET6(),
		PACKET6(EXTENDED),
		PACKET(.body = PACKET_ICMP, .icmp_type = 8),
		PACKET6(.body = PACKET_ICMP, .icmp_type = 128),
		PACKET(.body = PACKET_ICMP, .icmp_type = 3, .payload = 0,
		       .embedded = EMBEDDED(.saddr = VIP, .daddr = CLIENT)),
		PACKET6(.body = PACKET_ICMP, .icmp_type = 1, .payload = 0,
			.embedded = EMBEDDED6(.saddr = VIP6, .daddr = CLIENT6)),
	};

	(void)state;
	start(&t);
	assert_return_code(trial_open(&t), 0);
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++)
		run_lengths(&t, &packets[i]);
	trial_close();
}
