/* SPDX-License-Identifier: GPL-2.0-only */
/* What a packet can be to the balancer, one of each kind. */
#ifndef PACKETS_H
#define PACKETS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/tests/packet.h"
#include "target.h"

#define PACKETS_SHORT 64

/*
 * Only what differs from a 64-byte question over IPv4 that an udplb with one
 * service (flow, nat) forwards.
 */
struct packet_kind {
	const char *name;
	int action; /* XDP_PASS, XDP_DROP or XDP_TX */
	enum lb_balance balance;
	enum lb_forward forward;
	bool ipv6, filtered, strict;
	uint16_t length, cut; /* of the frame; of what is left of it */
	uint16_t grown;	      /* what the program puts in front */
	struct packet packet; /* its saddr unset: a question */
};

/* All that is not simply forwarded. */
extern const struct packet_kind packet_kinds[];
extern const size_t packet_kinds_count;

/* How much longer an encapsulated packet becomes: by IPv4, as our backends. */
uint16_t packets_grown(enum lb_forward forward);

/* A question to the first service: fills length bytes. */
void packets_question(bool ipv6, enum lb_balance balance, uint8_t *frame,
		      uint16_t length);

/* Returns the length. */
uint16_t packets_build(const struct packet_kind *kind, uint8_t *frame);

#endif
