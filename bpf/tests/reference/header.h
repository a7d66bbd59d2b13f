/* SPDX-License-Identifier: GPL-2.0-only */
/* IP headers of our own. */
#ifndef REFERENCE_HEADER_H
#define REFERENCE_HEADER_H

#include "bpf/tests/packet.h"

#define REFERENCE_HEADER4 20 /* bytes */
#define REFERENCE_HEADER6 40

/* An IP header without options, checksum included. */
struct reference_header {
	bool is6;
	uint8_t tos;
	uint32_t label;
	size_t payload;
	uint8_t protocol;
	struct ipaddr source, destination;
};

/* Returns how long it is. */
size_t reference_header_write(const struct reference_header *h, uint8_t *ip);

#endif
