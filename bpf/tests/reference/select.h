/* SPDX-License-Identifier: GPL-2.0-only */
/* Which backend a service gives a flow. */
#ifndef REFERENCE_SELECT_H
#define REFERENCE_SELECT_H

#include "bpf/tests/fixture.h"
#include "parse.h"

struct reference_flow {
	bool is6;
	struct ipaddr client;
	uint32_t ports;	    /* the client's << 16 | the VIP's; 0: none */
	const uint8_t *udp; /* header and payload; NULL: not to be looked at */
	const uint8_t *udp_end; /* of the frame */
	enum reference_part part;
	uint32_t id; /* of a fragment, as it stands there */
};

struct reference_flow reference_select_flow(const uint8_t *frame, size_t length,
					    const struct reference_packet *p);

/* The hash of a flow, or of its client if `ports` is 0 in it. */
uint32_t reference_select_hash(const struct reference_flow *flow);

/* The slot that says where a flow goes. */
size_t reference_select_slot(const struct fixture_service *s,
			     const struct reference_flow *flow);

/* The index of a backend, or 0; see reference_run() for `sprayed`. */
uint32_t reference_select_backend(const struct fixture *f,
				  const struct fixture_service *s,
				  const struct reference_flow *flow,
				  uint32_t sprayed);

/* The number that a machine of the other byte order reads. */
uint32_t reference_select_swap(uint32_t word);

#endif
