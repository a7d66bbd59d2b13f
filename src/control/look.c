/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is our program where it belongs, and does it know of what is around it?  Says
 * so once, and mends what it can.
 */
#include "control/private.h"

#include "base/log.h"
#include "base/monotime.h"

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

/* Answers to this host itself are told from those to clients by address. */
static void follow_own(struct control *c)
{
	if (open_again(c, "new tables for the addresses of this host"))
		log_info("%s: the tables follow the addresses of this host",
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
	if (c->in->own_changed && !c->in->gone)
		follow_own(c);
}
