/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges offline, without a kernel and without root, whether a card would take
 * a program.  Everything the card's driver refuses is found, or said to be
 * undecidable; nothing it refuses is passed in silence.
 */
#ifndef NFP_CHECK_H
#define NFP_CHECK_H

#include "caps.h"
#include "report.h"

/* What the loader will set before it loads. */
struct nfp_check_map {
	const char *name;
	uint32_t entries;
};

struct nfp_check_plan {
	const struct nfp_check_map *maps; /* others as in the object */
	size_t map_count;
	uint32_t mtu; /* of the interface */
};

struct nfp_check_result {
	struct nfp_report report;
	uint64_t entries; /* of all maps on the card */
	uint32_t maps;
	uint32_t bpf_insns;
	uint32_t nfp_insns; /* an estimate; 0: not made */
	bool complete;	    /* or else of those paths that were followed */
	uint32_t stack_bytes;
	uint32_t packet_bytes;	   /* how far into a packet it reaches */
	struct nfp_object *object; /* keeps the findings' file names */
};

/*
 * Checks `program` of the object file.  Returns 0 whatever the verdict, or a
 * negative errno if the object cannot be read, and then a sentence in `why`.
 * nfp_check_free() in either case.
 */
int nfp_check_object(struct nfp_check_result *result, const char *path,
		     const char *program, const struct nfp_caps *caps,
		     const struct nfp_check_plan *plan, char *why,
		     size_t why_size);
/* By how much an estimate of so many NFP instructions may be wrong. */
uint32_t nfp_check_error(uint32_t insns);
void nfp_check_free(struct nfp_check_result *result);

#endif
