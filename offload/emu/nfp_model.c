/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Three things bound a packet: a core's cycles, the memory that large tables
 * lie in, and the engine that does all additions.  Cycles and memory add up
 * somewhat where they are alike, hence the norm; the engine simply ends.
 *
 * The constants are fitted, but for cores and clock (Netronome, "eBPF Offload
 * Getting Started Guide": about 50 cores run programs; the NFP-4000 of that
 * card: 800 MHz), which only scale them.  What a single look-up costs in a
 * large table was measured with that table alone, two and more with two tables,
 * which share caches.
 */
#include <math.h>

#include "nfp_model.h"

#define CORES 50
#define MHZ   800

#define CYCLES_PACKET	   271 /* the firmware around the program */
#define CYCLES_INSTRUCTION 0.99
#define CYCLES_LOOKUP	   179.6 /* on the same core: hash, lock, compare */
#define CYCLES_COMMAND	   6.6
#define CYCLES_ADD	   4.7
#define ADD_NS		   10.6 /* of the whole card: 94 million a second */
#define NORM		   4.9

/* Nanoseconds of the whole card. */
static const struct {
	double alone, base, lookup, add;
} tables[] = {
	[NFP_MODEL_64K] = { 17.3, 5, 19.2, 8.2 },
	[NFP_MODEL_512K] = { 24.8, 3, 24.2, 8.2 },
};

const struct nfp_model_cold nfp_model_hot = { .tables = NFP_MODEL_HOT };

const struct nfp_model_counts nfp_model_sample = {
	.instructions = 357,
	.packet_reads = 5,
	.packet_writes = 16,
	.map_reads = 8,
	.adds = 2,
	.lookups = 1,
};

double nfp_model_core_cycles(const struct nfp_model_counts *counts)
{
	return CYCLES_PACKET + CYCLES_INSTRUCTION * counts->instructions +
	       CYCLES_LOOKUP * counts->lookups +
	       CYCLES_COMMAND * (counts->packet_reads + counts->packet_writes +
				 counts->map_reads) +
	       CYCLES_ADD * counts->adds;
}

static double memory_ns(const struct nfp_model_cold *cold)
{
	double lookups = cold->lookups, ns;

	if (cold->tables == NFP_MODEL_HOT || lookups == 0)
		return 0;
	if (lookups < 2)
		ns = lookups * tables[cold->tables].alone;
	else
		ns = tables[cold->tables].base +
		     lookups * tables[cold->tables].lookup;
	return ns + cold->adds * tables[cold->tables].add;
}

double nfp_model_mpps(const struct nfp_model_counts *counts,
		      const struct nfp_model_cold *cold)
{
	double core = nfp_model_core_cycles(counts) / (CORES * MHZ) * 1e3;
	double ns = pow(pow(core, NORM) + pow(memory_ns(cold), NORM), 1 / NORM);

	return fmin(1e3 / fmax(ns, counts->adds * ADD_NS), NFP_MODEL_LINE_MPPS);
}

double nfp_model_ratio(const struct nfp_model_counts *counts)
{
	return nfp_model_mpps(counts, &nfp_model_hot) /
	       nfp_model_mpps(&nfp_model_sample, &nfp_model_hot);
}
