/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How fast a program may be on a card, from what the emulator counted.
 *
 * The one figure that was ever published of an offloaded load balancer is that
 * of Netronome's l4lb sample.  So nothing here is a packet rate: it is the
 * ratio to that sample, and a band, from all that is not known about the card.
 */
#ifndef NFP_MODEL_H
#define NFP_MODEL_H

#include <stdbool.h>

/* Of one packet; commands to memory, not words. */
struct nfp_model_counts {
	double instructions, bubbles;
	double packet_reads, packet_writes;
	double map_reads; /* of values, by the program itself */
	double adds;
	double lookups;
};

/* Netronome's l4lb sample, as the emulator counts it, and its rate. */
#define NFP_MODEL_SAMPLE_MPPS 33.03
extern const struct nfp_model_counts nfp_model_sample;

/* Waits are in cycles, for one command. */
struct nfp_model_chip {
	double cores; /* that run programs */
	int threads;  /* of a core */
	double mhz;
	double packet_wait, map_wait, lookup_wait;
	double firmware; /* cycles around the program, per packet */
	bool contended;	 /* threads that are ready wait for one another */
};

/* Million packets per second, if nothing but the program limits them. */
double nfp_model_mpps(const struct nfp_model_chip *chip,
		      const struct nfp_model_counts *counts);

/*
 * Sets lookup_wait so that the sample is as fast as it was.  False where that
 * takes a look-up that is faster than a read or slower than anybody saw.
 */
bool nfp_model_calibrate(struct nfp_model_chip *chip);

/*
 * Ratio to the sample: the least, the middle (median) and the most of what the
 * chips say that are within the ranges of nfp_model.c and calibrated; what the
 * middle of these ranges says, uncalibrated (typical); and what it would be if
 * no thread ever waited.
 */
struct nfp_model_ratio {
	double low, middle, high, typical, issue;
};
struct nfp_model_ratio nfp_model_ratio(const struct nfp_model_counts *counts);

#endif
