/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel resolves, we follow.  Left alone, it would keep a silent
 * neighbour's entry for half a minute and more, since no packet of its own
 * makes it doubt (the data path sends past it).  So we make it doubt: every
 * second each neighbour is asked again, by unicast ARP or neighbour
 * solicitation, and the kernel tells when no answer came.
 *
 * There are neighbours that answer broadcasts only (proxies, wireless bridges,
 * odd firewalls; what net.ipv4.neigh.*.mcast_resolicit is for).  So one that
 * did not answer is asked once more as if it were new, by broadcast or
 * multicast, and believed to be gone when it does not answer that either, or
 * not within DOUBT_SECONDS.
 */
#include "instance/hops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"

/* Rounded up to the next tick. */
#define DOUBT_SECONDS 0.5

/* What is followed: the backends from 1 on, and behind them the gateways. */
static uint32_t end(const struct hops *hops)
{
	return hops->n + PLAN_FAMILIES;
}

static bool is_gateway(const struct hops *hops, uint32_t index)
{
	return index >= hops->n;
}

static bool is_followed(const struct hops *hops, uint32_t index)
{
	if (is_gateway(hops, index))
		return hops->plan->replies[index - hops->n];
	return !plan_backend_of(hops->plan, index)->has_mac;
}

static struct tables_hop *hop_of(struct hops *hops, uint32_t index)
{
	return is_gateway(hops, index) ? &hops->gateway[index - hops->n]
				       : &hops->hop[index];
}

/* "Backend 192.0.2.1:53" or "Gateway 192.0.2.254". */
static const char *describe(const struct hops *hops, uint32_t index)
{
	static char text[ENDPOINT_STRLEN + sizeof("Backend ")];
	const struct model_backend *backend;
	char addr[ENDPOINT_STRLEN];

	if (is_gateway(hops, index)) {
		snprintf(text, sizeof(text), "Gateway %s",
			 addr_format(&hops->via[index], addr));
		return text;
	}
	backend = plan_backend_of(hops->plan, index);
	if (backend->port)
		addr_format_endpoint(&backend->address, backend->port, addr);
	else
		addr_format(&backend->address, addr);
	snprintf(text, sizeof(text), "Backend %s", addr);
	return text;
}

static void set_mac(struct hops *hops, uint32_t index, const uint8_t *mac,
		    bool quiet)
{
	struct tables_hop *hop = hop_of(hops, index);
	char text[MAC_STRLEN];

	if (hop->known && !memcmp(hop->mac, mac, MAC_LEN))
		return;
	hop->known = true;
	memcpy(hop->mac, mac, MAC_LEN);
	hops->changed = true;
	if (!quiet)
		log_info("%s via mac %s", describe(hops, index),
			 mac_format(mac, text));
}

static void set_unknown(struct hops *hops, uint32_t index)
{
	struct tables_hop *hop = hop_of(hops, index);
	char addr[ADDR_STRLEN];

	if (!hop->known)
		return;
	memset(hop, 0, sizeof(*hop));
	hops->changed = true;
	if (hops->route[index].n)
		log_warn("%s does not serve: neighbour %s does not answer",
			 describe(hops, index),
			 addr_format(&hops->via[index], addr));
}

/*
 * dsr changes no address, so what is for this host and its VIP can be left to
 * its own stack; all else would leave by the interface and not come back.
 */
static bool is_here(const struct hops *hops, uint32_t index)
{
	const struct addr *vip =
		&plan_service_of(hops->plan, index)->config->address;

	return plan_service_of(hops->plan, index)->config->forward ==
		       LB_FORWARD_DSR &&
	       nl_check_not_local(
		       hops->nl,
		       &plan_backend_of(hops->plan, index)->address) ==
		       -EADDRINUSE &&
	       nl_check_not_local(hops->nl, vip) == -EADDRINUSE;
}

static void set_here(struct hops *hops, uint32_t index, bool here)
{
	struct tables_hop *hop = hop_of(hops, index);

	if (hop->here == here)
		return;
	*hop = (struct tables_hop){ .known = here, .here = here };
	hops->changed = true;
	if (here)
		log_info("%s is this host: what it gets is left to its own "
			 "stack",
			 describe(hops, index));
}

static struct neighbour *neighbour_at(const struct hops *hops, uint32_t index,
				      uint32_t k)
{
	return &hops->neighbours.list[hops->route[index].at[k]];
}

/* The one in use as long as it lives, else the first that does, or NULL. */
static const struct neighbour *find_living(const struct hops *hops,
					   uint32_t index)
{
	const struct neighbour *found = NULL, *other;

	for (uint32_t k = 0; k < hops->route[index].n; k++) {
		other = neighbour_at(hops, index, k);
		if (!other->known)
			continue;
		if (!addr_compare(&other->addr, &hops->via[index]))
			return other;
		if (!found)
			found = other;
	}
	return found;
}

/* The last MAC address, of the hop itself or of a router that it may have. */
static const uint8_t *find_last(struct hops *hops, uint32_t index)
{
	const struct tables_hop *hop = hop_of(hops, index);

	if (hop->known)
		return hop->mac;
	for (uint32_t k = 0; k < hops->route[index].n; k++)
		if (neighbour_at(hops, index, k)->seen)
			return neighbour_at(hops, index, k)->mac;
	return NULL;
}

static void keep_last(struct hops *hops, uint32_t index, const uint8_t *mac,
		      bool quiet)
{
	char addr[ADDR_STRLEN], text[MAC_STRLEN];

	set_mac(hops, index, mac, true);
	if (!hops->kept[index] && !quiet)
		log_warn("%s: neighbour %s does not answer; nothing could take "
			 "its place, so its last mac %s stays in use",
			 describe(hops, index),
			 addr_format(&hops->via[index], addr),
			 mac_format(mac, text));
	hops->kept[index] = true;
}

/* True: a neighbour that lives is in use. */
static bool use_living(struct hops *hops, uint32_t index, bool quiet)
{
	const struct neighbour *found = find_living(hops, index);
	char text[MAC_STRLEN];

	if (!found)
		return false;
	hops->via[index] = found->addr;
	if (hops->kept[index] && !quiet &&
	    !memcmp(hop_of(hops, index)->mac, found->mac, MAC_LEN))
		log_info("%s answers again, via mac %s", describe(hops, index),
			 mac_format(found->mac, text));
	hops->kept[index] = false;
	set_mac(hops, index, found->mac, quiet);
	return true;
}

/* Nobody that is silent is a router whose place nothing could take. */
static void use_none(struct hops *hops, uint32_t index, bool alone, bool quiet)
{
	const struct hops_route *route = &hops->route[index];
	const uint8_t *mac = NULL;

	if (route->n && alone &&
	    (is_gateway(hops, index) ||
	     addr_compare(&neighbour_at(hops, index, 0)->addr,
			  &plan_backend_of(hops->plan, index)->address) != 0))
		mac = find_last(hops, index);
	if (mac) {
		keep_last(hops, index, mac, quiet);
		return;
	}
	hops->kept[index] = false;
	set_unknown(hops, index);
}

static void settle_service(struct hops *hops, size_t service,
			   const bool *serves, bool quiet)
{
	const uint32_t first = hops->plan->services[service].first_backend;
	const uint32_t last = first + plan_n_backends(hops->plan, service);
	bool reached, alone = true;

	for (uint32_t i = first; i < last; i++) {
		reached = !is_followed(hops, i) || hops->hop[i].here ||
			  use_living(hops, i, quiet);
		if (reached && (!serves || serves[i]))
			alone = false;
	}
	for (uint32_t i = first; i < last; i++)
		if (is_followed(hops, i) && !hops->hop[i].here &&
		    !find_living(hops, i))
			use_none(hops, i, alone, quiet);
}

static void settle(struct hops *hops, const bool *serves, bool quiet)
{
	for (size_t i = 0; i < hops->plan->n_services; i++) {
		settle_service(hops, i, serves, quiet);
		breathe();
	}
	for (uint32_t i = hops->n; i < end(hops); i++)
		if (is_followed(hops, i) && !use_living(hops, i, quiet))
			use_none(hops, i, true, quiet);
}

void hops_settle(struct hops *hops, const bool *serves)
{
	settle(hops, serves, false);
	hops->news = false;
	hops->settled++;
}

static int find_neighbours(const struct hops *hops, uint32_t index,
			   struct nl_hops *out)
{
	const struct model *model = hops->plan->model;
	const sa_family_t families[] = { AF_INET, AF_INET6 };
	const struct addr *gateways[] = { &model->gateway, &model->gateway6 };
	uint32_t family = index - hops->n;

	if (!is_gateway(hops, index))
		return nl_next_hops(
			hops->nl, &plan_backend_of(hops->plan, index)->address,
			out);
	if (addr_is_set(gateways[family]))
		return nl_next_hops(hops->nl, gateways[family], out);
	return nl_default_gateways(hops->nl, families[family],
				   plan_reply_source(model, family), out);
}

static void warn_unreachable(const struct hops *hops, uint32_t index, int err)
{
	const char *interface = hops->plan->model->interface;
	const bool ipv6 = index > hops->n;

	if (is_gateway(hops, index))
		log_warn("no gateway for IPv%d replies: no default route "
			 "through %s; set 'gateway%s' in the configuration",
			 ipv6 ? 6 : 4, interface, ipv6 ? "6" : "");
	else if (err == -EADDRNOTAVAIL)
		log_warn("%s does not serve: it is this host's own or a "
			 "broadcast address, which nothing can be sent to; "
			 "this host can only serve itself by 'forward: dsr', "
			 "and while the VIP is an address of it",
			 describe(hops, index));
	else
		log_warn("%s does not serve: no route to it through %s",
			 describe(hops, index), interface);
}

/* What is being left: the hops before, and how long their neighbours lived. */
struct past {
	/* Not a copy: it may be followed meanwhile. */
	const struct neighbours *neighbours; /* or NULL */
	struct hops_route *route;	     /* NULL: by another index */
	bool is_start;
	bool tell_gateways;
};

/* A neighbour of the route; known from before, or asked for at once. */
static void add_neighbour(struct hops *hops, uint32_t index,
			  const struct addr *addr, const struct past *past)
{
	struct hops_route *route = &hops->route[index];
	const uint32_t n = hops->neighbours.n;
	const uint32_t at = neighbours_add(&hops->neighbours, addr);
	const struct neighbour *before;

	if (at == NEIGHBOURS_NONE)
		return;
	route->at[route->n++] = at;
	if (at < n)
		return;
	before = past->neighbours ? neighbours_find(past->neighbours, addr)
				  : NULL;
	if (before)
		hops->neighbours.list[at] = *before;
	if (!before || !before->known)
		nl_probe(hops->nl, addr);
}

static void set_route(struct hops *hops, uint32_t index,
		      const struct nl_hops *found, const struct past *past)
{
	struct hops_route *route = &hops->route[index];
	bool has_via = false;

	*route = (struct hops_route){
		.at = calloc(found->n + 1, sizeof(*route->at)),
	};
	for (size_t i = 0; route->at && i < found->n; i++) {
		add_neighbour(hops, index, &found->hop[i], past);
		has_via |= !addr_compare(&hops->via[index], &found->hop[i]);
	}
	if (!has_via)
		hops->via[index] =
			route->n ? found->hop[0] : (struct addr){ 0 };
}

/* Another set of neighbours may have them at other places. */
static void read_route(const struct hops_route *route,
		       const struct neighbours *neighbours, struct nl_hops *out)
{
	out->n = route->n;
	for (uint32_t k = 0; k < route->n; k++)
		out->hop[k] = neighbours->list[route->at[k]].addr;
}

/* One route: what it names now, or named before if that cannot be asked. */
static void resolve(struct hops *hops, uint32_t index, const struct past *past)
{
	const bool had_route = past->route && past->route[index].n;
	struct nl_hops found = { .n = 0 };
	int err = find_neighbours(hops, index, &found);
	bool was_here = false, here = false;

	if (err)
		found.n = 0;
	if (nl_is_unanswered(err)) {
		hops->unanswered = err;
		if (past->route)
			read_route(&past->route[index], past->neighbours,
				   &found);
		set_route(hops, index, &found, past);
		return;
	}
	if (!is_gateway(hops, index)) {
		was_here = hops->hop[index].here;
		here = err == -EADDRNOTAVAIL && is_here(hops, index);
		set_here(hops, index, here);
	}
	if (err && !here && (past->is_start || had_route || was_here) &&
	    (past->tell_gateways || !is_gateway(hops, index)))
		warn_unreachable(hops, index, err);
	set_route(hops, index, &found, past);
}

static void free_routes(struct hops_route *route, uint32_t n)
{
	for (uint32_t i = 0; route && i < n; i++)
		free(route[i].at);
	free(route);
}

void hops_resolve(struct hops *hops)
{
	struct hops_route *route = calloc(end(hops), sizeof(*route));
	struct neighbours neighbours = hops->neighbours;
	struct past past = {
		.neighbours = &neighbours,
		.route = hops->route,
		.tell_gateways = true,
	};

	/* What is known is better than nothing. */
	if (!route)
		return;
	hops->route = route;
	hops->news = true;
	hops->unanswered = 0;
	hops->neighbours = (struct neighbours){ .n = 0 };
	for (uint32_t i = 1; i < end(hops); i++)
		if (is_followed(hops, i))
			resolve(hops, i, &past);
	nl_neighbours(hops->nl);
	free_routes(past.route, end(hops));
	neighbours_close(&neighbours);
}

/* Where the user gave the MAC. */
static void set_fixed(struct hops *hops, uint32_t index, bool quiet)
{
	const struct model_backend *backend =
		plan_backend_of(hops->plan, index);

	if (backend->has_mac)
		set_mac(hops, index, backend->mac, quiet);
}

static int make(struct hops *hops, const struct plan *plan, struct nl *nl)
{
	const uint32_t n = plan->sizes.backends;

	*hops = (struct hops){
		.plan = plan,
		.nl = nl,
		.n = n,
		.hop = calloc(n, sizeof(*hops->hop)),
		.via = calloc(n + PLAN_FAMILIES, sizeof(*hops->via)),
		.kept = calloc(n + PLAN_FAMILIES, sizeof(*hops->kept)),
		.route = calloc(n + PLAN_FAMILIES, sizeof(*hops->route)),
		.news = true,
	};
	if (hops->hop && hops->via && hops->kept && hops->route)
		return 0;
	hops_close(hops);
	return -ENOMEM;
}

/* As it was, under another number. */
static void keep(struct hops *hops, uint32_t index, const struct hops *old,
		 uint32_t from)
{
	const struct past past = { .neighbours = &old->neighbours };
	struct nl_hops found;

	read_route(&old->route[from], &old->neighbours, &found);
	*hop_of(hops, index) = is_gateway(old, from)
				       ? old->gateway[from - old->n]
				       : old->hop[from];
	hops->via[index] = old->via[from];
	hops->kept[index] = old->kept[from];
	set_route(hops, index, &found, &past);
}

/* The same backend was followed there, so it has a route, or none. */
static bool is_known(const struct hops *old, const uint32_t *from,
		     uint32_t index)
{
	return old && from && from[index] && is_followed(old, from[index]);
}

static void open_one(struct hops *hops, uint32_t index,
		     const struct hops *previous, const uint32_t *from,
		     const struct past *past)
{
	if (!is_followed(hops, index)) {
		if (!is_gateway(hops, index))
			set_fixed(hops, index, previous);
		return;
	}
	if (!is_gateway(hops, index) && is_known(previous, from, index))
		keep(hops, index, previous, from[index]);
	else
		resolve(hops, index, past);
}

int hops_open(struct hops *hops, const struct plan *plan, struct nl *nl,
	      const struct hops *previous, const uint32_t *from)
{
	struct past past = { .is_start = true, .tell_gateways = !previous };
	int err = make(hops, plan, nl);

	if (err)
		return err;
	if (previous)
		past.neighbours = &previous->neighbours;
	for (size_t i = 0; previous && i < PLAN_FAMILIES; i++)
		if (plan->replies[i])
			hops->gateway[i] = previous->gateway[i];
	for (uint32_t i = 1; i < end(hops); i++) {
		open_one(hops, i, previous, from, &past);
		breathe();
	}
	/* What is known serves better than what is not. */
	if (previous && hops->unanswered)
		return hops->unanswered;
	if (previous) {
		hops->unanswered = previous->unanswered;
		settle(hops, NULL, true);
	}
	nl_neighbours(nl);
	return 0;
}

int hops_follow(struct hops *hops, const struct plan *plan,
		const uint32_t *from)
{
	const struct past past = { .neighbours = &hops->neighbours,
				   .is_start = true };
	struct hops next;
	bool asked = false;
	int err = make(&next, plan, hops->nl);

	if (err)
		return err;
	for (uint32_t i = 1; i < end(&next); i++) {
		if (is_gateway(&next, i)) {
			keep(&next, i, hops, hops->n + i - next.n);
		} else if (from[i]) {
			keep(&next, i, hops, from[i]);
		} else if (is_followed(&next, i)) {
			resolve(&next, i, &past);
			asked = true;
		} else {
			set_fixed(&next, i, false);
		}
	}
	next.changed = true;
	if (hops->unanswered)
		next.unanswered = hops->unanswered;
	hops_close(hops);
	*hops = next;
	if (asked)
		nl_neighbours(hops->nl);
	return 0;
}

void hops_close(struct hops *hops)
{
	free_routes(hops->route, hops->route ? end(hops) : 0);
	neighbours_close(&hops->neighbours);
	free(hops->via);
	free(hops->hop);
	free(hops->kept);
	hops->route = NULL;
	hops->via = NULL;
	hops->hop = NULL;
	hops->kept = NULL;
}

static void believe_gone(struct hops *hops, struct neighbour *neighbour)
{
	hops->news = true;
	neighbour->known = false;
	neighbour->doubted = 0;
}

static void ask_again(struct hops *hops, struct neighbour *neighbour)
{
	int err = nl_probe(hops->nl, &neighbour->addr);

	/* Where that could not be asked, it is again in a second. */
	neighbour->asked = !nl_is_unanswered(err);
	neighbour->doubted = monotime_now();
	if (err && neighbour->asked)
		believe_gone(hops, neighbour);
}

/*
 * An entry that was removed is not put back at once, or "ip neigh flush" would
 * go round in circles.  That an entry failed and was removed may be told twice,
 * and late: what counts is how it stands now.
 */
static void doubt(struct hops *hops, struct neighbour *neighbour)
{
	enum nl_resolution now;

	if (!neighbour->known)
		return;
	now = nl_resolution(hops->nl, &neighbour->addr);
	if (!neighbour->doubted) {
		neighbour->doubted = monotime_now();
		neighbour->asked = false;
	}
	if (!neighbour->asked && now != NL_ABSENT)
		ask_again(hops, neighbour);
	else if (neighbour->asked && now == NL_FAILED)
		believe_gone(hops, neighbour);
}

static void look_again(struct hops *hops, struct neighbour *neighbour)
{
	if (!neighbour->doubted)
		return;
	if (!neighbour->asked)
		ask_again(hops, neighbour);
	else if (monotime_now() - neighbour->doubted >= DOUBT_SECONDS)
		believe_gone(hops, neighbour);
}

void hops_neighbour(struct hops *hops, const struct addr *addr,
		    const uint8_t *mac)
{
	struct neighbour *neighbour = neighbours_find(&hops->neighbours, addr);

	if (!neighbour)
		return;
	if (!mac) {
		doubt(hops, neighbour);
		return;
	}
	/* That it still is where it was, each of them says once a second. */
	hops->news |=
		!neighbour->known || memcmp(neighbour->mac, mac, MAC_LEN) != 0;
	memcpy(neighbour->mac, mac, MAC_LEN);
	neighbour->seen = neighbour->known = true;
	neighbour->doubted = 0;
}

void hops_probe(struct hops *hops)
{
	struct neighbours *all = &hops->neighbours;
	uint32_t probes = all->n;

	for (uint32_t i = 0; i < all->n; i++)
		look_again(hops, &all->list[i]);
	if (probes > HOPS_PROBES_PER_SECOND)
		probes = HOPS_PROBES_PER_SECOND;
	while (probes--) {
		if (hops->next_probe >= all->n)
			hops->next_probe = 0;
		nl_probe(hops->nl, &all->list[hops->next_probe++].addr);
	}
}

bool hops_complete(const struct hops *hops)
{
	for (uint32_t i = 1; i < end(hops); i++)
		if (hops->route[i].n && !find_living(hops, i))
			return false;
	return true;
}

bool hops_gateway_answers(const struct hops *hops, size_t family)
{
	return hops->gateway[family].known && !hops->kept[hops->n + family];
}
