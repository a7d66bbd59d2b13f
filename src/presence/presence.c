/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A round sends one frame for each VIP that is to be announced.  Rounds begin
 * at the start, when the link comes back or gets another MAC address, and every
 * so often; one that begins while another is under way takes its place.  The
 * frames of a round are paced, across rounds too: a link that flaps must not
 * make us flood it.
 *
 * The socket sends only (no protocol, so nothing is received), and what it
 * sends has no VLAN tag.
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
#include "presence/vips.h"

#define FRAMES_AT_ONCE	 50
#define PAUSE_MS	 50 /* so at most 1,000 frames a second */
#define LOOK_AGAIN_MS	 1000
#define LOOPBACK_IFINDEX 1

struct presence {
	const struct model *model;
	int ifindex;
	struct nl *nl;
	int socket; /* -1: nothing is announced */
	struct presence_vips vips;
	struct nl_link_state link;
	size_t next;	   /* VIP of the round; vips.n: over */
	uint64_t send_ms;  /* not before, whatever round it is */
	uint64_t round_ms; /* the next one begins */
	uint64_t look_ms;  /* for lost addresses; may be NEVER */
	uint64_t looked_ms;
	uint64_t now_ms; /* for handlers */
	bool complained; /* of a frame that could not be sent */
};

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
	if (p->model->presence.assign == PRESENCE_NOWHERE)
		return;
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

int presence_open(struct presence **out, const struct model *model, int ifindex,
		  uint64_t now_ms)
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
	if (wanted->assign != PRESENCE_NOWHERE)
		presence_vips_assign(&p->vips, p->nl, assign_ifindex(p));
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
	const uint64_t frames = frames_due(p);

	return frames < p->look_ms ? frames : p->look_ms;
}

static void begin_round(struct presence *p)
{
	const uint32_t interval_ms = p->model->presence.interval_ms;

	presence_vips_choose(&p->vips, p->model->presence.announce, p->ifindex);
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

static void send_some(struct presence *p)
{
	unsigned int sent = 0;

	for (; p->next < p->vips.n && sent < FRAMES_AT_ONCE; p->next++)
		if (p->vips.vip[p->next].announced) {
			send_one(p, &p->vips.vip[p->next].address);
			sent++;
		}
	p->send_ms = p->now_ms + PAUSE_MS;
}

void presence_run(struct presence *p, uint64_t now_ms)
{
	p->now_ms = now_ms;
	if (p->look_ms <= now_ms) {
		p->look_ms = PRESENCE_NEVER;
		p->looked_ms = now_ms;
		presence_vips_assign(&p->vips, p->nl, assign_ifindex(p));
	}
	if (p->socket < 0 || !is_live(&p->link))
		return;
	if (p->round_ms <= now_ms)
		begin_round(p);
	if (p->next < p->vips.n && p->send_ms <= now_ms)
		send_some(p);
}
