/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "flow.h"

void reference_flow_start(const struct fixture *f, struct expectation *want)
{
	want->n_flows = f->n_flows;
	want->flows_full = false;
	if (f->n_flows)
		memcpy(want->flows, f->flows, f->n_flows * sizeof(*f->flows));
}

static uint32_t ports_of(const struct fixture_service *s,
			 const struct reference_flow *flow)
{
	return s->balance == LB_BALANCE_SOURCE ? 0 : flow->ports;
}

/* Its place in the list, or how many there are. */
static size_t place_of(const struct fixture_flow *flows, size_t n,
		       const struct fixture_service *s,
		       const struct reference_flow *flow)
{
	size_t i = 0;

	while (i < n && (flows[i].sticky != s->sticky ||
			 flows[i].ports != ports_of(s, flow) ||
			 !ipaddr_equal(flows[i].client, flow->client)))
		i++;
	return i;
}

static bool is_remembered(const struct fixture *f,
			  const struct fixture_service *s)
{
	return s->sticky && !(f->without & FIXTURE_FEATURE(STICKY));
}

uint32_t reference_flow_find(const struct fixture *f,
			     const struct fixture_service *s,
			     const struct reference_flow *flow)
{
	size_t at = place_of(f->flows, f->n_flows, s, flow);
	uint32_t index;

	if (!is_remembered(f, s) || at == f->n_flows)
		return 0;
	index = f->flows[at].backend;
	return index < f->n_backends && f->backends[index].sticky == s->sticky
		       ? index
		       : 0;
}

/* What was known of it is wrong, or there was nothing; a slot is believed. */
static void remember(const struct fixture_service *s,
		     const struct reference_flow *flow, uint32_t backend,
		     struct expectation *want)
{
	size_t at = place_of(want->flows, want->n_flows, s, flow);

	want->flows_full = at == FIXTURE_FLOWS_MAX;
	if (want->flows_full)
		return;
	want->n_flows += at == want->n_flows;
	want->flows[at] = (struct fixture_flow){
		.sticky = s->sticky,
		.client = flow->client,
		.ports = ports_of(s, flow),
		.backend = backend,
	};
}

uint32_t reference_flow_backend(const struct fixture *f,
				const struct fixture_service *s,
				const struct reference_flow *flow,
				uint32_t sprayed, struct expectation *want)
{
	uint32_t index = reference_flow_find(f, s, flow);
	size_t slot;

	if (index) {
		want->flows[place_of(want->flows, want->n_flows, s, flow)]
			.packets++;
		return index;
	}
	slot = reference_select_slot(s, flow);
	if (slot < f->n_ring && f->ring[slot] && is_remembered(f, s))
		remember(s, flow, f->ring[slot], want);
	return reference_select_backend(f, s, flow, sprayed);
}
