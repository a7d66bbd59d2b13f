/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the cases and the other tests, or shows the cases. */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/tests/cases/cases.h"
#include "cost.h"
#include "bpf/tests/engine/card_engine.h"
#include "bpf/tests/fuzz/fuzz.h"
#include "harness.h"
#include "pcap.h"
#include "tests.h"

#define TESTS_MAX 2048

static const struct CMUnitTest others[] = {
	cmocka_unit_test(balance_test_same_flow),
	cmocka_unit_test(balance_test_source_ignores_ports),
	cmocka_unit_test(balance_test_packet_spreads),
	cmocka_unit_test(balance_test_spread),
	cmocka_unit_test(counters_test_carry),
	cmocka_unit_test(limit_test_tells),
	cmocka_unit_test(latency_test_buckets),
	cmocka_unit_test(latency_test_sampling),
	cmocka_unit_test(latency_test_program),
	cmocka_unit_test(random_test_packets),
	cmocka_unit_test(random_test_mutated),
	cmocka_unit_test(random_test_every_length),
};
#define N_OTHERS (sizeof(others) / sizeof(others[0]))

static int list_cases(void)
{
	size_t table = 0;

	for (const struct packet_case *c = NULL; (c = cases_next(&table, c));)
		puts(c->name);
	return EXIT_SUCCESS;
}

/* The packet, what is expected, and what each engine makes of it. */
static int write_frames(FILE *file, const struct packet_case *c)
{
	struct expectation want;
	struct engine_outcome got;
	uint8_t in[PACKET_LENGTH_MAX];
	size_t length = packet_build(&c->in, in);
	uint32_t seconds = 0;
	int err;

	harness_expect(c, &want);
	err = pcap_begin(file);
	err = err ?: pcap_write(file, seconds++, in, length);
	err = err ?: pcap_write(file, seconds++, want.frame, want.length);
	for (struct engine *const *e = engines; !err && *e; e++) {
		if (!harness_can_run(*e, c))
			continue;
		err = (*e)->open(*e, c->fixture);
		if (err)
			break;
		err = (*e)->run(*e, in, length, &got);
		err = err ?: pcap_write(file, seconds++, got.frame, got.length);
		(*e)->close(*e);
	}
	return err;
}

static int write_case(const char *directory, const struct packet_case *c)
{
	char *path;
	FILE *file;
	int err;

	if (asprintf(&path, "%s/%s.pcap", directory, c->name) < 0)
		return -ENOMEM;
	file = fopen(path, "wb");
	err = file ? write_frames(file, c) : -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
	else
		puts(path);
	free(path);
	return err;
}

static int write_cases(const char *directory, const char *pattern)
{
	size_t table = 0;

	for (const struct packet_case *c = NULL; (c = cases_next(&table, c));) {
		if (pattern && fnmatch(pattern, c->name, 0))
			continue;
		if (write_case(directory, c))
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

/* Not every engine runs every case; a case that none runs is no test. */
static bool runs_somewhere(const struct packet_case *c)
{
	for (struct engine *const *e = engines; *e; e++)
		if (harness_can_run(*e, c))
			return true;
	return false;
}

static void print_left_out(const struct engine *e)
{
	size_t table = 0, n = 0;

	for (const struct packet_case *c = NULL; (c = cases_next(&table, c));)
		n += !harness_can_run(e, c);
	if (n)
		printf("# left out of %s: %zu cases, too short to run or of a "
		       "feature that it lacks\n",
		       e->name, n);
}

static int run_all(const char *pattern, bool only_cases)
{
	static struct CMUnitTest tests[TESTS_MAX];
	size_t n = 0, table = 0;
	int failed;

	for (const struct packet_case *c = NULL; (c = cases_next(&table, c));) {
		if (!runs_somewhere(c))
			continue;
		if (n + N_OTHERS == TESTS_MAX)
			abort();
		tests[n].name = c->name;
		tests[n].test_func = harness_test_case;
		tests[n++].initial_state = (void *)c;
	}
	if (!only_cases) {
		memcpy(tests + n, others, sizeof(others));
		n += N_OTHERS;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	cmocka_set_test_filter(pattern);
	/* What the macro calls, which wants an array of a constant size. */
	failed = _cmocka_run_group_tests("packet", tests, n, NULL, NULL);
	for (struct engine *const *e = engines; *e; e++)
		print_left_out(*e);
	engine_card_print(engine_card_totals());
	return failed;
}

static int usage(FILE *out, int status)
{
	fputs("packet_test [PATTERN]             run the tests (as root)\n"
	      "packet_test --list                names of the cases\n"
	      "packet_test --pcap DIR [PATTERN]  packet, what is expected, "
	      "what\n"
	      "                                  each engine makes of it\n"
	      "packet_test --fuzz PACKETS        random packets, 0: without "
	      "end;\n"
	      "  [--seed N] [--jobs N]           in so many processes\n"
	      "packet_test --engine card --cost  what packets cost there, "
	      "as JSON\n"
	      "--engine NAME,...                 kernel, kernel-plain, "
	      "kernel-timed, card;\n"
	      "                                  wire, in the lab's VM\n"
	      "--cases                           nothing but the cases\n"
	      "--card PREFIX                     image instead of "
	      "build/lab/card/udplb_nat4\n"
	      "--object FILE                     instead of "
	      "build/bpf/udplb.bpf.o\n"
	      "UDPLB_TEST_SEED                   for the random packets\n",
	      out);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "card", required_argument, NULL, 'c' },
		{ "cases", no_argument, NULL, 'C' },
		{ "cost", no_argument, NULL, 'x' },
		{ "engine", required_argument, NULL, 'e' },
		{ "fuzz", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "list", no_argument, NULL, 'l' },
		{ "object", required_argument, NULL, 'o' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "pcap", required_argument, NULL, 'p' },
		{ "seed", required_argument, NULL, 's' },
		{ 0 },
	};
	const char *directory = NULL, *pattern;
	unsigned long long packets = 0, seed = 1;
	unsigned int jobs = 1;
	bool fuzz = false, only_cases = false, cost = false;
	char *chosen = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 'C':
			only_cases = true;
			break;
		case 'c':
			engine_card_image = optarg;
			break;
		case 'e':
			chosen = optarg;
			break;
		case 'f':
			fuzz = true;
			packets = strtoull(optarg, NULL, 0);
			break;
		case 'h':
			return usage(stdout, EXIT_SUCCESS);
		case 'j':
			jobs = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'l':
			return list_cases();
		case 'o':
			engine_object = optarg;
			break;
		case 'p':
			directory = optarg;
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'x':
			cost = true;
			break;
		default:
			return usage(stderr, EXIT_FAILURE);
		}
	pattern = argv[optind];
	if (engine_choose(chosen)) {
		fputs("packet_test: no such engine, or not now\n", stderr);
		return EXIT_FAILURE;
	}
	if (cost)
		return cost_print();
	if (fuzz)
		return fuzz_run(packets, seed, jobs);
	return directory ? write_cases(directory, pattern)
			 : run_all(pattern, only_cases);
}
