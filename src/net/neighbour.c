/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's neighbour table, and how to make the kernel look again.
 *
 * Packets that XDP sends past the kernel neither create nor refresh its
 * neighbour entries, so nl_probe() asks for that.  What an entry needs depends
 * on its state (__neigh_update() in net/core/neighbour.c):
 *
 * - no address known: NTF_USE pretends that a packet wants to go there, and
 *   the kernel broadcasts (ARP) or multicasts (ND).  While it does
 *   (INCOMPLETE) there is nothing to add.
 * - an address known: NTF_USE would do nothing for a REACHABLE one and start a
 *   delay of seconds for a STALE one.  The state PROBE makes the kernel ask
 *   that address right now, and fail the entry when no answer comes.
 * - being asked already (PROBE): nothing to add either; it fails when the
 *   kernel has asked often enough.
 * - PERMANENT, NOARP: somebody knows better; never asked.
 *
 * PROBE is set without an address: the entry keeps the one it has, so that an
 * address learned between our look and our wish is not undone.
 */
#include "net/private.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define LEARNED	    (NUD_REACHABLE | NUD_STALE | NUD_DELAY)
#define KNOWN	    (LEARNED | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)
#define LEAVE_ALONE (NUD_INCOMPLETE | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)

void nl_neighbour_report(const struct nl *nl, struct nlmsghdr *header)
{
	const struct ndmsg *head = nlmsg_data(header);
	struct nlattr *tb[NDA_MAX + 1], *lladdr;
	struct addr addr;
	bool known;

	if (nlmsg_parse(header, sizeof(*head), tb, NDA_MAX, NULL) < 0 ||
	    head->ndm_ifindex != nl->ifindex ||
	    !nl_read_addr(head->ndm_family, tb[NDA_DST], &addr))
		return;
	/* What comes of it will be told; until then it may well be there. */
	if (header->nlmsg_type == RTM_NEWNEIGH &&
	    head->ndm_state & NUD_INCOMPLETE)
		return;
	lladdr = tb[NDA_LLADDR];
	/* The collector removes entries that are still known (RTM_DELNEIGH). */
	known = header->nlmsg_type == RTM_NEWNEIGH && head->ndm_state & KNOWN &&
		lladdr && nla_len(lladdr) == MAC_LEN;
	nl->handler.neighbour(nl->handler.arg, &addr,
			      known ? nla_data(lladdr) : NULL);
}

static int take_neighbour(struct nlmsghdr *header, void *arg)
{
	nl_neighbour_report(arg, header);
	return 0;
}

int nl_neighbours(struct nl *nl)
{
	const struct ndmsg head = { .ndm_family = AF_UNSPEC };
	struct nl_msg *msg = nl_message(RTM_GETNEIGH, 0, &head, sizeof(head));

	msg = nl_put_u32(msg, NDA_IFINDEX, (uint32_t)nl->ifindex);
	return nl_ask_all(msg, take_neighbour, nl);
}

static int take_state(struct nlmsghdr *header, void *arg)
{
	const struct ndmsg *head = nlmsg_data(header);
	uint16_t *state = arg;

	if (!nlmsg_valid_hdr(header, sizeof(*head)))
		return -EBADMSG;
	*state = head->ndm_state;
	return 0;
}

static int get_state(struct nl *nl, const struct addr *addr, uint16_t *state)
{
	const struct ndmsg head = {
		.ndm_family = (uint8_t)addr->family,
		.ndm_ifindex = nl->ifindex,
	};
	struct nl_msg *msg = nl_message(RTM_GETNEIGH, 0, &head, sizeof(head));
	int err;

	msg = nl_put_addr(msg, NDA_DST, addr);
	err = nl_ask(nl, msg, take_state, state);
	if (err == -ENOENT) {
		*state = NUD_NONE;
		err = 0;
	}
	return err;
}

static int resolve(struct nl *nl, const struct addr *addr)
{
	const struct ndmsg head = {
		.ndm_family = (uint8_t)addr->family,
		.ndm_ifindex = nl->ifindex,
		.ndm_flags = NTF_USE,
	};
	struct nl_msg *msg =
		nl_message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &head,
			   sizeof(head));

	msg = nl_put_addr(msg, NDA_DST, addr);
	return nl_ask(nl, msg, NULL, NULL);
}

static int verify(struct nl *nl, const struct addr *addr)
{
	const struct ndmsg head = {
		.ndm_family = (uint8_t)addr->family,
		.ndm_ifindex = nl->ifindex,
		.ndm_state = NUD_PROBE,
	};
	struct nl_msg *msg =
		nl_message(RTM_NEWNEIGH, NLM_F_REPLACE, &head, sizeof(head));
	int err;

	msg = nl_put_addr(msg, NDA_DST, addr);
	err = nl_ask(nl, msg, NULL, NULL);
	/* Removed, or failed, since we looked: an event tells, too. */
	if (err == -ENOENT || err == -EINVAL)
		err = resolve(nl, addr);
	return err;
}

int nl_probe(struct nl *nl, const struct addr *addr)
{
	uint16_t state = NUD_NONE;
	int err;

	if (!nl_addr_size(addr->family))
		return -EAFNOSUPPORT;
	err = get_state(nl, addr, &state);
	if (err || state & LEAVE_ALONE)
		return err;
	return (state & LEARNED) ? verify(nl, addr) : resolve(nl, addr);
}

enum nl_resolution nl_resolution(struct nl *nl, const struct addr *addr)
{
	uint16_t state = NUD_NONE;

	if (!nl_addr_size(addr->family) || get_state(nl, addr, &state))
		return NL_ABSENT;
	if (state & (KNOWN | NUD_INCOMPLETE))
		return NL_ASKED;
	return state & NUD_FAILED ? NL_FAILED : NL_ABSENT;
}
