/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A route has one next hop, or a list of them (RTA_MULTIPATH), or names a
 * nexthop object or a group of those (RTA_NH_ID).  What an object holds the
 * kernel repeats in the route as long as net.ipv4.nexthop_compat_mode is 1, the
 * default (fib_dump_info(), rt6_fill_node()); else it has to be asked for.
 */
#include "net/nexthop.h"

#include <errno.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* IPv4 behind an IPv6 router has RTA_VIA instead of RTA_GATEWAY (RFC 8950). */
static bool read_via(struct nlattr *attr, struct addr *out)
{
	const struct rtvia *via;
	size_t size;

	if (!attr || nla_len(attr) < (int)sizeof(*via))
		return false;
	via = nla_data(attr);
	size = nl_addr_size(via->rtvia_family);
	if (!size || nla_len(attr) != (int)(sizeof(*via) + size))
		return false;
	memset(out, 0, sizeof(*out));
	out->family = via->rtvia_family;
	memcpy(out->bytes, via->rtvia_addr, size);
	return true;
}

static void add(struct nl_route_hops *route, int ifindex,
		const struct addr *gateway)
{
	struct nl_hops *out = route->out;
	const struct addr *hop = gateway ? gateway : route->dst;

	if (ifindex != route->ifindex || !hop || out->n == NL_HOPS_MAX)
		return;
	for (size_t i = 0; i < out->n; i++)
		if (!addr_compare(&out->hop[i], hop))
			return;
	out->hop[out->n++] = *hop;
}

static void add_attributes(struct nl_route_hops *route, int family, int ifindex,
			   struct nlattr *tb[RTA_MAX + 1])
{
	struct addr gateway;
	bool is_set = nl_read_addr(family, tb[RTA_GATEWAY], &gateway) ||
		      read_via(tb[RTA_VIA], &gateway);

	add(route, ifindex, is_set ? &gateway : NULL);
}

static int read_list(struct nl_route_hops *route, int family,
		     struct nlattr *list)
{
	const struct rtnexthop *hop = nla_data(list);
	struct nlattr *tb[RTA_MAX + 1];
	int left = nla_len(list), length;

	while (left >= (int)sizeof(*hop)) {
		length = hop->rtnh_len;
		if (length < (int)sizeof(*hop) || length > left ||
		    nla_parse(tb, RTA_MAX, (struct nlattr *)RTNH_DATA(hop),
			      length - (int)sizeof(*hop), NULL) < 0)
			return -EBADMSG;
		if (!(hop->rtnh_flags & RTNH_F_DEAD))
			add_attributes(route, family, hop->rtnh_ifindex, tb);
		left -= (int)RTNH_ALIGN((unsigned int)length);
		hop = RTNH_NEXT(hop);
	}
	return 0;
}

int nl_route_read(struct nlmsghdr *header, struct nl_route_hops *route)
{
	const struct rtmsg *head = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*head), tb, RTA_MAX, NULL) < 0)
		return -EBADMSG;
	route->id = 0;
	route->metric = tb[RTA_PRIORITY] ? nla_get_u32(tb[RTA_PRIORITY]) : 0;
	if (tb[RTA_MULTIPATH])
		return read_list(route, head->rtm_family, tb[RTA_MULTIPATH]);
	if (tb[RTA_OIF])
		add_attributes(route, head->rtm_family,
			       (int)nla_get_u32(tb[RTA_OIF]), tb);
	else if (tb[RTA_NH_ID])
		route->id = nla_get_u32(tb[RTA_NH_ID]);
	return 0;
}

struct object {
	struct nl_route_hops *route;
	uint32_t member[NL_HOPS_MAX]; /* of a group: other objects */
	size_t n;
};

static void read_group(struct object *object, struct nlattr *attr)
{
	const struct nexthop_grp *member = nla_data(attr);
	const size_t n = (size_t)nla_len(attr) / sizeof(*member);

	while (object->n < n && object->n < NL_HOPS_MAX) {
		object->member[object->n] = member[object->n].id;
		object->n++;
	}
}

static int take_object(struct nlmsghdr *header, void *arg)
{
	const struct nhmsg *head = nlmsg_data(header);
	struct object *object = arg;
	struct nlattr *tb[NHA_MAX + 1];
	struct addr gateway;
	bool is_set;

	if (nlmsg_parse(header, sizeof(*head), tb, NHA_MAX, NULL) < 0)
		return -EBADMSG;
	if (tb[NHA_GROUP])
		read_group(object, tb[NHA_GROUP]);
	if (!tb[NHA_OIF] || head->nh_flags & RTNH_F_DEAD)
		return 0;
	is_set = nl_read_addr(head->nh_family, tb[NHA_GATEWAY], &gateway);
	add(object->route, (int)nla_get_u32(tb[NHA_OIF]),
	    is_set ? &gateway : NULL);
	return 0;
}

static int ask_object(struct nl *nl, uint32_t id, struct object *object)
{
	const struct nhmsg head = { .nh_family = AF_UNSPEC };
	struct nl_msg *msg = nl_message(RTM_GETNEXTHOP, 0, &head, sizeof(head));

	return nl_ask(nl, nl_put_u32(msg, NHA_ID, id), take_object, object);
}

int nl_route_complete(struct nl *nl, struct nl_route_hops *route)
{
	struct object group = { .route = route }, member = { .route = route };
	int err = route->id ? ask_object(nl, route->id, &group) : 0;

	/* A group has no groups.  One that is removed meanwhile is none. */
	for (size_t i = 0; !err && i < group.n; i++) {
		err = ask_object(nl, group.member[i], &member);
		if (err == -ENOENT)
			err = 0;
	}
	if (err == -ENOENT)
		err = 0;
	if (err)
		return err;
	return route->out->n ? 0 : -ENETUNREACH;
}
