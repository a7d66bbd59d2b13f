/* SPDX-License-Identifier: GPL-2.0-only */
#include "tables/fragments.h"

#include <stdio.h>

#define NAMES_MAX 5

/* Both ways are one: by address, as a first fragment has the only ports. */
static bool goes_by_address(const struct plan_service *service)
{
	return service->flags & LB_SERVICE_SOLE &&
	       service->config->balance == LB_BALANCE_SOURCE;
}

size_t fragments_without(const struct plan *plan,
			 char text[FRAGMENTS_TEXT_SIZE])
{
	char names[FRAGMENTS_TEXT_SIZE / 2] = "", more[32] = "";
	size_t n = 0, at = 0;

	for (size_t i = 0; i < plan->n_services; i++) {
		const struct plan_service *s = &plan->services[i];

		if (goes_by_address(s))
			continue;
		if (n++ < NAMES_MAX && at < sizeof(names))
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       "%s%s", at ? ", " : "",
					       s->config->name);
	}
	if (n > NAMES_MAX)
		snprintf(more, sizeof(more), " and %zu more", n - NAMES_MAX);
	snprintf(
		text, FRAGMENTS_TEXT_SIZE,
		"a card leaves the fragments of datagrams that are larger than "
		"a packet to the kernel, to and from %s%s: only the first one "
		"has ports, and a card remembers none; where that matters "
		"(EDNS, RADIUS, SIP) let the host balance ('mode: drv' or "
		"'skb'), or give the VIP to one service with 'ports: all' and "
		"'balance: source'",
		names, more);
	return n;
}
