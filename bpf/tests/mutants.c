/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Would the packet tests notice if the card did something else?  Turns one
 * decision of the emulator after the other into a wrong one and runs the
 * cases, then random packets, until something is not as expected.
 *
 * A decision that never comes up, or never makes a difference, cannot be
 * noticed and need not be: no instruction of the program hangs on it.  All
 * others must be noticed, or be explained in the table below.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../offload/nfp_emu_mutants.h"
#include "cases.h"
#include "engine_card.h"
#include "tests.h"
#include "trial.h"

#define WORLDS	40
#define PACKETS 200 /* of a world */

struct mutant {
	const char *name, *text;
};

#define MUTANT(id, what) {#id, what},
static const struct mutant mutants[] = {
	[NFP_EMU_MUTANT_NONE] = {"NONE", "nothing"},
	NFP_EMU_MUTANTS(MUTANT)};

/* Those that make a difference to the processor, but none to a packet. */
static const struct {
	enum nfp_emu_mutant id;
	const char *why;
} harmless[] = {
	{NFP_EMU_MUTANT_NEGATIVE, "no branch of the program asks for the sign"},
	{NFP_EMU_MUTANT_OVERFLOW,
	 "the program compares without signs only, which overflow is not for"},
	{NFP_EMU_MUTANT_LOGIC_CARRY,
	 "no carry is used after logic; guess LOGIC_CARRY would count it"},
	{NFP_EMU_MUTANT_IMM_FLAGS,
	 "no immed stands between a sum and who uses its carry"},
	{NFP_EMU_MUTANT_RE_IMMEDIATE_BIT7,
	 "only the verdict ABORTED has this bit; the program never gives it"},
	{NFP_EMU_MUTANT_SHIFT_FLAGS,
	 "no flag is used after a shift; guess SHIFT_FLAGS would count it"},
	{NFP_EMU_MUTANT_SHIFT_CARRY,
	 "no flag is used after a shift; guess SHIFT_FLAGS would count it"},
	{NFP_EMU_MUTANT_FIELD_LEFT,
	 "a register differs, but of 8,000 packets none comes out otherwise"},
	{NFP_EMU_MUTANT_TRANSFER_SPLIT,
	 "what was read is used up before the next write is prepared"},
};

enum nfp_emu_mutant nfp_emu_mutant;

static enum reach { NEVER, REACHED, DIFFERED } reach[NFP_EMU_MUTANTS_END];

bool nfp_emu_flips(enum nfp_emu_mutant id, bool makes_a_difference)
{
	if (nfp_emu_mutant == NFP_EMU_MUTANT_NONE) {
		enum reach now = makes_a_difference ? DIFFERED : REACHED;

		reach[id] = now > reach[id] ? now : reach[id];
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

static const char *run_others(void)
{
	if (!balance_sprays(engines[0]))
		return "balance_test_packet_spreads";
	if (!counters_carry(engines[0]))
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

static const char *why_harmless(enum nfp_emu_mutant id)
{
	if (reach[id] == NEVER)
		return "no instruction of the program comes to this";
	if (reach[id] == REACHED)
		return "with the program's operands it makes no difference";
	return explanation(id);
}

/* An explanation of what was noticed after all is out of date. */
static bool report(int id, const char *by)
{
	const char *why = by ? NULL : why_harmless(id);
	bool good = by ? !explanation(id) : why != NULL;

	printf("%sok %d - %s: %s: ", good ? "" : "not ", id, mutants[id].name,
	       mutants[id].text);
	if (by)
		printf("noticed by %s%s\n", by,
		       good ? "" : ", though explained as harmless");
	else if (why)
		printf("not noticed: %s\n", why);
	else
		printf("not noticed, though it makes a difference\n");
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

/* mutants [PREFIX]: the image, which else is that of all tests. */
int main(int argc, char **argv)
{
	char card[] = "card";
	int noticed = 0, bad = 0;
	const char *by;

	if (argc > 1)
		engine_card_image = argv[1];
	if (engine_choose(card))
		return EXIT_FAILURE;
	by = try(NFP_EMU_MUTANT_NONE);
	if (by) {
		printf("not ok - without any mutant: %s\n", by);
		return EXIT_FAILURE;
	}
	be_quiet();
	printf("1..%d\n", NFP_EMU_MUTANTS_END - 1);
	for (int id = 1; id < NFP_EMU_MUTANTS_END; id++) {
		by = try(id);
		noticed += by != NULL;
		bad += !report(id, by);
	}
	printf("# %d of %d mutants noticed, %d that should have been were not\n",
	       noticed, NFP_EMU_MUTANTS_END - 1, bad);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
