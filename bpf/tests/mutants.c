/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Would the packet tests notice if the card did something else?  Turns one
 * decision of the emulator after the other into a wrong one and runs the
 * cases, then random packets, until something is not as expected.
 *
 * A decision that never comes up, or never makes a difference, cannot be
 * noticed and need not be: no instruction of the program hangs on it.  All
 * others must be noticed, or be explained in the table below.
 *
 * The program has variants, each with instructions that others lack; so each
 * image is tried, in a process of its own.  Another process tries the facts of
 * silicon (facts.h): what they notice is not only wrong for our program, a card
 * has been seen to do otherwise.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "offload/emu/nfp_emu_mutants.h"
#include "bpf/tests/cases/cases.h"
#include "bpf/tests/engine/card_engine.h"
#include "facts.h"
#include "tests.h"
#include "bpf/tests/fuzz/trial.h"

#define WORLDS	40
#define PACKETS 200 /* of a world */

struct mutant {
	const char *name, *text;
};

#define MUTANT(id, what) { #id, what },
static const struct mutant mutants[] = {
	[NFP_EMU_MUTANT_NONE] = { "NONE", "nothing" }, NFP_EMU_MUTANTS(MUTANT)
};

/* Those that make a difference to the processor, but none to a packet. */
static const struct {
	enum nfp_emu_mutant id;
	const char *why;
} harmless[] = {
	{ NFP_EMU_MUTANT_OVERFLOW, "the program compares without signs only, "
				   "which overflow is not for" },
	{ NFP_EMU_MUTANT_LOGIC_CARRY,
	  "no carry is used after logic; guess LOGIC_CARRY would count it" },
	{ NFP_EMU_MUTANT_IMM_FLAGS,
	  "no immed stands between a sum and who uses its carry" },
	{ NFP_EMU_MUTANT_RE_IMMEDIATE_BIT7,
	  "only the verdict ABORTED has this bit; the program never gives it" },
	{ NFP_EMU_MUTANT_SHIFT_FLAGS,
	  "no flag is used after a shift; guess SHIFT_FLAGS would count it" },
	{ NFP_EMU_MUTANT_SHIFT_CARRY,
	  "no flag is used after a shift; guess SHIFT_FLAGS would count it" },
	{ NFP_EMU_MUTANT_TRANSFER_SPLIT,
	  "what was read is used up before the next write is prepared" },
};

/* Those that no fact refutes: what hangs on them nobody has seen on a card. */
static const enum nfp_emu_mutant unseen[] = {
	NFP_EMU_MUTANT_AND_NOT_A,    NFP_EMU_MUTANT_LOGIC_CARRY,
	NFP_EMU_MUTANT_SHIFT_ROTATE, NFP_EMU_MUTANT_SHIFT_OR,
	NFP_EMU_MUTANT_SHIFT_FLAGS,  NFP_EMU_MUTANT_SHIFT_CARRY,
	NFP_EMU_MUTANT_INDIRECT_32,  NFP_EMU_MUTANT_TRANSFER_SPLIT,
	NFP_EMU_MUTANT_LOCAL_OR,     NFP_EMU_MUTANT_POINTER_ALIGN,
	NFP_EMU_MUTANT_BR_BIT_SET,   NFP_EMU_MUTANT_READ_BYTES_ORDER,
};

enum nfp_emu_mutant nfp_emu_mutant;

enum reach { NEVER, REACHED, DIFFERED };

/* What one image told of a mutant; shared with the process that runs it. */
struct finding {
	enum reach reach;
	char by[96]; /* empty: not noticed */
};

static struct finding *findings; /* of the image at work */

bool nfp_emu_flips(enum nfp_emu_mutant id, bool makes_a_difference)
{
	if (nfp_emu_mutant == NFP_EMU_MUTANT_NONE) {
		enum reach now = makes_a_difference ? DIFFERED : REACHED;

		if (now > findings[id].reach)
			findings[id].reach = now;
	}
	return nfp_emu_mutant == id;
}

/* The name of the first case that is not as expected, or NULL. */
static const char *run_cases(void)
{
	size_t table = 0;

	for (const struct packet_case *c = NULL; (c = cases_next(&table, c));)
		if (harness_can_run(engines[0], c) &&
		    !harness_try(engines[0], c))
			return c->name;
	return NULL;
}

static bool has(enum lb_feature feature)
{
	return !(engines[0]->lacks >> feature & 1);
}

static const char *run_others(void)
{
	if (has(LB_FEATURE_SPRAY) && !balance_sprays(engines[0]))
		return "balance_test_packet_spreads";
	if (has(LB_FEATURE_NAT) && !counters_carry(engines[0]))
		return "counters_test_carry";
	return NULL;
}

static bool run_random(void)
{
	uint8_t frame[PACKET_LENGTH_MAX];
	static struct trial t;
	bool good = true;

	world_seed(1);
	for (int i = 0; good && i < WORLDS; i++) {
		if (trial_open(&t))
			return false;
		for (int j = 0; good && j < PACKETS; j++) {
			bool sound = world_random(2);
			size_t length = trial_frame(frame, sound);

			good = trial_run(&t, frame, length, sound);
		}
		trial_close();
	}
	return good;
}

/* What noticed the mutant, or NULL. */
static const char *try(enum nfp_emu_mutant id)
{
	const char *by;

	nfp_emu_mutant = id;
	by = run_cases();
	if (!by)
		by = run_others();
	if (!by && !run_random())
		by = "random packets";
	return by;
}

static const char *explanation(enum nfp_emu_mutant id)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (harmless[i].id == id)
			return harmless[i].why;
	return NULL;
}

/* What all images told of a mutant. */
struct summary {
	enum reach reach;
	const char *image, *by; /* NULL: not noticed */
	const char *silicon;	/* the fact that refutes it, or NULL */
};

static const char *why_harmless(enum nfp_emu_mutant id, const struct summary *s)
{
	if (s->reach == NEVER)
		return "no instruction of the program comes to this";
	if (s->reach == REACHED)
		return "with the program's operands it makes no difference";
	return explanation(id);
}

static bool is_unseen(enum nfp_emu_mutant id)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (unseen[i] == id)
			return true;
	return false;
}

/* An explanation of what was noticed after all is out of date. */
static bool report(int id, const struct summary *s)
{
	const char *why = s->by ? NULL : why_harmless(id, s);
	bool good = (s->by ? !explanation(id) : why != NULL) &&
		    !s->silicon == is_unseen(id);

	printf("%sok %d - %s: %s: ", good ? "" : "not ", id, mutants[id].name,
	       mutants[id].text);
	if (s->by)
		printf("noticed by %s on %s%s", s->by, s->image,
		       good ? "" : ", though explained as harmless");
	else
		printf("not noticed: %s",
		       why ?: "though it makes a difference");
	printf("; silicon %s\n",
	       s->silicon ?: "has not been seen to refute it");
	return good;
}

/* Wrong packets are what is wanted: nobody needs to see them. */
static void be_quiet(void)
{
	int null = open("/dev/null", O_WRONLY);

	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
}

/* Tries all mutants on one image; whether it is right without any. */
static bool run_image(const char *image)
{
	char card[] = "card";
	const char *by;

	engine_card_image = image;
	if (engine_choose(card))
		return false;
	by = try(NFP_EMU_MUTANT_NONE);
	if (by) {
		printf("# %s, without any mutant: %s\n", image, by);
		return false;
	}
	be_quiet();
	for (int id = 1; id < NFP_EMU_MUTANTS_END; id++) {
		by = try(id);
		snprintf(findings[id].by, sizeof(findings[id].by), "%s",
			 by ? by : "");
	}
	return true;
}

/* The first fact that does not hold, or NULL. */
static const struct fact *broken_fact(enum nfp_emu_mutant id)
{
	const char *why;

	nfp_emu_mutant = id;
	for (size_t i = 0; i < facts_count; i++)
		if (!fact_holds(&facts[i], &why))
			return &facts[i];
	return NULL;
}

/* The same for what silicon has done; all of it must hold without a mutant. */
static bool run_facts(void)
{
	const struct fact *f;

	if (facts_open())
		return false;
	f = broken_fact(NFP_EMU_MUTANT_NONE);
	if (f) {
		printf("# without any mutant, not as silicon: %s, %s\n",
		       f->program, f->source);
		return false;
	}
	for (int id = 1; id < NFP_EMU_MUTANTS_END; id++) {
		f = broken_fact(id);
		if (f)
			snprintf(findings[id].by, sizeof(findings[id].by),
				 "refutes it: %s (%s)", f->program, f->source);
	}
	facts_close();
	return true;
}

/* Without an image: the facts. */
static pid_t start(const char *image)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	exit((image ? run_image(image) : run_facts()) ? EXIT_SUCCESS
						      : EXIT_FAILURE);
}

static bool run_images(const char **images, int n, struct finding *all)
{
	int status, failed = 0;

	fflush(stdout);
	for (int i = 0; i <= n; i++) {
		findings = all + i * NFP_EMU_MUTANTS_END;
		if (start(i < n ? images[i] : NULL) < 0)
			return false;
	}
	for (int i = 0; i <= n; i++)
		failed += wait(&status) < 0 || status;
	return !failed;
}

static struct summary summarize(const struct finding *all, const char **images,
				int n, int id)
{
	const struct finding *f = &all[n * NFP_EMU_MUTANTS_END + id];
	struct summary s = {
		.reach = NEVER,
		.silicon = f->by[0] ? f->by : NULL,
	};
	const char *slash;

	for (int i = 0; i < n; i++) {
		f = &all[i * NFP_EMU_MUTANTS_END + id];
		s.reach = f->reach > s.reach ? f->reach : s.reach;
		if (s.by || !f->by[0])
			continue;
		slash = strrchr(images[i], '/');
		s.image = slash ? slash + 1 : images[i];
		s.by = f->by;
	}
	return s;
}

/* mutants [PREFIX...]: the images, which else are those of all variants. */
int main(int argc, char **argv)
{
	static const char *variants[] = {
		"build/lab/card/udplb_nat4",   "build/lab/card/udplb_snat4",
		"build/lab/card/udplb_ipv4",   "build/lab/card/udplb_nat",
		"build/lab/card/udplb_snat",   "build/lab/card/udplb_dsr",
		"build/lab/card/udplb_tunnel4"
	};
	const char **images = argc > 1 ? (const char **)argv + 1 : variants;
	int n = argc > 1 ? argc - 1
			 : (int)(sizeof(variants) / sizeof(variants[0]));
	int noticed = 0, refuted = 0, either = 0, bad = 0;
	size_t size =
		sizeof(struct finding) * NFP_EMU_MUTANTS_END * ((size_t)n + 1);
	struct finding *all = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct summary s;

	if (all == MAP_FAILED || !run_images(images, n, all)) {
		printf("not ok 1 - the images can be run\n");
		return EXIT_FAILURE;
	}
	printf("1..%d\n", NFP_EMU_MUTANTS_END - 1);
	for (int id = 1; id < NFP_EMU_MUTANTS_END; id++) {
		s = summarize(all, images, n, id);
		noticed += s.by != NULL;
		refuted += s.silicon != NULL;
		either += s.by || s.silicon;
		bad += !report(id, &s);
	}
	printf("# of %d mutants the program's tests notice %d, silicon refutes "
	       "%d, either %d; %d that should have been noticed were not\n",
	       NFP_EMU_MUTANTS_END - 1, noticed, refuted, either, bad);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
