/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many packets a second a card can do, from what the emulator counted.
 *
 * Fitted to 250 rates that Netronome measured on a real card (an NFP-4000 with
 * a port of 40 Gb/s, 60-byte frames) for its regression tests: synthetic
 * programs of 94 to 803 instructions with 1 to 5 look-ups in HASH tables of 256
 * to 524,288 entries, with and without an addition to what was found.  The
 * rates: tests/card_rates.tsv.  Against them the model's error is 1.6 % (root
 * mean square), 5.9 % at worst.
 *
 * Assumed, as no rate tells: an ARRAY costs what a HASH costs; packets that add
 * to one and the same counter do not wait for each other; longer programs cost
 * as these do (one of 1,681 instructions without look-ups: 20.35 predicted,
 * 20.53 measured).  Programs of a few instructions that pass or drop are 12 %
 * slower than predicted, by something around the program.
 */
#ifndef NFP_MODEL_H
#define NFP_MODEL_H

/* 40 Gb/s, frames of 64 bytes with their checksum and 20 around them. */
#define NFP_MODEL_LINE_MPPS (40e3 / 8 / 84)

/* Of one packet; commands to memory, not words. */
struct nfp_model_counts {
	double instructions;
	double packet_reads, packet_writes;
	double map_reads; /* of values, by the program itself */
	double adds;
	double lookups;
};

/* Tables too large for the caches in front of the card's memory. */
enum nfp_model_tables {
	NFP_MODEL_HOT, /* up to 4,096 entries each: cost nothing extra */
	NFP_MODEL_64K, /* 65,536 entries, asked at random */
	NFP_MODEL_512K,
};

/* The part of a packet's look-ups and additions that go to large tables. */
struct nfp_model_cold {
	enum nfp_model_tables tables;
	double lookups, adds;
};

extern const struct nfp_model_cold nfp_model_hot;

/* Netronome's l4lb sample, as the emulator counts it. */
extern const struct nfp_model_counts nfp_model_sample;

/* Cycles of a core. */
double nfp_model_core_cycles(const struct nfp_model_counts *counts);

/* Million packets per second of 64 bytes, of all cores, on a 40 Gb/s port. */
double nfp_model_mpps(const struct nfp_model_counts *counts,
		      const struct nfp_model_cold *cold);

/* The same as a share of what the sample gets by the same formula, all hot. */
double nfp_model_ratio(const struct nfp_model_counts *counts);

#endif
