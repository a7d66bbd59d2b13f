/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses: which ones an interface has, which one a packet would leave with,
 * and VIPs as addresses of this host.
 *
 * A VIP must not become the source of what this host sends on its own (health
 * checks, tunnels).  IPv4 prefers the first address of the route's subnet, and
 * a VIP is a subnet of its own that comes later.  IPv6 takes the address that
 * agrees with the destination in the most bits (RFC 6724, rule 8), which a VIP
 * easily does: so it is added as deprecated, which rule 3 avoids.
 */
#include "net/private.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define IN_DOUBT (IFA_F_TENTATIVE | IFA_F_DADFAILED)

struct listing {
	int ifindex;
	nl_address_fn fn;
	void *arg;
};

/* False where the message is not about an IP address. */
static bool parse_address(struct nlmsghdr *header, struct nl_address *out)
{
	const struct ifaddrmsg *head = nlmsg_data(header);
	struct nlattr *tb[IFA_MAX + 1];
	struct addr subnet;
	uint32_t flags = head->ifa_flags;

	if (nlmsg_parse(header, sizeof(*head), tb, IFA_MAX, NULL) < 0 ||
	    !nl_read_addr(head->ifa_family, tb[IFA_ADDRESS], &subnet))
		return false;
	*out = (struct nl_address){ .address = subnet,
				    .length = head->ifa_prefixlen };
	/* With a peer, the subnet is the peer's. */
	if (nl_read_addr(head->ifa_family, tb[IFA_LOCAL], &out->address) &&
	    addr_compare(&out->address, &subnet))
		out->length = (uint8_t)(8 * nl_addr_size(head->ifa_family));
	if (tb[IFA_FLAGS] && nla_len(tb[IFA_FLAGS]) >= (int)sizeof(flags))
		flags = nla_get_u32(tb[IFA_FLAGS]);
	out->global = head->ifa_scope == RT_SCOPE_UNIVERSE;
	out->usable = !(flags & (IN_DOUBT | IFA_F_DEPRECATED));
	out->in_doubt = flags & IN_DOUBT;
	out->ifindex = (int)head->ifa_index;
	return true;
}

static int take_address(struct nlmsghdr *header, void *arg)
{
	const struct ifaddrmsg *head = nlmsg_data(header);
	const struct listing *listing = arg;
	struct nl_address address;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	if ((listing->ifindex && (int)head->ifa_index != listing->ifindex) ||
	    !parse_address(header, &address))
		return 0;
	return listing->fn(listing->arg, &address);
}

int nl_addresses(int ifindex, nl_address_fn fn, void *arg)
{
	const struct ifaddrmsg head = { .ifa_family = AF_UNSPEC,
					.ifa_index = (uint32_t)ifindex };
	struct listing listing = { .ifindex = ifindex, .fn = fn, .arg = arg };

	return nl_ask_all(nl_message(RTM_GETADDR, 0, &head, sizeof(head)),
			  take_address, &listing);
}

static struct nl_msg *address_request(int type, int flags, int ifindex,
				      const struct addr *address)
{
	const struct ifaddrmsg head = {
		.ifa_family = (uint8_t)address->family,
		.ifa_prefixlen = (uint8_t)(8 * nl_addr_size(address->family)),
		.ifa_flags = address->family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = (uint32_t)ifindex,
	};
	struct nl_msg *msg = nl_message(type, flags, &head, sizeof(head));

	return nl_put_addr(msg, IFA_LOCAL, address);
}

int nl_address_add(struct nl *nl, int ifindex, const struct addr *address)
{
	const struct ifa_cacheinfo deprecated = { .ifa_prefered = 0,
						  .ifa_valid = UINT32_MAX };
	struct nl_msg *msg = address_request(
		RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifindex, address);

	if (address->family == AF_INET6 && msg &&
	    nla_put(msg, IFA_CACHEINFO, sizeof(deprecated), &deprecated)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return nl_ask(nl, msg, NULL, NULL);
}

int nl_address_delete(struct nl *nl, int ifindex, const struct addr *address)
{
	return nl_ask(nl, address_request(RTM_DELADDR, 0, ifindex, address),
		      NULL, NULL);
}

static int take_source(struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *head = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*head), tb, RTA_MAX, NULL) < 0)
		return -EBADMSG;
	nl_read_addr(head->rtm_family, tb[RTA_PREFSRC], arg);
	return 0;
}

static int take_first(void *arg, const struct nl_address *address)
{
	struct addr *first = arg;

	if (address->address.family == first->family && address->global &&
	    address->usable) {
		*first = address->address;
		return -EALREADY; /* no need to see the others */
	}
	return 0;
}

/* What only the link knows is no address to be answered at through a router. */
static bool is_link_local(const struct addr *address)
{
	return address->family == AF_INET6 &&
	       IN6_IS_ADDR_LINKLOCAL(&address->v6);
}

int nl_source_address(struct nl *nl, const struct addr *dst, struct addr *out)
{
	struct addr source = { 0 };
	int err;

	if (!nl_addr_size(dst->family))
		return -EAFNOSUPPORT;
	err = nl_ask(nl, nl_route_request(nl->ifindex, dst, 0), take_source,
		     &source);
	if (err && !nl_is_no_route(err))
		return err;
	if (!addr_is_set(&source) || is_link_local(&source)) {
		source = (struct addr){ .family = dst->family };
		err = nl_addresses(nl->ifindex, take_first, &source);
		if (err != -EALREADY)
			return err ? err : -EADDRNOTAVAIL;
	}
	*out = source;
	return 0;
}
