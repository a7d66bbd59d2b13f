/* SPDX-License-Identifier: GPL-2.0-only */
/* Who lays claim to which ports of which address, and who clashes. */
#ifndef CONFIG_CLAIMS_H
#define CONFIG_CLAIMS_H

#include <stddef.h>

#include "base/addr.h"

/* Ports first ... last of an address; 0 ... 0 stands for any port. */
struct config_claim {
	struct addr address;
	uint16_t first, last;
	uint32_t service; /* by whom: its index in the file, */
	uint32_t item;	  /* and the index within the service */
};

/* earlier comes before later in the file. */
typedef void (*config_clash_fn)(void *arg, const struct config_claim *earlier,
				const struct config_claim *later);

/*
 * Sorts the claims by address and first port.  Then calls fn for overlapping
 * pairs: for every claim that overlaps any other at least once.
 */
void config_claims_check(struct config_claim *claims, size_t n,
			 config_clash_fn fn, void *arg);

/* The first claim on an address in sorted claims, or the end of them. */
const struct config_claim *config_claims_find(const struct config_claim *claims,
					      size_t n,
					      const struct addr *address);

#endif
