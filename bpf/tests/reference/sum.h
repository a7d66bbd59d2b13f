/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Damaged stays damaged: after a change the sum over all that a checksum
 * covers is what it was before.
 */
#ifndef REFERENCE_SUM_H
#define REFERENCE_SUM_H

#include "parse.h"

struct reference_sum {
	uint8_t *ip, *l4; /* l4: NULL where there is none to mend */
	uint8_t protocol;
	size_t length; /* of what there is of L4 */
	uint32_t ip_sum, l4_sum;
};

/* Takes the sums of an IP header and of the UDP or ICMP behind it. */
void reference_sum_take(struct reference_sum *s, uint8_t *ip, uint8_t *l4,
			uint8_t protocol, size_t length);
/* The same for a frame. */
void reference_sum_take_packet(struct reference_sum *s, uint8_t *frame,
			       const struct reference_packet *p);

/* Sets the checksums that bring these sums back; one of UDP that is 0 stays. */
void reference_sum_restore(const struct reference_sum *s);

#endif
