/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Next hops as the kernel's own look-up finds them, rules and tables included;
 * of a route with several, all that leave through our interface.
 */
#include "net/private.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "net/nexthop.h"

struct search {
	struct nl *nl;
	struct nl_route_hops found;
	uint8_t longest; /* prefix that is accepted */
	uint32_t metric; /* of the best default route so far */
	struct nl_hops *best;
};

static struct nl_msg *request(const struct addr *dst, const struct addr *src,
			      uint32_t flags)
{
	const uint8_t bits = (uint8_t)(8 * nl_addr_size(dst->family));
	const struct rtmsg head = {
		.rtm_family = (uint8_t)dst->family,
		.rtm_dst_len = bits,
		.rtm_src_len = src ? bits : 0,
		.rtm_flags = flags,
	};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &head, sizeof(head));

	msg = nl_put_addr(msg, RTA_DST, dst);
	return src ? nl_put_addr(msg, RTA_SRC, src) : msg;
}

struct nl_msg *nl_route_request(int ifindex, const struct addr *dst,
				uint32_t flags)
{
	return nl_put_u32(request(dst, NULL, flags), RTA_OIF,
			  (uint32_t)ifindex);
}

static int take_hops(struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *head = nlmsg_data(header);
	struct search *search = arg;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	if (head->rtm_type != RTN_UNICAST)
		return -EADDRNOTAVAIL;
	if (head->rtm_dst_len > search->longest)
		return -ENETUNREACH;
	return nl_route_read(header, &search->found);
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

int nl_next_hops(struct nl *nl, const struct addr *dst, struct nl_hops *out)
{
	struct search search = {
		.found = { .ifindex = nl->ifindex, .dst = dst, .out = out },
		.longest = UINT8_MAX,
	};
	int err;

	out->n = 0;
	if (!nl_addr_size(dst->family))
		return -EAFNOSUPPORT;
	/*
	 * Where no route matches, the kernel takes any address to be on-link on
	 * the interface that we name (ip_route_output_key_hash_rcu()).  With
	 * FIB_MATCH it has to show the route, and admits that there is none;
	 * and it shows all of its next hops.
	 */
	err = nl_ask(nl, nl_route_request(nl->ifindex, dst, RTM_F_FIB_MATCH),
		     take_hops, &search);
	if (!err)
		err = nl_route_complete(nl, &search.found);
	return nl_is_no_route(err) ? -ENETUNREACH : err;
}

int nl_next_hop(struct nl *nl, const struct addr *dst, struct addr *hop)
{
	struct nl_hops hops;
	int err = nl_next_hops(nl, dst, &hops);

	if (!err)
		*hop = hops.hop[0];
	return err;
}

/*
 * Addresses that hardly anybody has a route of its own for: reserved (RFC 7600,
 * RFC 1112) or for examples (RFC 5737; RFC 9637, RFC 3849).  What the kernel
 * does with one of them it does with any client.
 */
static const char *const anywhere[][4] = {
	{ "192.0.0.8", "240.0.0.1", "203.0.113.1", "198.51.100.1" },
	{ "3fff:fff::1", "2001:db8:ffff::1", "2a00::ffff", "2600::ffff" },
};

/* By default: 0.0.0.0/0 or its halves; ::/0 or what is given out of it. */
static const uint8_t longest_default[] = { 1, 3 };

/*
 * As a packet of ours from that source; or as one that is forwarded, for which
 * the source needs not be ours but the kernel has to forward.
 */
static int ask_default(struct nl *nl, const struct addr *dst,
		       const struct addr *src, int attribute,
		       struct nl_hops *out)
{
	struct search search = {
		.found = { .ifindex = nl->ifindex, .out = out },
		.longest = longest_default[dst->family == AF_INET6],
	};
	struct nl_msg *msg = request(dst, src, RTM_F_FIB_MATCH);
	int err;

	msg = nl_put_u32(msg, attribute, (uint32_t)nl->ifindex);
	out->n = 0;
	err = nl_ask(nl, msg, take_hops, &search);
	return err ? err : nl_route_complete(nl, &search.found);
}

static int ask_for_clients(struct nl *nl, sa_family_t family,
			   const struct addr *src, int attribute,
			   struct nl_hops *out)
{
	const char *const *texts = anywhere[family == AF_INET6];
	struct addr dst;
	int err = -ENETUNREACH;

	for (size_t i = 0; err && !nl_is_unanswered(err) && i < 4; i++) {
		err = addr_parse(texts[i], &dst);
		if (!err)
			err = ask_default(nl, &dst, src, attribute, out);
	}
	return err;
}

static int take_default(struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *head = nlmsg_data(header);
	struct search *search = arg;
	struct nl_hops hops = { .n = 0 };
	struct nl_route_hops found = search->found;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	/* A kernel without the family shows the routes of those it has. */
	if (head->rtm_family != search->found.family || head->rtm_dst_len ||
	    head->rtm_tos || head->rtm_type != RTN_UNICAST)
		return 0;
	found.out = &hops;
	if (nl_route_read(header, &found) ||
	    nl_route_complete(search->nl, &found))
		return 0;
	if (!search->best->n || found.metric < search->metric) {
		*search->best = hops;
		search->metric = found.metric;
	}
	return 0;
}

/* The default route of the main table, whatever the rules say. */
static int read_default(struct nl *nl, sa_family_t family, struct nl_hops *out)
{
	const struct rtmsg head = {
		.rtm_family = (unsigned char)family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_type = RTN_UNICAST,
	};
	struct search search = {
		.nl = nl,
		.found = { .ifindex = nl->ifindex, .family = family },
		.best = out,
	};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &head, sizeof(head));
	int err;

	out->n = 0;
	msg = nl_put_u32(msg, RTA_OIF, (uint32_t)nl->ifindex);
	err = nl_ask_all(msg, take_default, &search);
	/* The main table comes into being with its first route. */
	if (err && err != -ENOENT)
		return err;
	return out->n ? 0 : -ENETUNREACH;
}

int nl_default_gateways(struct nl *nl, sa_family_t family,
			const struct addr *src, struct nl_hops *out)
{
	int err = -ENETUNREACH;

	if (src)
		err = ask_for_clients(nl, family, src, RTA_OIF, out);
	if (src && err && !nl_is_unanswered(err))
		err = ask_for_clients(nl, family, src, RTA_IIF, out);
	if (err && !nl_is_unanswered(err))
		err = ask_for_clients(nl, family, NULL, RTA_OIF, out);
	if (err && !nl_is_unanswered(err))
		err = read_default(nl, family, out);
	return err;
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
