/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the card takes the maps: kinds, sizes, number, entries. */
#ifndef NFP_MAPS_H
#define NFP_MAPS_H

#include "check.h"

/* Judges the maps that the program uses; fills result->maps and ->entries. */
void nfp_maps_judge(struct nfp_check_result *result,
		    const struct nfp_caps *caps,
		    const struct nfp_check_plan *plan);

#endif
