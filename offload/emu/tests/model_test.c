/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "offload/emu/nfp_model.h"

#define RATES	"offload/emu/tests/card_rates.tsv" /* from the checkout's top */
#define RATES_N 250

struct rate {
	char name[40];
	unsigned int entries;
	struct nfp_model_counts counts;
	double mpps;
};

static void is_near(double value, double wanted)
{
	assert_true(fabs(value - wanted) < 1e-6 * wanted);
}

/* All look-ups of these programs are in tables of that many entries. */
static struct nfp_model_cold cold_of(const struct rate *rate)
{
	return (struct nfp_model_cold){
		.tables = rate->entries <= 4096	   ? NFP_MODEL_HOT
			  : rate->entries <= 65536 ? NFP_MODEL_64K
						   : NFP_MODEL_512K,
		.lookups = rate->counts.lookups,
		.adds = rate->counts.adds,
	};
}

static int read_rates(struct rate *rates)
{
	FILE *file = fopen(RATES, "r");
	char line[256];
	int n = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		struct rate *r = &rates[n];
		struct nfp_model_counts *c = &r->counts;

		if (sscanf(line, "%39s %u %lf %lf %lf %lf %lf %lf %lf", r->name,
			   &r->entries, &c->lookups, &c->instructions,
			   &c->packet_reads, &c->packet_writes, &c->map_reads,
			   &c->adds, &r->mpps) != 9 ||
		    *r->name == '#')
			continue;
		if (++n == RATES_N)
			break;
	}
	fclose(file);
	return n;
}

/* The errors that nfp_model.h and docs/benchmarks.md name. */
static void test_rates(void **state)
{
	static struct rate rates[RATES_N];
	double squares = 0;

	assert_int_equal(read_rates(rates), RATES_N);
	for (int i = 0; i < RATES_N; i++) {
		struct nfp_model_cold cold = cold_of(&rates[i]);
		double percent =
			(rates[i].mpps /
				 nfp_model_mpps(&rates[i].counts, &cold) -
			 1) *
			100;

		if (fabs(percent) > 6)
			fail_msg("%s: off by %.1f %%", rates[i].name, percent);
		squares += percent * percent;
	}
	print_message("# %d rates, rms %.2f %%\n", RATES_N,
		      sqrt(squares / RATES_N));
	assert_true(sqrt(squares / RATES_N) < 1.65);
	(void)state;
}

static void test_core_cycles(void **state)
{
	const struct nfp_model_counts counts = {
		.instructions = 100,
		.packet_reads = 1,
		.packet_writes = 2,
		.map_reads = 3,
		.adds = 2,
		.lookups = 4,
	};

	is_near(nfp_model_core_cycles(&counts),
		271 + 99 + 4 * 179.6 + 6 * 6.6 + 2 * 4.7);
	is_near(nfp_model_mpps(&counts, &nfp_model_hot),
		50 * 800 / nfp_model_core_cycles(&counts));
	(void)state;
}

static void test_line(void **state)
{
	const struct nfp_model_counts counts = { .instructions = 40 };

	is_near(nfp_model_mpps(&counts, &nfp_model_hot), NFP_MODEL_LINE_MPPS);
	assert_true(NFP_MODEL_LINE_MPPS > 59.5 && NFP_MODEL_LINE_MPPS < 59.6);
	(void)state;
}

/* All of them together: the more a packet has, the fewer packets. */
static void test_additions_end(void **state)
{
	const struct nfp_model_counts counts = { .instructions = 100,
						 .adds = 4 };

	is_near(nfp_model_mpps(&counts, &nfp_model_hot) * 4, 1e3 / 10.6);
	(void)state;
}

/* A table that is larger, or asked more, is never faster. */
static void test_cold(void **state)
{
	struct nfp_model_counts counts = nfp_model_sample;
	struct nfp_model_cold cold = { .tables = NFP_MODEL_HOT };
	double before;

	counts.lookups = 5;
	before = nfp_model_mpps(&counts, &cold);
	for (int tables = NFP_MODEL_64K; tables <= NFP_MODEL_512K; tables++) {
		cold.tables = tables;
		cold.lookups = 0;
		is_near(nfp_model_mpps(&counts, &cold), before);
		for (int n = 1; n <= 5; n++) {
			double last = nfp_model_mpps(&counts, &cold);

			cold.lookups = n;
			assert_true(nfp_model_mpps(&counts, &cold) < last);
		}
	}
	cold.tables = NFP_MODEL_64K;
	assert_true(nfp_model_mpps(&counts, &cold) >
		    nfp_model_mpps(&counts, &(struct nfp_model_cold){
						    NFP_MODEL_512K, 5, 0 }));
	(void)state;
}

/*
 * Published: 33.03 Mpps, which were 38.0 Gb/s of a 40G port (Netronome,
 * bpf-samples, l4lb): the line held it, the program could do more.
 */
static void test_sample(void **state)
{
	double mpps = nfp_model_mpps(&nfp_model_sample, &nfp_model_hot);

	assert_true(mpps > 33.03 && mpps < 45);
	is_near(nfp_model_ratio(&nfp_model_sample), 1);
	(void)state;
}

/* Whatever there is less of, it does not get slower. */
static void test_less(void **state)
{
	const struct nfp_model_counts counts = { 700, 18, 10, 14, 2, 4 };
	struct nfp_model_counts less = counts;
	double *const members[] = { &less.instructions,	 &less.packet_reads,
				    &less.packet_writes, &less.map_reads,
				    &less.adds,		 &less.lookups };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		less = counts;
		*members[i] -= 1;
		assert_true(nfp_model_ratio(&less) > nfp_model_ratio(&counts));
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_core_cycles),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_additions_end),
		cmocka_unit_test(test_cold),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_less),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("nfp_model", tests, NULL, NULL);
}
