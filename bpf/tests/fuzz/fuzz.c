/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every process has its own engines, seed and result; a packet that fails can
 * be had again from the seed and number it prints.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bpf/tests/engine/card_engine.h"
#include "fuzz.h"
#include "trial.h"

#define PACKETS_PER_WORLD 5000
#define JOBS_MAX	  64

struct result {
	uint64_t packets, worlds;
	unsigned long seen[LB_COUNT_END];
	struct engine_card_totals card;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

static bool fuzz_world(struct trial *t, struct result *r, uint64_t packets)
{
	uint8_t frame[PACKET_LENGTH_MAX];
	int err = trial_open(t);

	if (err) {
		fprintf(stderr, "cannot open: %s\n", strerror(-err));
		return false;
	}
	for (int i = 0; i < PACKETS_PER_WORLD && r->packets < packets; i++) {
		bool sound = world_random(2);
		size_t length = trial_frame(frame, sound);

		if (!trial_run(t, frame, length, sound))
			return false;
		r->packets++;
	}
	trial_close();
	r->worlds++;
	return true;
}

static int fuzz_job(struct result *r, uint64_t packets, uint64_t seed)
{
	static struct trial t;
	bool good = true;

	world_seed(seed);
	while (good && r->packets < packets && !interrupted)
		good = fuzz_world(&t, r, packets);
	memcpy(r->seen, t.seen, sizeof(r->seen));
	r->card = *engine_card_totals();
	if (good)
		return EXIT_SUCCESS;
	fprintf(stderr, "packet %llu of seed %llu\n",
		(unsigned long long)r->packets, (unsigned long long)seed);
	return EXIT_FAILURE;
}

static void add(struct result *sum, const struct result *r)
{
	sum->packets += r->packets;
	sum->worlds += r->worlds;
	for (size_t i = 0; i < LB_COUNT_END; i++)
		sum->seen[i] += r->seen[i];
	sum->card.packets += r->card.packets;
	sum->card.instructions += r->card.instructions;
	sum->card.overreads += r->card.overreads;
	sum->card.guessed += r->card.guessed;
	for (int i = 0; i < NFP_EMU_GUESS_COUNT; i++)
		sum->card.guesses[i] += r->card.guesses[i];
}

static void print_figures(const struct result *sum, double seconds)
{
	printf("# %llu packets over %llu tables in %.0f s\n",
	       (unsigned long long)sum->packets,
	       (unsigned long long)sum->worlds, seconds);
	for (size_t i = 0; i < LB_COUNT_END; i++)
		printf("# %-16s %lu\n", harness_counters[i], sum->seen[i]);
	engine_card_print(&sum->card);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Starts a process for each; returns how many failed. */
static unsigned int run_jobs(struct result *results, uint64_t packets,
			     uint64_t seed, unsigned int jobs)
{
	unsigned int failed = 0;
	int status;

	for (unsigned int i = 0; i < jobs; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(fuzz_job(&results[i], packets, seed + i));
		failed += pid < 0;
	}
	for (;;) {
		if (wait(&status) > 0)
			failed += !WIFEXITED(status) || WEXITSTATUS(status);
		else if (errno != EINTR)
			return failed;
	}
}

int fuzz_run(uint64_t packets, uint64_t seed, unsigned int jobs)
{
	struct sigaction action = { .sa_handler = interrupt };
	struct result *results, sum = { 0 };
	double begin = now();
	unsigned int failed;

	if (!jobs || jobs > JOBS_MAX)
		return EXIT_FAILURE;
	results = mmap(NULL, jobs * sizeof(*results), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (results == MAP_FAILED)
		return EXIT_FAILURE;
	sigaction(SIGINT, &action, NULL);
	fflush(stdout);
	failed = run_jobs(results, packets ? packets / jobs + 1 : UINT64_MAX,
			  seed, jobs);
	for (unsigned int i = 0; i < jobs; i++)
		add(&sum, &results[i]);
	print_figures(&sum, now() - begin);
	printf("1..1\n%sok 1 - fuzz from seed %llu:", failed ? "not " : "",
	       (unsigned long long)seed);
	for (struct engine *const *e = engines; *e; e++)
		printf(" %s%s", (*e)->option, e[1] ? "," : "");
	puts(" and the reference agree");
	munmap(results, jobs * sizeof(*results));
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
