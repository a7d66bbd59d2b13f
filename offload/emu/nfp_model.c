/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A core executes one thread at a time; a thread that reads gives way until its
 * data is there.  So a packet takes the core for its instructions and bubbles,
 * and a thread for those and all waits.  Four threads hide what they can: the
 * core is then either always busy (issue-bound) or all threads wait at times
 * (latency-bound).
 *
 * In between lies how often two threads are ready at once.  Perfect turns are
 * one end of the band; a queue in front of the core, solved exactly for
 * exponential times (mean value analysis), is the other.
 *
 * Where the ranges come from:
 * - threads: the JIT uses registers that a thread has only if there are four.
 * - cores: about 50 run BPF (Netronome, "eBPF Offload Getting Started Guide").
 * - mhz: of the NFP-4000, 633 to 800 by product.  It matters only through the
 *   calibration.
 * - waits: what is said of the chip's memories, 50 to 100 cycles for packets in
 *   the cluster's memory, 150 to 500 for tables in external memory behind its
 *   cache.  Nobody published those of the BPF firmware.
 * - firmware: what is around the program is unknown; hXDP (OSDI 2020) saw 32
 *   Mpps of a program that only drops, so it may be anything up to the sample's
 *   whole slack.
 * An addition is not waited for (mem_xadd() in the driver's jit.c), and a write
 * is, like a read.
 */
#include <stddef.h>
#include <stdlib.h>

#include "nfp_model.h"

/* A look-up hashes, then reads at least once. */
#define LOOKUP_WAIT_MAX 2000

const struct nfp_model_counts nfp_model_sample = {
	.instructions = 357,
	.bubbles = 65,
	.packet_reads = 5,
	.packet_writes = 16,
	.map_reads = 8,
	.adds = 2,
	.lookups = 1,
};

static double busy_cycles(const struct nfp_model_chip *chip,
			  const struct nfp_model_counts *counts)
{
	return counts->instructions + counts->bubbles + chip->firmware;
}

static double wait_cycles(const struct nfp_model_chip *chip,
			  const struct nfp_model_counts *counts)
{
	return (counts->packet_reads + counts->packet_writes) *
		       chip->packet_wait +
	       counts->map_reads * chip->map_wait +
	       counts->lookups * chip->lookup_wait;
}

/* Packets per cycle of one core, whose threads take perfect turns. */
static double turns(double busy, double wait, int threads)
{
	double issue = 1 / busy, latency = threads / (busy + wait);

	return issue < latency ? issue : latency;
}

/* The same behind a queue: one thread more at a time. */
static double queue(double busy, double wait, int threads)
{
	double rate = 0, length = 0;

	for (int n = 1; n <= threads; n++) {
		double stay = busy * (1 + length);

		rate = n / (stay + wait);
		length = rate * stay;
	}
	return rate;
}

double nfp_model_mpps(const struct nfp_model_chip *chip,
		      const struct nfp_model_counts *counts)
{
	double busy = busy_cycles(chip, counts);
	double wait = wait_cycles(chip, counts);

	return chip->cores * chip->mhz *
	       (chip->contended ? queue(busy, wait, chip->threads)
				: turns(busy, wait, chip->threads));
}

bool nfp_model_calibrate(struct nfp_model_chip *chip)
{
	double low = chip->map_wait, high = LOOKUP_WAIT_MAX;

	chip->lookup_wait = low;
	if (nfp_model_mpps(chip, &nfp_model_sample) < NFP_MODEL_SAMPLE_MPPS)
		return false;
	chip->lookup_wait = high;
	if (nfp_model_mpps(chip, &nfp_model_sample) > NFP_MODEL_SAMPLE_MPPS)
		return false;
	for (int i = 0; i < 60; i++) {
		chip->lookup_wait = (low + high) / 2;
		if (nfp_model_mpps(chip, &nfp_model_sample) >
		    NFP_MODEL_SAMPLE_MPPS)
			low = chip->lookup_wait;
		else
			high = chip->lookup_wait;
	}
	return true;
}

#define CHIPS 384UL /* 2 ways, 2 clocks, 3, 8 and 4 waits */

/* The i-th of all combinations within the ranges. */
static struct nfp_model_chip nth_chip(size_t i)
{
	static const double mhz[] = { 633, 800 }, packet[] = { 50, 75, 100 },
			    map[] = { 150, 200, 250, 300, 350, 400, 450, 500 },
			    firmware[] = { 0, 100, 200, 300 };

	return (struct nfp_model_chip){
		.cores = 50,
		.threads = 4,
		.contended = i % 2,
		.mhz = mhz[i / 2 % 2],
		.packet_wait = packet[i / 4 % 3],
		.map_wait = map[i / 12 % 8],
		.firmware = firmware[i / 96],
	};
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct nfp_model_ratio nfp_model_ratio(const struct nfp_model_counts *counts)
{
	static const struct nfp_model_chip typical = {
		.cores = 50,
		.threads = 4,
		.mhz = 800,
		.packet_wait = 75,
		.map_wait = 250,
		.lookup_wait = 500,
	};
	const struct nfp_model_chip none = { 0 };
	double of[CHIPS] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < CHIPS; i++) {
		struct nfp_model_chip chip = nth_chip(i);

		if (nfp_model_calibrate(&chip))
			of[n++] = nfp_model_mpps(&chip, counts) /
				  NFP_MODEL_SAMPLE_MPPS;
	}
	qsort(of, n, sizeof(*of), compare);
	return (struct nfp_model_ratio){
		.low = of[0],
		.middle = of[n / 2],
		.high = of[n - 1],
		.typical = nfp_model_mpps(&typical, counts) /
			   nfp_model_mpps(&typical, &nfp_model_sample),
		.issue = busy_cycles(&none, &nfp_model_sample) /
			 busy_cycles(&none, counts),
	};
}
