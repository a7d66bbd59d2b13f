/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/private.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/log.h"

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static uint32_t get_u32(struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t)
		       ? nla_get_u32(attr)
		       : 0;
}

/*
 * IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF } }: an array without attributes of
 * its own, where IPV4_DEVCONF_x stands at x - 1 (inet_fill_link_af() in
 * net/ipv4/devinet.c).  The header's own word takes the free place 0: pyroute2
 * reads it as a value named "dummy", and dashboards know it.
 */
static void parse_devconf(struct nlattr *af_spec, struct nl_link_state *out)
{
	struct nlattr *inet, *conf;
	size_t size;

	inet = af_spec ? nla_find(nla_data(af_spec), nla_len(af_spec), AF_INET)
		       : NULL;
	conf = inet ? nla_find(nla_data(inet), nla_len(inet), IFLA_INET_CONF)
		    : NULL;
	if (!conf)
		return;
	size = min_size((size_t)nla_len(conf),
			sizeof(out->devconf) - sizeof(out->devconf[0]));
	out->devconf[0] = conf->nla_len | (uint32_t)conf->nla_type << 16;
	memcpy(&out->devconf[1], nla_data(conf), size);
	out->n_devconf = 1 + size / sizeof(out->devconf[0]);
}

static void parse_stats(struct nlattr *attr, struct nl_link_state *out)
{
	if (!attr)
		return;
	out->stats_size = min_size((size_t)nla_len(attr), sizeof(out->stats));
	memcpy(&out->stats, nla_data(attr), out->stats_size);
}

static void parse_kind(struct nlattr *attr, struct nl_link_state *out)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (!attr || nla_parse_nested(tb, IFLA_INFO_MAX, attr, NULL) < 0)
		return;
	if (tb[IFLA_INFO_KIND])
		nla_strlcpy(out->kind, tb[IFLA_INFO_KIND], sizeof(out->kind));
	if (tb[IFLA_INFO_SLAVE_KIND])
		nla_strlcpy(out->port_kind, tb[IFLA_INFO_SLAVE_KIND],
			    sizeof(out->port_kind));
}

int nl_link_parse(struct nlmsghdr *header, struct nl_link_state *out)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *head = nlmsg_data(header);

	if (nlmsg_parse(header, sizeof(*head), tb, IFLA_MAX, NULL) < 0)
		return -EBADMSG;
	memset(out, 0, sizeof(*out));
	out->ifindex = head->ifi_index;
	out->type = head->ifi_type;
	out->up = head->ifi_flags & IFF_UP;
	out->lower = (int)get_u32(tb[IFLA_LINK]);
	out->master = (int)get_u32(tb[IFLA_MASTER]);
	parse_kind(tb[IFLA_LINKINFO], out);
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == MAC_LEN)
		memcpy(out->mac, nla_data(tb[IFLA_ADDRESS]), MAC_LEN);
	if (tb[IFLA_CARRIER] && nla_len(tb[IFLA_CARRIER]) >= 1)
		out->carrier = nla_get_u8(tb[IFLA_CARRIER]);
	out->mtu = get_u32(tb[IFLA_MTU]);
	out->tx_queues = get_u32(tb[IFLA_NUM_TX_QUEUES]);
	out->rx_queues = get_u32(tb[IFLA_NUM_RX_QUEUES]);
	if (tb[IFLA_QDISC])
		nla_strlcpy(out->qdisc, tb[IFLA_QDISC], sizeof(out->qdisc));
	parse_stats(tb[IFLA_STATS64], out);
	parse_devconf(tb[IFLA_AF_SPEC], out);
	return 0;
}

static int take_link(struct nlmsghdr *header, void *arg)
{
	return nl_link_parse(header, arg);
}

struct vlan_search {
	uint32_t ifindex;
	bool found;
};

static int take_vlan(struct nlmsghdr *header, void *arg)
{
	struct vlan_search *search = arg;
	struct nlattr *tb[IFLA_MAX + 1];
	struct nl_link_state link = { 0 };

	if (nlmsg_parse(header, sizeof(struct ifinfomsg), tb, IFLA_MAX, NULL) <
	    0)
		return -EBADMSG;
	parse_kind(tb[IFLA_LINKINFO], &link);
	search->found |= !strcmp(link.kind, "vlan") &&
			 get_u32(tb[IFLA_LINK]) == search->ifindex;
	return 0;
}

bool nl_link_has_vlans(int ifindex)
{
	const struct ifinfomsg head = { 0 };
	struct vlan_search search = { .ifindex = (uint32_t)ifindex };
	int err = nl_ask_all(nl_message(RTM_GETLINK, 0, &head, sizeof(head)),
			     take_vlan, &search);

	return !err && search.found;
}

int nl_link(struct nl *nl, struct nl_link_state *out)
{
	const struct ifinfomsg head = { .ifi_index = nl->ifindex };

	return nl_ask(nl, nl_message(RTM_GETLINK, 0, &head, sizeof(head)),
		      take_link, out);
}

int nl_link_index(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	int err = -errno;

	if (ifindex)
		return (int)ifindex;
	/* Of a name that cannot be one, glibc says ENODEV as well. */
	if (err != -ENODEV) {
		log_error("asking the kernel for the interface %s: %s", name,
			  strerror(-err));
		return err;
	}
	log_error("interface %s does not exist: 'ip link' lists what this "
		  "machine has",
		  name);
	return -ENODEV;
}
