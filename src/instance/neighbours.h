/* SPDX-License-Identifier: GPL-2.0-only */
/* The neighbours that routes name, each once, by number and by address. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "base/addr.h"

struct neighbour {
	struct addr addr;
	uint8_t mac[MAC_LEN]; /* the last one */
	bool seen;	      /* there is a last one */
	bool known;	      /* it answers, or there is hope */
	double doubted;	      /* since when, monotonic; 0: it answers */
	bool asked;	      /* once more, since then */
};

struct neighbours {
	struct neighbour *list;
	uint32_t n;
	uint32_t *slots;  /* number + 1, by hash; 0: empty */
	uint32_t n_slots; /* a power of two, or 0 */
};

#define NEIGHBOURS_NONE UINT32_MAX

/* Its number, known already or not; NEIGHBOURS_NONE without memory. */
uint32_t neighbours_add(struct neighbours *set, const struct addr *addr);

/* NULL: there is none.  Good until the next one is added. */
struct neighbour *neighbours_find(const struct neighbours *set,
				  const struct addr *addr);
void neighbours_close(struct neighbours *set);

#endif
