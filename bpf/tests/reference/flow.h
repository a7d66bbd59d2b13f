/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows that stay where they are: lb_abi.h's map of them, as a list. */
#ifndef REFERENCE_FLOW_H
#define REFERENCE_FLOW_H

#include "bpf/tests/harness.h"
#include "select.h"

/* The tables' flows, to begin with. */
void reference_flow_start(const struct fixture *f, struct expectation *want);

/* The backend that a flow of this service may stay with, or 0. */
uint32_t reference_flow_find(const struct fixture *f,
			     const struct fixture_service *s,
			     const struct reference_flow *flow);

/*
 * As reference_select_backend(), but for flows that stay; in *want what is
 * remembered of it then.
 */
uint32_t reference_flow_backend(const struct fixture *f,
				const struct fixture_service *s,
				const struct reference_flow *flow,
				uint32_t sprayed, struct expectation *want);

#endif
