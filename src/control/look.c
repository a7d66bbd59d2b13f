/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is our program where it belongs, and does it know of what is around it?  Says
 * so once, and mends what it can.
 */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/monotime.h"
#include "model/match.h"

/* The same model in another instance; what fails waits before it is repeated.
 */
static bool open_again(struct control *c, const char *what)
{
	char why[CONTROL_WHY_SIZE];

	if (monotime_now() < c->repair_after)
		return false;
	c->repair_after = monotime_now() + CONTROL_REPAIR_SECONDS;
	if (control_swap(c, c->model, why, sizeof(why))) {
		log_error("%s: %s: %s; will be repeated", c->in->name, what,
			  why);
		return false;
	}
	c->repair_after = 0;
	return true;
}

static void repair(struct control *c)
{
	if (!open_again(c, "attaching again"))
		return;
	gather_events(c->gather)->repairs++;
	log_info("%s: attached again (program id %u)", c->in->name,
		 c->in->info.prog_id);
}

/* In the maps that are in force; nothing has changed where it fails. */
static int move_own(struct control *c)
{
	const size_t n = model_backends(c->model);
	uint32_t *from = calloc(n + 1, sizeof(*from));
	int err = from ? 0 : -ENOMEM;

	for (uint32_t i = 1; from && i <= n; i++)
		from[i] = i;
	if (!err)
		err = gather_prepare_move(c->gather, c->model, from);
	if (!err)
		err = instance_move_own(c->in, from);
	if (!err) {
		gather_follow_move(c->gather);
		c->hooks.followed(c->hooks.arg, from);
		instance_update(c->in);
	}
	free(from);
	return err;
}

/*
 * Answers to this host itself are told from those to clients by address.  Where
 * containers run, those change all the time: an instance that takes the place
 * of another one each time would be too much.
 */
static void follow_own(struct control *c)
{
	int err;

	instance_look_own(c->in);
	if (!c->in->own_changed)
		return;
	err = control_can_follow(c) ? move_own(c) : -ENOSPC;
	/* An update that failed half-way is repeated first. */
	if (!err || err == -EBUSY)
		return;
	if (open_again(c, "new tables for the addresses of this host"))
		log_info("%s: new maps, for the addresses of this host",
			 c->in->name);
}

static void tell_taken(const struct control *c, const char *name, uint32_t id)
{
	if (xdp_of_udplb(c->in->link.ifindex) == id)
		log_warn("%s: another udplb has taken over (program id %u); "
			 "this one has nothing to do any more",
			 c->in->name, id);
	else
		log_error("%s: another XDP program took the place of ours: "
			  "'%s', id %u; nothing is balanced until that one "
			  "is gone",
			  c->in->name, name, id);
}

static void look(struct control *c)
{
	char name[64] = "";
	uint32_t id = 0;
	enum xdp_state was = c->program;

	c->program = xdp_look(c->in->xdp, &id, name, sizeof(name));
	instance_set_attached(c->in, c->program == XDP_RUNS);
	if (c->program != was)
		c->repair_after = 0;
	if (c->program != was && c->program == XDP_MISSING)
		log_warn("%s: our XDP program (id %u) was detached, not by us",
			 c->in->name, c->in->info.prog_id);
	if (c->program != was && c->program == XDP_TAKEN)
		tell_taken(c, name, id);
	if (c->program == XDP_MISSING && c->in->link.up)
		repair(c);
}

void control_look_attached(struct control *c)
{
	char name[64];
	uint32_t id;

	instance_set_attached(
		c->in, !c->in->gone && xdp_look(c->in->xdp, &id, name,
						sizeof(name)) == XDP_RUNS);
}

void control_look_link(struct control *c)
{
	if (!instance_link_changed(c->in))
		return;
	if (!c->in->gone)
		look(c);
}

void control_look(struct control *c)
{
	if (!c->in->gone)
		look(c);
	else if (instance_can_open(c->model))
		repair(c);
	if (!c->in->gone)
		follow_own(c);
}
