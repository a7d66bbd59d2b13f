/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/macs.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "net/private.h"

/* What of a device matters here. */
struct device {
	uint32_t ifindex, master, below; /* below: it stands on that one */
	uint8_t mac[MAC_LEN];
	bool guest; /* its frames are not for this host, but a guest of it */
	bool ours;
};

struct devices {
	struct device *list;
	size_t n, room;
	uint32_t ifindex;
	struct nl_macs *out;
};

static struct device *add_device(struct devices *all)
{
	const size_t room = all->room ? 2 * all->room : 16;
	struct device *list = all->list;

	if (all->n == all->room) {
		list = realloc(list, room * sizeof(*list));
		if (!list)
			return NULL;
		all->list = list;
		all->room = room;
	}
	return &list[all->n++];
}

static int take_device(struct nlmsghdr *header, void *arg)
{
	struct nl_link_state link;
	struct device *device;
	int err = nl_link_parse(header, &link);

	if (err)
		return err;
	device = add_device(arg);
	if (!device)
		return -ENOMEM;
	*device = (struct device){
		.ifindex = (uint32_t)link.ifindex,
		.master = (uint32_t)link.master,
		.guest = !strcmp(link.kind, "macvtap"),
	};
	/* Of a veth that is its other end; with a netnsid, another index. */
	if (strcmp(link.kind, "veth") != 0 &&
	    !nlmsg_find_attr(header, sizeof(struct ifinfomsg),
			     IFLA_LINK_NETNSID))
		device->below = (uint32_t)link.lower;
	memcpy(device->mac, link.mac, MAC_LEN);
	return 0;
}

static bool is_group_or_unset(const uint8_t *mac)
{
	static const uint8_t unset[MAC_LEN];

	return mac[0] & 1 || !memcmp(mac, unset, MAC_LEN);
}

static void add_mac(struct nl_macs *out, const uint8_t *mac)
{
	if (is_group_or_unset(mac))
		return;
	for (size_t i = 0; i < out->n; i++)
		if (!memcmp(out->mac[i], mac, MAC_LEN))
			return;
	if (out->n == NL_MACS_MAX)
		out->more = true;
	else
		memcpy(out->mac[out->n++], mac, MAC_LEN);
}

static struct device *find_device(const struct devices *all, uint32_t ifindex)
{
	for (size_t i = 0; ifindex && i < all->n; i++)
		if (all->list[i].ifindex == ifindex)
			return &all->list[i];
	return NULL;
}

/* What stands on one of ours, or has it as a port, is ours. */
static bool grow(const struct devices *all)
{
	bool grown = false;

	for (size_t i = 0; i < all->n; i++) {
		struct device *device = &all->list[i];
		struct device *below = find_device(all, device->below);
		struct device *master = find_device(all, device->master);

		if (!device->ours && !device->guest && below && below->ours)
			device->ours = grown = true;
		if (device->ours && master && !master->ours)
			master->ours = grown = true;
	}
	return grown;
}

static bool is_guests(const struct devices *all, const uint8_t *mac)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].guest &&
		    !memcmp(all->list[i].mac, mac, MAC_LEN))
			return true;
	return false;
}

/* An entry of the interface's own list of addresses. */
static int take_entry(struct nlmsghdr *header, void *arg)
{
	const struct ndmsg *head = nlmsg_data(header);
	const struct devices *all = arg;
	struct nlattr *tb[NDA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*head), tb, NDA_MAX, NULL) < 0)
		return -EBADMSG;
	if ((uint32_t)head->ndm_ifindex != all->ifindex ||
	    !(head->ndm_flags & NTF_SELF) || !tb[NDA_LLADDR] ||
	    nla_len(tb[NDA_LLADDR]) != MAC_LEN ||
	    is_guests(all, nla_data(tb[NDA_LLADDR])))
		return 0;
	add_mac(all->out, nla_data(tb[NDA_LLADDR]));
	return 0;
}

/* A kernel without bridges has no such list to show. */
static void add_entries(struct devices *all)
{
	const struct ndmsg head = { .ndm_family = AF_BRIDGE,
				    .ndm_ifindex = (int)all->ifindex };

	nl_ask_all(nl_message(RTM_GETNEIGH, 0, &head, sizeof(head)), take_entry,
		   all);
}

int nl_macs(int ifindex, struct nl_macs *out)
{
	const struct ifinfomsg head = { 0 };
	struct devices all = { .ifindex = (uint32_t)ifindex, .out = out };
	struct device *own;
	int err;

	*out = (struct nl_macs){ .n = 0 };
	err = nl_ask_all(nl_message(RTM_GETLINK, 0, &head, sizeof(head)),
			 take_device, &all);
	own = find_device(&all, all.ifindex);
	if (!err && !own)
		err = -ENODEV;
	if (!err) {
		own->ours = true;
		add_mac(out, own->mac);
		while (grow(&all))
			;
		for (size_t i = 0; i < all.n; i++)
			if (all.list[i].ours)
				add_mac(out, all.list[i].mac);
		add_entries(&all);
	}
	free(all.list);
	return err;
}
