/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is sent on as it is but for addresses, ports and hops.  Each returns
 * the reason, which the frame has been changed for only if it is sent.
 */
#ifndef REFERENCE_REWRITE_H
#define REFERENCE_REWRITE_H

#include "bpf/tests/fixture.h"
#include "parse.h"

/* From who got the frame to this one. */
void reference_rewrite_macs(uint8_t *frame, uint64_t to);
/* Back to who sent it. */
void reference_rewrite_turn(uint8_t *frame);

/* The offset of addresses in an IP header. */
size_t reference_rewrite_source(bool is6);
size_t reference_rewrite_destination(bool is6);

/* LB_REASON_TTL_EXPIRED, or one hop less and LB_PARSED; no checksum. */
enum lb_reason reference_rewrite_hop(uint8_t *frame,
				     const struct reference_packet *p);

/* nat, snat and dsr. */
enum lb_reason reference_rewrite_forward(uint8_t *frame,
					 const struct reference_packet *p,
					 const struct fixture_service *s,
					 const struct fixture_backend *b);

enum lb_reason reference_rewrite_reply(uint8_t *frame,
				       const struct reference_packet *p,
				       const struct fixture_reply *r);

#endif
