/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the card takes the maps: kinds, sizes, number, entries. */
#ifndef NFP_MAPS_H
#define NFP_MAPS_H

#include "check.h"

/*
 * Larger values are refused whatever the card says: each word of a value is
 * followed through the program, and a damaged object may claim 4 GiB.
 */
#define NFP_VALUE_MAX (1U << 16)

/* Judges the maps that the program uses; fills result->maps and ->entries. */
void nfp_maps_judge(struct nfp_check_result *result,
		    const struct nfp_caps *caps,
		    const struct nfp_check_plan *plan);

#endif
