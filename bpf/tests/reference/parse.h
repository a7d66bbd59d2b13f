/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in a frame, and whether it is sound. */
#ifndef REFERENCE_PARSE_H
#define REFERENCE_PARSE_H

#include "bpf/lb_abi.h"
#include "bpf/tests/packet.h"

enum reference_protocol {
	REFERENCE_ICMP = 1,
	REFERENCE_UDP = 17,
	REFERENCE_ICMP6 = 58,
};

enum reference_part {
	REFERENCE_WHOLE,
	REFERENCE_FIRST, /* a fragment with the L4 header */
	REFERENCE_LATER, /* one without */
};

/* Offsets are from the frame's beginning. */
struct reference_packet {
	bool is6;
	size_t ip;  /* 0: there is none, or not all of its fixed part */
	size_t l4;  /* what follows the IP headers */
	size_t end; /* of the IP packet: padding begins */
	uint8_t protocol;
	enum reference_part part;
	uint32_t id;			   /* of a fragment */
	struct ipaddr source, destination; /* where ip is not 0 */
	uint16_t sport, dport;		   /* 0 where there are none */
};

/*
 * LB_PARSED, or why the frame is not ours or not sound; the rest of *p is then
 * set as far as it got.  `without`: features, as in struct fixture.
 */
enum lb_reason reference_parse(const uint8_t *frame, size_t length,
			       uint32_t without, struct reference_packet *p);

#endif
