/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "offload/emu/nfp_model.h"

/* Easy to compute by hand. */
static const struct nfp_model_chip chip = {
	.cores = 10,
	.threads = 4,
	.mhz = 100,
	.packet_wait = 10,
	.map_wait = 20,
	.lookup_wait = 50,
};

static void is_near(double value, double wanted)
{
	assert_true(value > wanted * 0.999999 && value < wanted * 1.000001);
}

static void test_issue_bound(void **state)
{
	const struct nfp_model_counts counts = { .instructions = 90,
						 .bubbles = 10,
						 .lookups = 1 };

	/* 4 threads of 150 cycles ask for more than the core has. */
	is_near(nfp_model_mpps(&chip, &counts), 10.0);
	(void)state;
}

static void test_latency_bound(void **state)
{
	const struct nfp_model_counts counts = {
		.instructions = 100,
		.packet_reads = 10,
		.packet_writes = 10,
		.map_reads = 15,
		.adds = 1000, /* nobody waits for them */
		.lookups = 2,
	};

	/* 100 + 200 + 300 + 100 cycles, four at a time. */
	is_near(nfp_model_mpps(&chip, &counts), 1000 * 4 / 700.0);
	(void)state;
}

static void test_firmware(void **state)
{
	const struct nfp_model_counts counts = { .instructions = 100 };
	struct nfp_model_chip slow = chip;

	slow.firmware = 100;
	is_near(nfp_model_mpps(&slow, &counts), 5.0);
	(void)state;
}

/* With one thread nobody is in the way; with two, by hand. */
static void test_queue(void **state)
{
	const struct nfp_model_counts counts = { .instructions = 100,
						 .lookups = 2 };
	struct nfp_model_chip one = chip, two = chip;

	one.threads = 1;
	two.threads = 2;
	one.contended = two.contended = true;
	is_near(nfp_model_mpps(&one, &counts), 1000 / 200.0);
	is_near(nfp_model_mpps(&two, &counts), 1000 * 2 / 250.0);
	(void)state;
}

static void test_calibrated(void **state)
{
	struct nfp_model_chip card = { .cores = 50,
				       .threads = 4,
				       .mhz = 800,
				       .packet_wait = 75,
				       .map_wait = 250 };

	for (int i = 0; i < 2; i++) {
		card.contended = i;
		assert_true(nfp_model_calibrate(&card));
		is_near(nfp_model_mpps(&card, &nfp_model_sample),
			NFP_MODEL_SAMPLE_MPPS);
	}
	(void)state;
}

/* Too slow, or too fast, whatever a look-up costs. */
static void test_not_to_calibrate(void **state)
{
	struct nfp_model_chip card = chip;

	assert_false(nfp_model_calibrate(&card));
	card.mhz = 100000;
	assert_false(nfp_model_calibrate(&card));
	(void)state;
}

static void test_ratio_of_sample(void **state)
{
	struct nfp_model_ratio ratio = nfp_model_ratio(&nfp_model_sample);

	is_near(ratio.low, 1);
	is_near(ratio.middle, 1);
	is_near(ratio.high, 1);
	is_near(ratio.typical, 1);
	is_near(ratio.issue, 1);
	(void)state;
}

static void test_ratio_of_twice(void **state)
{
	struct nfp_model_counts twice = nfp_model_sample;
	struct nfp_model_ratio ratio;

	twice.instructions *= 2;
	twice.bubbles *= 2;
	twice.packet_reads *= 2;
	twice.packet_writes *= 2;
	twice.map_reads *= 2;
	twice.lookups *= 2;
	ratio = nfp_model_ratio(&twice);
	is_near(ratio.issue, 0.5);
	/* The firmware's share does not double. */
	assert_true(ratio.low > 0.499999 && ratio.low < 0.51);
	assert_true(ratio.high > 0.5 && ratio.high < 0.6);
	(void)state;
}

/* Whatever there is less of, it does not get slower. */
static void test_ratio_of_less(void **state)
{
	const struct nfp_model_counts counts = { 700, 130, 18, 10, 14, 2, 4 };
	struct nfp_model_ratio before = nfp_model_ratio(&counts);
	struct nfp_model_counts less = counts;
	double *const members[] = { &less.instructions, &less.packet_reads,
				    &less.packet_writes, &less.map_reads,
				    &less.lookups };

	assert_true(before.low < before.high);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct nfp_model_ratio after;

		less = counts;
		*members[i] -= 1;
		after = nfp_model_ratio(&less);
		assert_true(after.low > before.low);
		assert_true(after.high > before.high);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_issue_bound),
		cmocka_unit_test(test_latency_bound),
		cmocka_unit_test(test_firmware),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_calibrated),
		cmocka_unit_test(test_not_to_calibrate),
		cmocka_unit_test(test_ratio_of_sample),
		cmocka_unit_test(test_ratio_of_twice),
		cmocka_unit_test(test_ratio_of_less),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("nfp_model", tests, NULL, NULL);
}
