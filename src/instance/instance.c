/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance/private.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"
#include "instance/fail_open.h"
#include "net/nl.h"

/* How long the start waits for neighbours; on a quiet LAN ARP takes 1 ms. */
#define RESOLVE_MS 250

/*
 * Addresses of this host that share their bucket need rows: 2 for themselves,
 * and more where what was alone there has to move.
 */
#define SPARE_SERVICES 1024

#define WRITES_A_BREATH 256

static void __attribute__((format(printf, 2, 3)))
fail(struct instance *in, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(in->why, sizeof(in->why), format, args);
	va_end(args);
}

static int find_interface(struct instance *in, const struct instance *previous)
{
	const char *name = in->model->interface;
	int ifindex, err;

	if (previous && !previous->gone)
		ifindex = previous->link.ifindex;
	else
		ifindex = nl_link_index(name);
	if (ifindex < 0) {
		fail(in, "interface %s: %s", name,
		     ifindex == -ENODEV ? "does not exist"
					: strerror(-ifindex));
		return ifindex;
	}
	if (!if_indextoname((unsigned int)ifindex, in->name))
		snprintf(in->name, sizeof(in->name), "%s", name);
	err = instance_listen(in, ifindex);
	if (!err)
		err = nl_link(in->nl, &in->link);
	if (err) {
		fail(in, "asking the kernel about %s: %s", name,
		     strerror(-err));
		log_error("%s", in->why);
		return err;
	}
	err = instance_judge_link(in, in->why, sizeof(in->why));
	if (err) {
		log_error("%s", in->why);
		return err;
	}
	if (!in->link.up) {
		fail(in, "interface %s is down: 'ip link set %s up' first",
		     in->name, in->name);
		log_error("%s", in->why);
		return -ENETDOWN;
	}
	return 0;
}

int instance_can_open(const struct model *model)
{
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	memcpy(request.ifr_name, model->interface, sizeof(request.ifr_name));
	err = ioctl(fd, SIOCGIFFLAGS, &request) ? -errno : 0;
	close(fd);
	if (err)
		return err == -ENODEV ? 0 : err;
	return (request.ifr_flags & IFF_UP) != 0;
}

static struct plan_limits limits_of(const struct instance *in)
{
	return (struct plan_limits){
		.total_entries = in->total_entries,
		.own = in->own.address,
		.n_own = in->own.n,
	};
}

int instance_plan(const struct instance *in, const struct model *model,
		  struct plan **out, char *why, size_t why_size)
{
	struct plan_limits limits = limits_of(in);

	if (model->mode != MODE_HW && !in->total_entries)
		limits.spare_services = SPARE_SERVICES;
	return plan_build(model, &limits, out, why, why_size);
}

struct planning {
	struct instance *in;
	char *why;
	size_t why_size;
};

static int plan(void *arg)
{
	struct planning *p = arg;

	return instance_plan(p->in, p->in->model, &p->in->plan, p->why,
			     p->why_size);
}

static int make_plan(struct instance *in)
{
	char why[512];
	struct planning planning = { in, why, sizeof(why) };
	int err = breathe_during(plan, &planning);

	if (err == -ENOSPC)
		fail(in, "the configuration does not fit: %s", why);
	else if (err)
		fail(in, "planning the tables: %s", strerror(-err));
	if (err)
		log_error("%s", in->why);
	return err;
}

/* Who is unhealthy loses flows that stay and ids of his, too: not slots only.
 */
static bool is_of_slots(const struct plan_service *service, uint8_t why)
{
	return !(why & INSTANCE_UNHEALTHY) ||
	       (!service->sticky &&
		service->config->balance != LB_BALANCE_QUIC);
}

void instance_reweigh(struct instance *in, size_t service)
{
	in->rings_changed = in->ring_changed[service] = true;
}

void instance_hold(struct instance *in, uint32_t index, uint8_t why, bool on)
{
	const struct plan_service *service = plan_service_of(in->plan, index);
	const size_t at = (size_t)(service - in->plan->services);
	uint8_t held = on ? in->held[index] | why : in->held[index] & ~why;

	if (held == in->held[index])
		return;
	in->news += (held ^ in->held[index]) & INSTANCE_NEW ? 1 : 0;
	in->held[index] = held;
	if (fail_open_judge_one(in, at, index))
		why = INSTANCE_UNHEALTHY;
	if (is_of_slots(service, why))
		instance_reweigh(in, at);
	else
		in->changed = true;
}

void instance_set_serves(struct instance *in, uint32_t index, bool healthy)
{
	if (healthy)
		instance_hold(in, index, INSTANCE_UNHEALTHY | INSTANCE_NEW,
			      false);
	else
		instance_hold(in, index, INSTANCE_UNHEALTHY, true);
}

void instance_set_new(struct instance *in, uint32_t index)
{
	instance_hold(in, index, INSTANCE_UNHEALTHY | INSTANCE_NEW, true);
}

bool instance_is_new(const struct instance *in, uint32_t index)
{
	return in->held[index] & INSTANCE_NEW;
}

void instance_set_drain(struct instance *in, uint32_t index, bool drain)
{
	instance_hold(in, index, INSTANCE_DRAINED, drain);
}

static void drain_as_told(struct instance *in)
{
	for (uint32_t i = 1; i < in->plan->sizes.backends; i++) {
		instance_hold(in, i, INSTANCE_DRAINED,
			      plan_backend_of(in->plan, i)->drain);
		breathe();
	}
}

static int make_serves(struct instance *in)
{
	const uint32_t n = in->plan->sizes.backends;

	in->held = calloc(n, sizeof(*in->held));
	in->serves = calloc(n, sizeof(*in->serves));
	in->stays = calloc(n, sizeof(*in->stays));
	in->waits = calloc(n, sizeof(*in->waits));
	in->flows = calloc(n, sizeof(*in->flows));
	in->open = calloc(in->plan->n_services, sizeof(*in->open));
	in->ring_changed =
		calloc(in->plan->n_services, sizeof(*in->ring_changed));
	if (!in->open || !in->held || !in->serves || !in->stays || !in->waits ||
	    !in->flows || !in->ring_changed)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		in->serves[i] = in->stays[i] = true;
	drain_as_told(in);
	return 0;
}

/* The first end of a tunnel that needs an address of ours; NULL: none. */
static const struct addr *tunnel_end(const struct model *model, bool ipv6)
{
	const struct model_tunnel *tunnel = &model->tunnel;
	const struct model_prefix *spread =
		ipv6 ? &tunnel->spread6 : &tunnel->spread4;

	if (addr_is_set(ipv6 ? &tunnel->source6 : &tunnel->source4))
		return NULL;
	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		if (s->forward < LB_FORWARD_IPIP ||
		    (s->forward == LB_FORWARD_IPIP &&
		     addr_is_set(&spread->address)))
			continue;
		for (size_t k = 0; k < s->n_backends; k++)
			if (plan_family(&s->backends[k].address) == ipv6)
				return &s->backends[k].address;
	}
	return NULL;
}

/* Where the configuration leaves it to us, the address that the kernel takes.
 */
static void find_source(struct instance *in, struct addr *source, bool ipv6)
{
	const struct addr *end = tunnel_end(in->model, ipv6);
	struct addr found = { 0 };
	int err = end ? nl_source_address(in->nl, end, &found) : 0;

	if (!end)
		return;
	/* What was found before goes on. */
	if (nl_is_unanswered(err)) {
		in->sources_unknown = true;
		return;
	}
	if (err)
		memset(&found, 0, sizeof(found));
	/* Said once, not with every change of a route. */
	if (!addr_is_set(&found) && (addr_is_set(source) || !in->maps))
		log_warn("%s has no IPv%d address to send tunnels from: set "
			 "'tunnel' 'source' in the configuration",
			 in->model->interface, ipv6 ? 6 : 4);
	if (!addr_compare(&found, source))
		return;
	*source = found;
	in->changed = true;
}

void instance_find_sources(struct instance *in)
{
	in->sources_unknown = false;
	find_source(in, &in->source4, false);
	find_source(in, &in->source6, true);
}

/* So that the first packet already finds its backend. */
static void wait_for_neighbours(struct instance *in)
{
	double deadline = monotime_now() + RESOLVE_MS / 1e3;
	struct pollfd fd = { .fd = nl_fd(in->nl), .events = POLLIN };
	int left;

	while (!hops_complete(&in->hops)) {
		left = (int)((deadline - monotime_now()) * 1e3);
		if (left <= 0 || poll(&fd, 1, left) <= 0)
			return;
		nl_dispatch(in->nl);
	}
}

/* All that a program needs to run in the place of another one's. */
static void take_over(struct instance *in, const struct instance *previous)
{
	in->replace = true;
	in->only = previous->info.mode;
	in->tell_too_big = previous->tell_too_big;
	in->source4 = previous->source4;
	in->source6 = previous->source6;
	in->writes = previous->writes;
	in->write_errors = previous->write_errors;
	in->n_refused = previous->n_refused;
	memcpy(in->attempts, previous->attempts, sizeof(in->attempts));
	in->n_attempts = previous->n_attempts;
}

/* Another descriptor of it; 0: there is none.  0 or negative errno. */
static int keep_map(int fd, int *out)
{
	int copy = fd < 0 ? 0 : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	*out = copy < 0 ? 0 : copy;
	return copy < 0 ? -errno : 0;
}

int instance_keep_flows(struct instance *in, const struct places *places,
			int flows_fd)
{
	int err = places_keep(in->plan, places);

	if (err || !places->n_services)
		return err;
	return keep_map(flows_fd, &in->flows_fd);
}

void instance_keep_fragments(struct instance *in, int fd)
{
	int err = keep_map(fd, &in->fragments_fd);

	if (err)
		log_warn("%s: keeping what is known of fragments: %s", in->name,
			 strerror(-err));
}

/* What is not remembered there is not worth failing for. */
static void keep_flows(struct instance *in, const struct instance *previous)
{
	struct places places;
	int err;

	if (previous->maps)
		instance_keep_fragments(in, maps_fragments_fd(previous->maps));
	if (!previous->maps || places_of(previous->plan, &places))
		return;
	err = instance_keep_flows(in, &places, maps_flows_fd(previous->maps));
	if (err)
		log_warn("%s: flows of sticky services begin anew: %s",
			 in->name, strerror(-err));
	places_free(&places);
}

/* What it was told of the host is still so, as far as it has looked. */
static bool is_current(const struct instance *in)
{
	return in && !in->gone && !in->own_due && !in->own_changed &&
	       !in->events_lost && !in->routes_changed;
}

int instance_open(struct instance *in, const struct model *model,
		  const struct instance *previous, const uint32_t *from)
{
	const struct hops *hops =
		previous && !previous->gone ? &previous->hops : NULL;
	const bool current = is_current(previous);
	int err;

	memset(in, 0, sizeof(*in));
	in->model = model;
	err = find_interface(in, previous);
	if (!err)
		err = own_find_new(&in->own, in->nl, model,
				   current ? &previous->own : NULL, from);
	if (!err)
		err = make_plan(in);
	if (!err)
		err = make_serves(in);
	if (!err)
		err = hops_open(&in->hops, in->plan, in->nl, hops,
				current ? from : NULL);
	if (err) {
		instance_leave(in);
		return err;
	}
	if (previous) {
		take_over(in, previous);
		keep_flows(in, previous);
	}
	instance_find_sources(in);
	if (!hops)
		wait_for_neighbours(in);
	return 0;
}

static int count_and_apply(void *arg, const struct tables_op *op)
{
	struct instance *in = arg;

	in->writes++;
	in->made_room |= !op->value;
	return maps_apply(in->maps, op)
		       ?: in->writes % WRITES_A_BREATH ? 0
						       : breathe();
}

static struct tables_state state_of(const struct instance *in)
{
	return (struct tables_state){
		.backends = in->hops.hop,
		.serves = in->serves,
		.stays = in->stays,
		.waits = in->waits,
		.gateways = { in->hops.gateway[0], in->hops.gateway[1] },
		.source4 = in->source4,
		.source6 = in->source6,
		.link_mtu = in->link.mtu,
		.tell_too_big = in->tell_too_big,
	};
}

/* All of them are told in any case. */
static void forget_changes(struct instance *in)
{
	in->hops.changed = in->changed = in->rings_changed = false;
	memset(in->ring_changed, 0,
	       in->plan->n_services * sizeof(*in->ring_changed));
}

static int build(void *arg)
{
	struct instance *in = arg;
	const struct tables_state state = state_of(in);

	return in->tables
		       ? tables_rebuild(in->tables, in->plan, &state, &in->next)
		       : tables_build(in->plan, &state, &in->next);
}

/* Where we breathe, the instance is one that nobody knows yet. */
static int build_tables(struct instance *in)
{
	int err = breathe_during(build, in);

	if (!err)
		forget_changes(in);
	return err;
}

/* It is tried every second; that it fails is said once. */
static void note_result(struct instance *in, int err)
{
	if (err == -EINTR)
		return;
	if (err && !in->write_error)
		log_error("%s: writing the tables: %s; what is in force "
			  "stays, and it will be repeated",
			  in->model->interface, strerror(-err));
	else if (!err && in->write_error)
		log_info("%s: the tables are written, and up to date",
			 in->model->interface);
	in->write_error = err;
}

/* The frequent changes, which leave all the rest of the tables as it is. */
static int update_rings(struct instance *in)
{
	const struct tables_state state = state_of(in);
	int err = 0;

	for (size_t i = 0; !err && i < in->plan->n_services; i++) {
		if (!in->ring_changed[i])
			continue;
		err = tables_reweigh(in->tables, i, &state, count_and_apply,
				     in);
		in->ring_changed[i] = err;
	}
	in->rings_changed = err;
	return err;
}

/* A plan lives as long as tables of it do. */
static void drop_tables(struct instance *in, struct tables **tables)
{
	const struct plan *plan = *tables ? (*tables)->plan : NULL;

	tables_free(*tables);
	*tables = NULL;
	if (plan != in->plan)
		plan_free((struct plan *)plan);
}

static int update_all(struct instance *in)
{
	int err = in->next ? 0 : build_tables(in);

	if (!err)
		err = tables_diff(in->tables, in->next, count_and_apply, in);
	if (err)
		return err;
	drop_tables(in, &in->tables);
	in->tables = in->next;
	in->next = NULL;
	instance_note_refused(in);
	return 0;
}

static bool is_due(const struct instance *in)
{
	return in->next || in->hops.changed || in->changed || in->rings_changed;
}

bool instance_is_due(const struct instance *in)
{
	return !in->gone && (in->hops.news || is_due(in));
}

void instance_set_tell_too_big(struct instance *in, bool tell)
{
	in->changed |= in->tell_too_big != tell;
	in->tell_too_big = tell;
}

void instance_set_flows(struct instance *in, uint32_t index, uint32_t flows)
{
	in->flows[index] = flows;
}

void instance_set_all_flows(struct instance *in, uint32_t flows)
{
	in->n_flows = flows;
}

void instance_set_replace(struct instance *in, bool replace)
{
	in->replace = replace;
}

void instance_set_attached(struct instance *in, bool attached)
{
	in->attached = attached;
}

bool instance_link_changed(struct instance *in)
{
	const bool changed = in->link_changed;

	in->link_changed = false;
	return changed;
}

int instance_update(struct instance *in)
{
	int err = in->gone ? -ENODEV : maps_flush(in->maps);

	if (in->gone)
		return err;
	/* Who is there matters, and who serves; it asks for every backend. */
	if (instance_is_due(in))
		hops_settle(&in->hops, in->serves);
	while (!err && is_due(in)) {
		if (in->tables && !in->next && !in->hops.changed &&
		    !in->changed)
			err = update_rings(in);
		else
			err = update_all(in);
		if (!err)
			err = maps_flush(in->maps);
	}
	in->write_errors += err != 0;
	note_result(in, err);
	if (!err && in->xdp)
		instance_tell_refused(in, false);
	return err;
}

void instance_forget_maps(struct instance *in)
{
	maps_free(in->maps);
	in->maps = NULL;
	drop_tables(in, &in->tables);
	tables_free(in->next); /* of in->plan */
	in->next = NULL;
}

void instance_follow(struct instance *in, const struct model *model)
{
	in->model = model;
	plan_follow(in->plan, model);
	drain_as_told(in);
	in->changed = true;
}

/* What is kept by backend index. */
struct by_index {
	uint8_t *held;
	bool *serves, *stays, *waits;
	uint32_t *flows;
};

static void free_by_index(struct by_index *b)
{
	free(b->held);
	free(b->serves);
	free(b->stays);
	free(b->waits);
	free(b->flows);
}

/* Who is new serves until somebody says otherwise. */
static int move_by_index(const struct instance *in, uint32_t n,
			 const uint32_t *from, struct by_index *out)
{
	*out = (struct by_index){
		.held = calloc(n, sizeof(*out->held)),
		.serves = calloc(n, sizeof(*out->serves)),
		.stays = calloc(n, sizeof(*out->stays)),
		.waits = calloc(n, sizeof(*out->waits)),
		.flows = calloc(n, sizeof(*out->flows)),
	};
	if (!out->held || !out->serves || !out->stays || !out->waits ||
	    !out->flows) {
		free_by_index(out);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < n; i++) {
		out->held[i] = from[i] ? in->held[from[i]] : 0;
		out->serves[i] = out->stays[i] = true;
		out->flows[i] = from[i] ? in->flows[from[i]] : 0;
	}
	return 0;
}

/* What their places counted was somebody else's. */
static int clear_new(const struct instance *in, const struct plan *plan,
		     const uint32_t *from)
{
	int err = 0;

	for (uint32_t i = 1; !err && i < plan->sizes.backends; i++)
		if (!from[i])
			err = maps_clear_backend(in->maps, plan->places[i]);
	return err;
}

static int move_to(struct instance *in, struct plan *plan, const uint32_t *from)
{
	struct by_index next, old = {
		in->held, in->serves, in->stays, in->waits, in->flows,
	};
	int err = places_follow(plan, in->plan, from);

	if (!err)
		err = clear_new(in, plan, from);
	if (err)
		return err;
	err = move_by_index(in, plan->sizes.backends, from, &next);
	if (err)
		return err;
	err = hops_follow(&in->hops, plan, from);
	if (err) {
		free_by_index(&next);
		return err;
	}
	free_by_index(&old);
	in->held = next.held;
	in->serves = next.serves;
	in->stays = next.stays;
	in->waits = next.waits;
	in->flows = next.flows;
	in->plan = plan; /* that before is the tables' until they are gone */
	for (size_t i = 0; i < plan->n_services; i++)
		fail_open_judge(in, i);
	return 0;
}

int instance_move(struct instance *in, const struct model *model,
		  const uint32_t *from)
{
	const struct plan_limits limits = limits_of(in);
	struct plan *plan = NULL;
	char why[512];
	int err;

	if (in->next || !in->tables || in->tables->plan != in->plan)
		return -EBUSY;
	err = plan_build(model, &limits, &plan, why, sizeof(why));
	if (!err)
		err = move_to(in, plan, from);
	if (err) {
		plan_free(plan);
		return err;
	}
	in->model = model;
	drain_as_told(in);
	in->changed = true;
	return 0;
}

int instance_move_own(struct instance *in, const uint32_t *from)
{
	const struct own before = in->own;
	int err;

	in->own = in->own_next;
	err = instance_move(in, in->model, from);
	if (err) {
		in->own = before;
		return err;
	}
	in->own_next = before;
	own_free(&in->own_next);
	in->own_changed = false;
	return 0;
}

uint32_t instance_slots(const struct instance *in, uint32_t index)
{
	return in->tables->plan == in->plan ? in->tables->owned[index] : 0;
}

int instance_close(struct instance *in)
{
	int err = xdp_detach(in->xdp);

	/* Where that was known, it was said. */
	if (err == -ENOENT && in->attached)
		log_info("%s: our XDP program is not attached any more; what "
			 "is there now stays",
			 in->model->interface);
	else if (err && err != -ENOENT)
		log_error("%s: detaching the XDP program: %s; it may be "
			  "attached still, and balance: 'udplb detach %s' "
			  "tries again",
			  in->model->interface, strerror(-err),
			  in->model->interface);
	in->xdp = NULL;
	instance_leave(in);
	return err == -ENOENT ? 0 : err;
}

void instance_leave(struct instance *in)
{
	xdp_leave(in->xdp);
	instance_forget_maps(in);
	hops_close(&in->hops);
	nl_free(in->nl);
	own_free(&in->own);
	own_free(&in->own_next);
	plan_free(in->plan);
	free(in->held);
	free(in->serves);
	free(in->stays);
	free(in->waits);
	free(in->flows);
	free(in->open);
	free(in->ring_changed);
	if (in->flows_fd)
		close(in->flows_fd);
	if (in->fragments_fd)
		close(in->fragments_fd);
	in->xdp = NULL;
	in->nl = NULL;
	in->plan = NULL;
	in->held = NULL;
	in->serves = in->stays = in->waits = in->open = NULL;
	in->flows = NULL;
	in->ring_changed = NULL;
	in->flows_fd = in->fragments_fd = 0;
}
