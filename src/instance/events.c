/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel tells of the interface, and what follows from it. */
#include "instance/private.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "base/log.h"
#include "base/monotime.h"

/* A storm of events is one, as long as no pause in it is longer. */
#define OVERRUN_SECONDS 10

static void on_neighbour(void *arg, const struct addr *addr, const uint8_t *mac)
{
	struct instance *in = arg;

	hops_neighbour(&in->hops, addr, mac);
}

static void on_routes(void *arg)
{
	struct instance *in = arg;

	in->routes_changed = true;
}

static void on_overrun(void *arg)
{
	struct instance *in = arg;

	in->events_lost = true;
}

/* We know it by its index, and do not mind; a restart would. */
static void note_name(struct instance *in)
{
	char name[IF_NAMESIZE];

	if (!if_indextoname((unsigned int)in->link.ifindex, name) ||
	    !strcmp(name, in->name))
		return;
	log_warn("interface %s is now called %s: balancing goes on, but to "
		 "start again, 'interface' in the configuration has to follow",
		 in->name, name);
	memcpy(in->name, name, sizeof(in->name));
}

static void on_links(void *arg)
{
	struct instance *in = arg;

	in->macs_due = true;
}

/*
 * IPv4 routes that go or come back with the link are told of by nothing else.
 * An XDP program that was attached is told of as well, and changes none.
 */
static bool may_route_otherwise(const struct nl_link_state *a,
				const struct nl_link_state *b)
{
	return a->up != b->up || a->carrier != b->carrier || a->mtu != b->mtu ||
	       a->master != b->master || memcmp(a->mac, b->mac, MAC_LEN) != 0;
}

static void on_link(void *arg, const struct nl_link_state *link)
{
	struct instance *in = arg;

	in->link_changed = true;
	if (!link) {
		in->gone = true;
		log_error("interface %s was removed; waiting for it to come "
			  "back",
			  in->name);
		return;
	}
	note_name(in);
	if (link->up != in->link.up || link->carrier != in->link.carrier)
		log_warn("%s is %s, carrier %s", in->name,
			 link->up ? "up" : "down",
			 link->carrier ? "present" : "lost");
	if (link->mtu != in->link.mtu) {
		log_info("%s: the MTU is %u now, was %u", in->name, link->mtu,
			 in->link.mtu);
		in->changed = true;
	}
	in->routes_changed |= may_route_otherwise(&in->link, link);
	in->link = *link;
}

int instance_listen(struct instance *in, int ifindex)
{
	const struct nl_handler handler = {
		.neighbour = on_neighbour,
		.routes_changed = on_routes,
		.link = on_link,
		.links_changed = on_links,
		.overrun = on_overrun,
		.arg = in,
	};

	return nl_open(&in->nl, ifindex, &handler);
}

/* Whatever may have been in the events that were lost. */
static void catch_up(struct instance *in)
{
	struct nl_link_state link;
	int err = nl_link(in->nl, &link);
	double now = monotime_now();

	if (now >= in->overrun_after)
		log_warn("%s: events were lost, as the kernel had more of them "
			 "than it keeps: link, routes and neighbours are read "
			 "again",
			 in->name);
	in->overrun_after = now + OVERRUN_SECONDS;
	/* instance_tick() asks again. */
	in->events_lost = err && err != -ENODEV;
	in->routes_changed = in->macs_due = true;
	if (err == -ENODEV)
		on_link(in, NULL);
	else if (!err)
		on_link(in, &link);
}

void instance_look_own(struct instance *in)
{
	struct own own;

	if (!in->own_due)
		return;
	/* It breathes, so there may be news of them meanwhile. */
	in->own_due = false;
	if (own_find(&own, in->nl, in->model)) {
		in->own_due = true;
		return;
	}
	own_free(&in->own_next);
	in->own_next = own;
	in->own_changed = !own_same(&own, &in->own);
}

static void follow_events(struct instance *in)
{
	if (in->events_lost)
		catch_up(in);
	if (in->gone)
		return;
	if (in->routes_changed) {
		in->routes_changed = false;
		hops_resolve(&in->hops);
		instance_find_sources(in);
		in->own_due = true;
	}
	instance_follow_macs(in);
}

void instance_netlink(struct instance *in)
{
	int err = nl_dispatch(in->nl);

	if (err)
		log_warn("netlink: %s", strerror(-err));
	follow_events(in);
}

void instance_tick(struct instance *in)
{
	if (in->gone)
		return;
	if (in->events_lost)
		follow_events(in);
	if (in->gone)
		return;
	if (in->hops.unanswered)
		hops_resolve(&in->hops);
	if (in->sources_unknown)
		instance_find_sources(in);
	hops_probe(&in->hops);
	in->changed |= instance_retries_refused(in);
	instance_follow_macs(in);
	instance_update(in);
}
