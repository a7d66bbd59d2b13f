/* SPDX-License-Identifier: GPL-2.0-only */
/* What an interface has to be to be balanced on. */
#include "instance/private.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* Addresses, routes and neighbours are those of the whole, not of a port. */
static void warn_of_port(const struct instance *in)
{
	const bool bridge = !strcmp(in->link.port_kind, "bridge");
	char master[IF_NAMESIZE] = "";

	if (!bridge && strcmp(in->link.port_kind, "bond") != 0)
		return;
	if_indextoname((unsigned int)in->link.master, master);
	log_warn("%s is a port of the %s %s, which has the addresses and "
		 "routes: backends are not found here unless they have a 'mac'"
		 "; better 'interface: %s'%s",
		 in->name, in->link.port_kind, master, master,
		 bridge ? " (it runs in mode skb)" : "");
}

static void say_no_headers(const struct instance *in, char *why,
			   size_t why_size)
{
	const char *kind = in->link.kind;

	snprintf(why, why_size,
		 "%s%s%s%s has no Ethernet headers, which udplb works on: "
		 "name the interface that its packets go through",
		 in->name, kind[0] ? " (" : "", kind, kind[0] ? ")" : "");
}

/*
 * It shares its port's MAC address, so who gets a packet is told by the address
 * alone (ipvlan_addr_lookup() in drivers/net/ipvlan/ipvlan_core.c): neither
 * what is for a VIP that is no address of it comes in, nor what a backend
 * answers to clients.
 */
static void say_no_others(const struct instance *in, char *why, size_t why_size)
{
	char lower[IF_NAMESIZE] = "the port below";

	if_indextoname((unsigned int)in->link.lower, lower);
	snprintf(why, why_size,
		 "%s is an ipvlan, which gets nothing but what is for its own "
		 "addresses: 'interface: %s', or a macvlan on it",
		 in->name, lower);
}

int instance_judge_link(const struct instance *in, char *why, size_t why_size)
{
	if (in->link.type != ARPHRD_ETHER) {
		say_no_headers(in, why, why_size);
		return -EOPNOTSUPP;
	}
	if (!strcmp(in->link.kind, "ipvlan")) {
		say_no_others(in, why, why_size);
		return -EOPNOTSUPP;
	}
	warn_of_port(in);
	return 0;
}
