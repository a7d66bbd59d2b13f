/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/loops.h"

#include <stdio.h>

#include "base/log.h"
#include "net/sysctl.h"
#include "presence/vips.h"

/*
 * IPv4 asks the interface that a packet comes in by, IPv6 the host
 * (ip_route_input_slow(), ip6_forward()).
 */
static bool forwards(const char *interface, sa_family_t family)
{
	const bool ipv6 = family == AF_INET6;
	long value;

	return !net_sysctl(ipv6 ? "ipv6/conf/all/forwarding"
				: "ipv4/conf/%s/forwarding",
			   interface, &value) &&
	       value > 0;
}

/* A neighbour that has it is where it ends; so does a route that refuses. */
bool presence_loops(struct nl *nl, const char *interface,
		    const struct addr *vip)
{
	struct addr hop;

	return forwards(interface, vip->family) &&
	       !nl_check_not_local(nl, vip) && !nl_next_hop(nl, vip, &hop) &&
	       addr_compare(&hop, vip) != 0;
}

static void warn(const struct addr *vip, size_t more)
{
	const bool ipv6 = vip->family == AF_INET6;
	char text[ADDR_STRLEN], others[40] = "";

	addr_format(vip, text);
	if (more)
		snprintf(others, sizeof(others), " (and %zu more)", more);
	log_warn("VIP %s%s is no address of this host, which forwards: what "
		 "routers send here for it and no service takes goes back to "
		 "them and round, until its TTL ends; 'presence: {assign: "
		 "loopback}', or '%s route add unreachable %s/%d'",
		 text, others, ipv6 ? "ip -6" : "ip", text, ipv6 ? 128 : 32);
}

size_t presence_warn_of_loops(struct nl *nl, const struct model *model)
{
	struct presence_vips vips;
	const struct addr *first = NULL;
	size_t n = 0;

	if (model->presence.assign != PRESENCE_NOWHERE ||
	    presence_vips_collect(&vips, model))
		return 0;
	for (size_t i = 0; i < vips.n; i++) {
		if (!presence_loops(nl, model->interface, &vips.vip[i].address))
			continue;
		if (!n++)
			first = &vips.vip[i].address;
	}
	if (n)
		warn(first, n - 1);
	presence_vips_free(&vips);
	return n ? 1 : 0;
}
