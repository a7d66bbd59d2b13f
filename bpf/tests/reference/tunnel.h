/* SPDX-License-Identifier: GPL-2.0-only */
/* RFC 2003, RFC 2473, GUE variant 1, and what does not fit into them. */
#ifndef REFERENCE_TUNNEL_H
#define REFERENCE_TUNNEL_H

#include "bpf/tests/harness.h"
#include "parse.h"
#include "select.h"

/*
 * ipip and gue: the reason, and in *want the frame that becomes of the one
 * there.  `answer`: the client may be told that its packet is too big.
 */
enum lb_reason reference_tunnel(const struct fixture *f,
				const struct fixture_service *s,
				const struct fixture_backend *b,
				const struct reference_packet *p,
				const struct reference_flow *flow, bool answer,
				struct expectation *want);

#endif
