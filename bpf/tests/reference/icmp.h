/* SPDX-License-Identifier: GPL-2.0-only */
/* Echo requests to VIPs, and errors about our flows. */
#ifndef REFERENCE_ICMP_H
#define REFERENCE_ICMP_H

#include "bpf/tests/harness.h"
#include "parse.h"

/* The reason, and in *want what becomes of the frame there. */
enum lb_reason reference_icmp(const struct fixture *f,
			      const struct reference_packet *p,
			      struct expectation *want);

#endif
