/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two sockets: what we ask for and what the kernel tells on its own must not
 * meet in one queue, or an answer waits behind a thousand events, and an
 * overrun eats answers.
 *
 * The invariant for whoever follows: subscribed first, read afterwards.  Events
 * may then repeat what was read, or be older than it, but the last one about an
 * entry always comes and is always the truth.  When the queue overflows that no
 * longer holds, and reading everything again restores it, but not at once: what
 * is still queued is older than what was lost, and until the queue is empty the
 * kernel drops on without a word (NETLINK_S_CONGESTED in
 * net/netlink/af_netlink.c).  So: first the queue, then handler->overrun.
 */
#include "net/private.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Some thousand events: every neighbour of a full table, all at once. */
#define EVENT_BUFFER	    (4 << 20)
#define EVENTS_PER_DISPATCH 256

static void report_link(const struct nl *nl, struct nlmsghdr *header)
{
	const struct ifinfomsg *head = nlmsg_data(header);
	struct nl_link_state link;

	/* AF_BRIDGE: about the port of a bridge that the interface is. */
	if (!nlmsg_valid_hdr(header, sizeof(*head)) ||
	    head->ifi_index != nl->ifindex || head->ifi_family != AF_UNSPEC)
		return;
	if (header->nlmsg_type == RTM_DELLINK)
		nl->handler.link(nl->handler.arg, NULL);
	else if (!nl_link_parse(header, &link))
		nl->handler.link(nl->handler.arg, &link);
}

/* An address that was added to the interface itself. */
static bool is_own_entry(const struct nl *nl, struct nlmsghdr *header)
{
	const struct ndmsg *head = nlmsg_data(header);

	return nlmsg_valid_hdr(header, sizeof(*head)) &&
	       head->ndm_family == AF_BRIDGE && head->ndm_flags & NTF_SELF &&
	       head->ndm_ifindex == nl->ifindex;
}

static void report_links(const struct nl *nl)
{
	if (nl->handler.links_changed)
		nl->handler.links_changed(nl->handler.arg);
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	const struct nl *nl = arg;

	switch (header->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		if (is_own_entry(nl, header))
			report_links(nl);
		else
			nl_neighbour_report(nl, header);
		break;
	case RTM_NEWLINK:
	case RTM_DELLINK:
		report_link(nl, header);
		report_links(nl);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (nl->handler.addresses_changed)
			nl->handler.addresses_changed(nl->handler.arg);
		/* fall through */
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_NEWRULE:
	case RTM_DELRULE:
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		if (nl->handler.routes_changed)
			nl->handler.routes_changed(nl->handler.arg);
		break;
	default:
		break;
	}
	return NL_OK;
}

/* A group without IPv6 in the kernel is joined all the same, and silent. */
static int join_groups(struct nl *nl)
{
	const struct nl_handler *handler = &nl->handler;
	bool routes = handler->routes_changed;
	bool addresses = routes || handler->addresses_changed;
	const struct {
		int group;
		bool wanted;
	} groups[] = {
		{ RTNLGRP_NEIGH, handler->neighbour },
		{ RTNLGRP_LINK, handler->link },
		{ RTNLGRP_IPV4_ROUTE, routes },
		{ RTNLGRP_IPV6_ROUTE, routes },
		{ RTNLGRP_IPV4_RULE, routes },
		{ RTNLGRP_IPV6_RULE, routes },
		{ RTNLGRP_NEXTHOP, routes },
		{ RTNLGRP_IPV4_IFADDR, addresses },
		{ RTNLGRP_IPV6_IFADDR, addresses },
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i].wanted &&
		    nl_socket_add_membership(nl->events, groups[i].group))
			return -EIO;
	return 0;
}

static int subscribe(struct nl *nl)
{
	const int size = EVENT_BUFFER;
	int err;

	err = nl_new_socket(&nl->events);
	if (err)
		return err;
	nl_socket_disable_seq_check(nl->events);
	nl_socket_modify_cb(nl->events, NL_CB_VALID, NL_CB_CUSTOM, on_event,
			    nl);
	/* Without the privilege for it the default size has to do. */
	setsockopt(nl_socket_get_fd(nl->events), SOL_SOCKET, SO_RCVBUFFORCE,
		   &size, sizeof(size));
	return nl_socket_set_nonblocking(nl->events) ? -EIO : join_groups(nl);
}

int nl_open(struct nl **out, int ifindex, const struct nl_handler *handler)
{
	struct nl *nl = calloc(1, sizeof(*nl));
	int err;

	if (!nl)
		return -ENOMEM;
	nl->ifindex = ifindex;
	nl->handler = *handler;
	err = nl_new_socket(&nl->requests);
	if (!err)
		err = subscribe(nl);
	if (err)
		nl_free(nl);
	else
		*out = nl;
	return err;
}

void nl_free(struct nl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->requests);
	nl_socket_free(nl->events);
	free(nl);
}

int nl_fd(const struct nl *nl)
{
	return nl_socket_get_fd(nl->events);
}

int nl_dispatch(struct nl *nl)
{
	int err = 0;

	/* Bounded, so that a storm of events leaves time for the others. */
	for (int i = 0; i < EVENTS_PER_DISPATCH; i++) {
		err = nl_recvmsgs_default(nl->events);
		if (err == -NLE_AGAIN)
			break;
		/* libnl's word for ENOBUFS; for ENOMEM too, as bad for us. */
		if (err == -NLE_NOMEM)
			nl->overrun = true;
		else if (err < 0)
			return -EIO;
	}
	if (err == -NLE_AGAIN && nl->overrun) {
		nl->overrun = false;
		if (nl->handler.overrun)
			nl->handler.overrun(nl->handler.arg);
	}
	return 0;
}
