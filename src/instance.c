/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "monotime.h"
#include "probe.h"

/* How long the start waits for neighbours; on a quiet LAN ARP takes 1 ms. */
#define RESOLVE_MS 250

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

static void on_link(void *arg, const struct snapshot_link *link)
{
	struct instance *in = arg;

	if (!link) {
		in->gone = true;
		return;
	}
	if (link->up != in->link.up || link->carrier != in->link.carrier)
		log_warn("%s is %s, carrier %s", in->model->interface,
			 link->up ? "up" : "down",
			 link->carrier ? "present" : "lost");
	in->link = *link;
	in->routes_changed = true;
}

static int find_interface(struct instance *in)
{
	const char *name = in->model->interface;
	const struct nl_handler handler = {
		.neighbour = on_neighbour,
		.routes_changed = on_routes,
		.link = on_link,
		.overrun = on_routes,
		.arg = in,
	};
	int ifindex = probe_interface(name);
	int err;

	if (ifindex < 0)
		return ifindex;
	err = nl_open(&in->nl, ifindex, &handler);
	if (!err)
		err = nl_link(in->nl, &in->link);
	if (err) {
		log_error("asking the kernel about %s: %s", name,
			  strerror(-err));
		return err;
	}
	if (!in->link.up) {
		log_error("interface %s is down: 'ip link set %s up' first",
			  name, name);
		return -ENETDOWN;
	}
	return 0;
}

static int make_plan(struct instance *in)
{
	const struct plan_limits no_limits = { 0 };
	char why[512];
	int err;

	err = plan_build(in->model, &no_limits, &in->plan, why, sizeof(why));
	if (err == -ENOSPC)
		log_error("the configuration does not fit: %s", why);
	else if (err)
		log_error("planning the tables: %s", strerror(-err));
	if (err)
		return err;
	in->serves = malloc(in->plan->sizes.backends * sizeof(*in->serves));
	if (!in->serves)
		return -ENOMEM;
	for (uint32_t i = 0; i < in->plan->sizes.backends; i++)
		in->serves[i] = true;
	return 0;
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

int instance_open(struct instance *in, const struct model *model)
{
	int err;

	memset(in, 0, sizeof(*in));
	in->model = model;
	err = find_interface(in);
	if (err)
		goto err;
	err = make_plan(in);
	if (err)
		goto err;
	err = hops_open(&in->hops, in->plan, in->nl);
	if (err)
		goto err;
	wait_for_neighbours(in);
	return 0;
err:
	instance_close(in);
	return err;
}

static int count_and_apply(void *arg, const struct tables_op *op)
{
	struct instance *in = arg;
	int err = maps_apply(in->maps, op);

	in->writes++;
	if (err)
		in->write_errors++;
	return err;
}

static int build_tables(struct instance *in)
{
	const struct tables_state state = {
		.backends = in->hops.hop,
		.serves = in->serves,
		.gateway = in->hops.hop[HOPS_GATEWAY],
	};

	in->hops.changed = false;
	if (in->tables)
		return tables_rebuild(in->tables, &state, &in->next);
	return tables_build(in->plan, &state, &in->next);
}

int instance_update(struct instance *in)
{
	int err = 0;

	while (!err && (in->next || in->hops.changed)) {
		if (!in->next)
			err = build_tables(in);
		if (!err)
			err = tables_diff(in->tables, in->next,
					  count_and_apply, in);
		if (!err)
			err = maps_flush(in->maps);
		if (err)
			break;
		tables_free(in->tables);
		in->tables = in->next;
		in->next = NULL;
	}
	if (err)
		log_error("%s: writing the tables: %s; will be repeated",
			  in->model->interface, strerror(-err));
	return err;
}

void instance_forget_maps(struct instance *in)
{
	maps_free(in->maps);
	tables_free(in->tables);
	tables_free(in->next);
	in->maps = NULL;
	in->tables = in->next = NULL;
}

int instance_netlink(struct instance *in)
{
	int err = nl_dispatch(in->nl);

	if (err)
		log_warn("netlink: %s", strerror(-err));
	if (in->gone) {
		log_error("interface %s was removed", in->model->interface);
		return -ENODEV;
	}
	if (in->routes_changed) {
		in->routes_changed = false;
		hops_resolve(&in->hops);
	}
	instance_update(in);
	return 0;
}

void instance_tick(struct instance *in)
{
	hops_probe(&in->hops);
	instance_update(in);
}

void instance_close(struct instance *in)
{
	int err = xdp_detach(in->xdp);

	if (err == -ENOENT)
		log_info("%s: our XDP program is not attached any more; what "
			 "is there now stays",
			 in->model->interface);
	else if (err)
		log_error("%s: detaching the XDP program: %s; 'udplb detach "
			  "%s' tries again",
			  in->model->interface, strerror(-err),
			  in->model->interface);
	in->xdp = NULL;
	instance_forget_maps(in);
	hops_close(&in->hops);
	nl_free(in->nl);
	plan_free(in->plan);
	free(in->serves);
	memset(in, 0, sizeof(*in));
}
