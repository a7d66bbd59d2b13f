/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/private.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <string.h>

struct search {
	int ifindex;
	sa_family_t family;
	const struct addr *dst; /* NULL: the default route */
	struct addr *hop;
	uint32_t metric; /* of the best default route so far */
	int outcome;	 /* 0: there is one */
};

struct nl_msg *nl_route_request(int ifindex, const struct addr *dst,
				uint32_t flags)
{
	const size_t size = nl_addr_size(dst->family);
	const struct rtmsg head = {
		.rtm_family = (uint8_t)dst->family,
		.rtm_dst_len = (uint8_t)(8 * size),
		.rtm_flags = flags,
	};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &head, sizeof(head));

	msg = nl_put_addr(msg, RTA_DST, dst);
	return nl_put_u32(msg, RTA_OIF, (uint32_t)ifindex);
}

static int read_hop(struct rtnl_nexthop *nh, const struct addr *dst,
		    struct addr *hop)
{
	struct nl_addr *gateway = rtnl_route_nh_get_gateway(nh);

	/* IPv4 behind an IPv6 router: RTA_VIA instead of RTA_GATEWAY. */
	if (!gateway)
		gateway = rtnl_route_nh_get_via(nh);
	if (gateway) {
		memset(hop, 0, sizeof(*hop));
		hop->family = (sa_family_t)nl_addr_get_family(gateway);
		memcpy(hop->bytes, nl_addr_get_binary_addr(gateway),
		       nl_addr_size(hop->family));
		return 0;
	}
	if (!dst)
		return -ENETUNREACH;
	*hop = *dst;
	return 0;
}

/* The route's next hop through our interface; dst where that is on-link. */
static int find_hop(struct rtnl_route *route, const struct search *search,
		    struct addr *hop)
{
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *nh = rtnl_route_nexthop_n(route, i);

		if (rtnl_route_nh_get_ifindex(nh) == search->ifindex)
			return read_hop(nh, search->dst, hop);
	}
	return -ENETUNREACH;
}

static int take_hop(struct nlmsghdr *header, void *arg)
{
	const struct search *search = arg;
	struct rtnl_route *route;
	int err;

	if (rtnl_route_parse(header, &route))
		return -EBADMSG;
	if (rtnl_route_get_type(route) == RTN_UNICAST)
		err = find_hop(route, search, search->hop);
	else
		err = -EADDRNOTAVAIL;
	rtnl_route_put(route);
	return err;
}

bool nl_is_no_route(int err)
{
	switch (err) {
	case -ENETUNREACH:
	case -EHOSTUNREACH: /* unreachable */
	case -EACCES:	    /* prohibit */
	case -EINVAL:	    /* blackhole */
	case -EOPNOTSUPP:   /* no IPv6 in this kernel */
		return true;
	default:
		return false;
	}
}

int nl_next_hop(struct nl *nl, const struct addr *dst, struct addr *hop)
{
	struct search search = {
		.ifindex = nl->ifindex,
		.dst = dst,
		.hop = hop,
	};
	int err;

	if (!nl_addr_size(dst->family))
		return -EAFNOSUPPORT;
	/*
	 * Where no route matches, the kernel takes any address to be on-link on
	 * the interface that we name (ip_route_output_key_hash_rcu()).  With
	 * FIB_MATCH it has to show the route, and admits that there is none.
	 */
	err = nl_ask(nl, nl_route_request(nl->ifindex, dst, RTM_F_FIB_MATCH),
		     take_hop, &search);
	return nl_is_no_route(err) ? -ENETUNREACH : err;
}

static void consider_default(struct rtnl_route *route, struct search *search)
{
	uint32_t metric = rtnl_route_get_priority(route);
	struct addr hop;

	if (!find_hop(route, search, &hop) &&
	    (search->outcome || metric < search->metric)) {
		*search->hop = hop;
		search->metric = metric;
		search->outcome = 0;
	}
}

static int take_default(struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *head = nlmsg_data(header);
	const struct search *search = arg;
	struct rtnl_route *route;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	/* A kernel without the family shows the routes of those it has. */
	if (head->rtm_family != search->family || head->rtm_dst_len ||
	    head->rtm_tos)
		return 0;
	if (rtnl_route_parse(header, &route))
		return -EBADMSG;
	consider_default(route, arg);
	rtnl_route_put(route);
	return 0;
}

int nl_default_gateway(struct nl *nl, sa_family_t family, struct addr *hop)
{
	const struct rtmsg head = {
		.rtm_family = (unsigned char)family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_type = RTN_UNICAST,
	};
	struct search search = {
		.ifindex = nl->ifindex,
		.family = family,
		.hop = hop,
		.outcome = -ENETUNREACH,
	};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &head, sizeof(head));
	int err;

	msg = nl_put_u32(msg, RTA_OIF, (uint32_t)nl->ifindex);
	err = nl_ask_all(msg, take_default, &search);
	/* The main table comes into being with its first route. */
	if (err == -ENOENT)
		return -ENETUNREACH;
	return err ? err : search.outcome;
}

static int take_type(struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *head = nlmsg_data(header);
	uint8_t *type = arg;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	*type = head->rtm_type;
	return 0;
}

int nl_check_not_local(struct nl *nl, const struct addr *addr)
{
	uint8_t type = RTN_UNSPEC;
	int err;

	if (!nl_addr_size(addr->family))
		return -EAFNOSUPPORT;
	err = nl_ask(nl, nl_route_request(0, addr, 0), take_type, &type);
	if (err)
		return nl_is_no_route(err) ? 0 : err;
	return type == RTN_LOCAL ? -EADDRINUSE : 0;
}
