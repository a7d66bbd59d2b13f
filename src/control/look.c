/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is our program where it belongs, and does it know of what is around it?  Says
 * so once, and mends what it can.
 */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "base/fds.h"
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

	/* It asks the kernel for the way to every backend. */
	breathe_begin();
	instance_look_own(c->in);
	breathe_end();
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

static void note_taken(struct control *c, const struct xdp_view *by)
{
	c->replaced = by->udplb;
	if (by->udplb) {
		log_info("%s: another udplb has taken over (program id %u): "
			 "this one has nothing to do any more, and ends",
			 c->in->name, by->id);
		c->hooks.replaced(c->hooks.arg);
		return;
	}
	log_error("%s: another XDP program took the place of ours: '%s', id "
		  "%u; nothing is balanced until that one is gone",
		  c->in->name, by->name, by->id);
}

/* What is known stays, until the kernel says something else. */
static void note_unanswered(struct control *c, int err)
{
	/* Events will say more of an interface that goes. */
	if (err && !c->unanswered && err != -ENODEV)
		log_warn("%s: whether our XDP program is attached cannot be "
			 "asked: %s; as far as is known it %s; will be "
			 "repeated",
			 c->in->name, strerror(-err),
			 c->program == XDP_RUNS ? "is" : "is not");
	else if (!err && c->unanswered)
		log_info("%s: the kernel tells again what is attached",
			 c->in->name);
	c->unanswered = err && err != -ENODEV;
}

static void look(struct control *c)
{
	struct xdp_view view;
	enum xdp_state was = c->program;
	int err = xdp_look(c->in->xdp, &view);

	note_unanswered(c, err);
	if (err)
		return;
	c->program = view.state;
	instance_set_attached(c->in, c->program == XDP_RUNS);
	if (c->program != was)
		c->repair_after = 0;
	if (c->program != was && c->program == XDP_MISSING)
		log_warn("%s: our XDP program (id %u) was detached, not by us",
			 c->in->name, c->in->info.prog_id);
	if (c->program == XDP_TAKEN &&
	    (c->program != was || (view.udplb && !c->replaced)))
		note_taken(c, &view);
	if (c->program == XDP_MISSING && c->in->link.up)
		repair(c);
}

void control_look_attached(struct control *c)
{
	struct xdp_view view = { .state = XDP_MISSING };

	fds_lend();
	if (!c->in->gone)
		xdp_look(c->in->xdp, &view);
	fds_keep();
	instance_set_attached(c->in, view.state == XDP_RUNS);
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
	else if (instance_can_open(c->model) > 0)
		repair(c);
	if (!c->in->gone)
		follow_own(c);
}
