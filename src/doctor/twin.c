/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux answers ARP for any address of the host on any interface, unless told
 * not to (arp_ignore in Documentation/networking/ip-sysctl.rst).  So where two
 * interfaces are in one network, neighbours get two answers, and what goes to
 * the MAC address of the other one never comes to the balancer
 * (metallb/metallb#259).
 */
#include "doctor/twin.h"

#include <errno.h>
#include <string.h>

#include "net/nl.h"
#include "net/sysctl.h"

#define FULL 32

struct search {
	struct doctor_facts *facts;
	int ifindex; /* ours */
	const struct nl_address *own;
};

static uint32_t net_of(const struct nl_address *address, uint8_t length)
{
	const uint32_t mask = length ? UINT32_MAX << (FULL - length) : 0;

	return ntohl(address->address.v4.s_addr) & mask;
}

static bool overlap(const struct nl_address *a, const struct nl_address *b)
{
	const uint8_t length = a->length < b->length ? a->length : b->length;

	return net_of(a, length) == net_of(b, length);
}

/* What the kernel does not tell is no finding. */
static bool ignores_arp(const char *name)
{
	long value;

	return net_sysctl("ipv4/conf/%s/arp_ignore", name, &value) || value > 0;
}

/* What stands on our interface gets its frames through it. */
static bool is_apart(int ifindex, int ours)
{
	const struct nl_handler ignore = { 0 };
	struct nl_link_state link;
	struct nl *nl = NULL;
	bool apart;

	apart = !nl_open(&nl, ifindex, &ignore) && !nl_link(nl, &link) &&
		link.up && link.carrier &&
		(link.lower != ours || !strcmp(link.kind, "veth")) &&
		link.master != ours;
	nl_free(nl);
	return apart;
}

static int compare(void *arg, const struct nl_address *other)
{
	const struct search *search = arg;
	char *twin = search->facts->twin;
	char name[IF_NAMESIZE];

	if (other->address.family != AF_INET || other->length == FULL ||
	    other->ifindex == search->ifindex || !overlap(search->own, other) ||
	    !if_indextoname((unsigned int)other->ifindex, name) ||
	    ignores_arp(name) || ignores_arp("all") ||
	    !is_apart(other->ifindex, search->ifindex))
		return 0;
	memcpy(twin, name, sizeof(name));
	return -EALREADY;
}

static int look_around(void *arg, const struct nl_address *own)
{
	struct search search = *(const struct search *)arg;

	if (own->address.family != AF_INET || own->length == FULL)
		return 0;
	search.own = own;
	return nl_addresses(0, compare, &search);
}

int doctor_twin_find(struct doctor_facts *facts)
{
	struct search search = { .facts = facts,
				 .ifindex = facts->link.ifindex };
	const int err = nl_addresses(search.ifindex, look_around, &search);

	return err == -EALREADY ? 0 : err;
}
