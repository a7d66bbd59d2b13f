/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VIP is announced only by the host that has it: a standby, or a machine
 * where somebody tries a configuration, must not take it away from another.  So
 * "auto" follows the addresses of this host, whoever assigned them; and before
 * we assign one that neighbours ask for, they are asked (presence/inquiry.h).
 *
 * A round sends one frame for each VIP that is to be announced.  Rounds begin
 * at the start, when a VIP becomes this host's, when the link comes back or
 * gets another MAC address, and every so often; one that begins while another
 * is under way takes its place.  The frames of a round are paced, across rounds
 * too: a link that flaps must not make us flood it.
 *
 * The socket of announcements sends only (no protocol, so nothing is received),
 * and what it sends has no VLAN tag.
 *
 * Addresses that were taken away are put back, at most once a second.  That is
 * needed where the kernel drops IPv6 addresses of a link going down, and where
 * an older udplb, whose place we took, ends.
 */
#include "presence/presence.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "presence/frame.h"
#include "presence/inquiry.h"
#include "presence/vips.h"

#define FRAMES_AT_ONCE	 50
#define PAUSE_MS	 50 /* so at most 1,000 frames a second */
#define LOOK_AGAIN_MS	 1000
#define ASK_AGAIN_MS	 30000 /* whether another host still has it */
#define LOOPBACK_IFINDEX 1

struct presence {
	const struct model *model;
	int ifindex;
	struct nl *nl;
	int socket; /* -1: nothing is announced */
	struct presence_vips vips;
	struct presence_inquiry inquiry;
	struct nl_link_state link;
	size_t next;	   /* VIP of the round; vips.n: over */
	uint64_t send_ms;  /* not before, whatever round it is */
	uint64_t round_ms; /* the next one begins */
	uint64_t look_ms;  /* at addresses; may be NEVER */
	uint64_t looked_ms;
	uint64_t now_ms; /* for handlers */
	bool unread;	 /* the addresses; it was said */
	bool complained; /* of a frame that could not be sent */
};

static bool assigns(const struct presence *p)
{
	return p->model->presence.assign != PRESENCE_NOWHERE;
}

static bool is_live(const struct nl_link_state *link)
{
	return link->up && link->carrier;
}

static int assign_ifindex(const struct presence *p)
{
	return p->model->presence.assign == PRESENCE_LOOPBACK ? LOOPBACK_IFINDEX
							      : p->ifindex;
}

static void look_soon(struct presence *p)
{
	p->look_ms = p->looked_ms + LOOK_AGAIN_MS;
	if (p->look_ms < p->now_ms)
		p->look_ms = p->now_ms;
}

static void on_addresses(void *arg)
{
	look_soon(arg);
}

static void take_link(struct presence *p, const struct nl_link_state *link)
{
	const bool again = !is_live(&p->link) ||
			   memcmp(p->link.mac, link->mac, MAC_LEN) != 0;

	if (!is_live(link))
		p->round_ms = PRESENCE_NEVER;
	else if (again)
		p->round_ms = p->now_ms;
	p->link = *link;
}

static void on_link(void *arg, const struct nl_link_state *link)
{
	static const struct nl_link_state gone;

	take_link(arg, link ? link : &gone);
	if (link)
		look_soon(arg);
}

/* Events were lost: the link may have been down, addresses may be gone. */
static void on_overrun(void *arg)
{
	struct presence *p = arg;
	struct nl_link_state link;

	look_soon(p);
	if (!nl_link(p->nl, &link))
		take_link(p, &link);
}

static int open_socket(struct presence *p)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = p->ifindex,
	};
	int err;

	p->socket =
		socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->socket < 0)
		return -errno;
	if (!bind(p->socket, (const struct sockaddr *)&address,
		  sizeof(address)))
		return 0;
	err = -errno;
	close(p->socket);
	p->socket = -1;
	return err;
}

static int watch_interface(struct presence *p)
{
	const struct nl_handler handler = {
		.addresses_changed = on_addresses,
		.link = on_link,
		.overrun = on_overrun,
		.arg = p,
	};
	struct nl_link_state link;
	int err = nl_open(&p->nl, p->ifindex, &handler);

	if (!err)
		err = nl_link(p->nl, &link);
	if (!err)
		take_link(p, &link);
	return err;
}

/* For the log: what an inquiry found of a VIP that is not ours. */
static void tell(const struct presence *p, struct presence_vip *vip)
{
	char text[ADDR_STRLEN], mac[MAC_STRLEN];

	if (vip->told)
		return;
	vip->told = true;
	addr_format(&vip->address, text);
	mac_format(vip->mac, mac);
	if (vip->claimed && assigns(p))
		log_warn("VIP %s is not taken: %s has it on %s; it is asked "
			 "again every %d s",
			 text, mac, p->model->interface, ASK_AGAIN_MS / 1000);
	else if (vip->claimed)
		log_info("VIP %s is at %s, and not announced from here", text,
			 mac);
	else
		log_warn("VIP %s is in the subnet of %s, but an address of "
			 "nobody: neighbours do not find it; give it to this "
			 "host ('presence: {assign: interface}'), or let "
			 "keepalived do so",
			 text, p->model->interface);
}

/* Those that we may take are taken; without a link, nobody could answer. */
static void conclude(struct presence *p)
{
	if (!is_live(&p->link))
		return;
	for (size_t i = 0; i < p->vips.n; i++) {
		struct presence_vip *vip = &p->vips.vip[i];

		if (!vip->wanted)
			continue;
		vip->wanted = false;
		if (vip->local)
			continue;
		if (vip->claimed && assigns(p))
			p->look_ms = p->now_ms + ASK_AGAIN_MS;
		if (vip->claimed || !assigns(p))
			tell(p, vip);
		else
			presence_vips_assign(&p->vips, vip, p->nl,
					     assign_ifindex(p));
		if (vip->local)
			p->round_ms = p->now_ms;
	}
}

static void inquire(struct presence *p)
{
	int err;

	if (p->inquiry.fd >= 0 || !is_live(&p->link))
		return;
	err = presence_inquiry_begin(&p->inquiry, &p->vips, p->ifindex,
				     p->now_ms);
	if (!err)
		return;
	if (!p->complained)
		log_warn("%s: asking who has the VIPs: %s; run udplb as root "
			 "or with CAP_NET_RAW",
			 p->model->interface, strerror(-err));
	p->complained = true;
	/* Not to serve would be worse than not to have asked. */
	conclude(p);
}

/* Neighbours ask for it, and nobody of this host answers. */
static bool is_to_be_asked(const struct presence *p,
			   const struct presence_vip *vip)
{
	if (vip->local || !vip->in_subnet)
		return false;
	return assigns(p) ? !vip->held : !vip->told;
}

static void look(struct presence *p)
{
	bool ask = false;
	int err;

	p->look_ms = PRESENCE_NEVER;
	p->looked_ms = p->now_ms;
	for (size_t i = 0; i < p->vips.n; i++)
		p->vips.vip[i].was_local = p->vips.vip[i].local;
	err = presence_vips_look(&p->vips, p->ifindex, assign_ifindex(p));
	if (err && !p->unread)
		log_warn("presence: reading the addresses of this host: %s; "
			 "will be repeated",
			 strerror(-err));
	p->unread = err;
	if (err) {
		look_soon(p);
		return;
	}
	for (size_t i = 0; i < p->vips.n; i++) {
		struct presence_vip *vip = &p->vips.vip[i];

		vip->wanted = is_to_be_asked(p, vip);
		ask |= vip->wanted;
		if (assigns(p) && !vip->here && !vip->wanted)
			presence_vips_assign(&p->vips, vip, p->nl,
					     assign_ifindex(p));
		if (vip->local && !vip->was_local && is_live(&p->link))
			p->round_ms = p->now_ms;
	}
	if (ask)
		inquire(p);
}

static void take_over(struct presence *p, struct presence *previous)
{
	if (!previous || !assigns(p) || !assigns(previous) ||
	    assign_ifindex(p) != assign_ifindex(previous))
		return;
	for (size_t i = 0; i < p->vips.n; i++) {
		struct presence_vip *vip = &p->vips.vip[i];
		struct presence_vip *old =
			presence_vips_find(&previous->vips, &vip->address);

		if (!old)
			continue;
		*vip = *old;
		vip->wanted = old->mine = false;
	}
}

bool presence_is_asking(const struct presence *p)
{
	return p->inquiry.fd >= 0;
}

int presence_open(struct presence **out, const struct model *model, int ifindex,
		  struct presence *previous, uint64_t now_ms)
{
	const struct model_presence *wanted = &model->presence;
	struct presence *p = NULL;
	int err;

	*out = NULL;
	if (wanted->announce == PRESENCE_NO &&
	    wanted->assign == PRESENCE_NOWHERE)
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	*p = (struct presence){ .model = model,
				.ifindex = ifindex,
				.socket = -1,
				.inquiry = { .fd = -1 },
				.send_ms = now_ms,
				.round_ms = PRESENCE_NEVER,
				.look_ms = PRESENCE_NEVER,
				.looked_ms = now_ms,
				.now_ms = now_ms };
	err = presence_vips_collect(&p->vips, model);
	p->next = p->vips.n;
	if (!err)
		err = watch_interface(p);
	if (err) {
		presence_close(p);
		return err;
	}
	take_over(p, previous);
	look(p);
	if (wanted->announce != PRESENCE_NO)
		err = open_socket(p);
	if (err)
		log_warn("%s: VIPs are not announced: opening a packet socket:"
			 " %s; run udplb as root or with CAP_NET_RAW",
			 model->interface, strerror(-err));
	*out = p;
	return 0;
}

void presence_close(struct presence *p)
{
	if (!p)
		return;
	if (p->nl)
		presence_vips_withdraw(&p->vips, p->nl, assign_ifindex(p));
	presence_inquiry_end(&p->inquiry);
	presence_vips_free(&p->vips);
	nl_free(p->nl);
	if (p->socket >= 0)
		close(p->socket);
	free(p);
}

int presence_fd(const struct presence *p)
{
	return nl_fd(p->nl);
}

void presence_dispatch(struct presence *p, uint64_t now_ms)
{
	int err;

	p->now_ms = now_ms;
	err = nl_dispatch(p->nl);
	if (err)
		log_warn("presence: netlink: %s", strerror(-err));
}

static uint64_t frames_due(const struct presence *p)
{
	if (p->socket < 0 || !is_live(&p->link))
		return PRESENCE_NEVER;
	return p->next < p->vips.n ? p->send_ms : p->round_ms;
}

uint64_t presence_due(const struct presence *p)
{
	uint64_t due = frames_due(p);

	if (p->look_ms < due)
		due = p->look_ms;
	if (p->inquiry.fd >= 0 && p->inquiry.due_ms < due)
		due = p->inquiry.due_ms;
	return due;
}

static void begin_round(struct presence *p)
{
	const uint32_t interval_ms = p->model->presence.interval_ms;

	p->next = 0;
	p->round_ms = interval_ms ? p->now_ms + interval_ms : PRESENCE_NEVER;
}

static void send_one(struct presence *p, const struct addr *address)
{
	uint8_t frame[PRESENCE_FRAME_MAX];
	char text[ADDR_STRLEN];
	size_t size = presence_frame_announce(frame, p->link.mac, address);

	if (send(p->socket, frame, size, 0) >= 0) {
		p->complained = false;
		return;
	}
	if (!p->complained)
		log_warn("%s: announcing %s: %s; it is tried again with the "
			 "next round",
			 p->model->interface, addr_format(address, text),
			 strerror(errno));
	p->complained = true;
}

static bool is_announced(const struct presence *p,
			 const struct presence_vip *vip)
{
	return p->model->presence.announce == PRESENCE_YES ||
	       (vip->answered && vip->in_subnet);
}

static void send_some(struct presence *p)
{
	unsigned int sent = 0;

	for (; p->next < p->vips.n && sent < FRAMES_AT_ONCE; p->next++)
		if (is_announced(p, &p->vips.vip[p->next])) {
			send_one(p, &p->vips.vip[p->next].address);
			sent++;
		}
	p->send_ms = p->now_ms + PAUSE_MS;
}

void presence_run(struct presence *p, uint64_t now_ms)
{
	p->now_ms = now_ms;
	if (p->look_ms <= now_ms)
		look(p);
	if (p->inquiry.fd >= 0 && p->inquiry.due_ms <= now_ms &&
	    presence_inquiry_run(&p->inquiry, &p->vips, p->link.mac, now_ms))
		conclude(p);
	if (p->socket < 0 || !is_live(&p->link))
		return;
	if (p->round_ms <= now_ms)
		begin_round(p);
	if (p->next < p->vips.n && p->send_ms <= now_ms)
		send_some(p);
}
