/* SPDX-License-Identifier: GPL-2.0-only */
/* One instance follows another, without a gap. */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "base/fds.h"
#include "instance/attach.h"
#include "model/copy.h"
#include "model/match.h"

struct pair {
	const struct model *from, *to;
	uint32_t *number;
};

static int match(void *arg)
{
	const struct pair *pair = arg;

	return model_match(pair->from, pair->to, pair->number);
}

uint32_t *control_match(const struct control *c, const struct model *model)
{
	struct pair pair = {
		c->model,
		model,
		calloc(model_backends(model) + 1, sizeof(*pair.number)),
	};
	int err;

	if (!pair.number)
		return NULL;
	breathe_begin();
	err = breathe_during(match, &pair);
	breathe_end();
	if (!err)
		return pair.number;
	free(pair.number);
	return NULL;
}

/* Everything that can fail; nothing is taken over yet. */
static int open_next(struct control *c, const struct model *model,
		     const uint32_t *from, struct instance *in)
{
	int err;

	/* What it knows is taken over, so it has to know everything. */
	if (!c->in->gone)
		instance_netlink(c->in);
	err = instance_open(in, model, c->in, from);
	if (err)
		return err;
	c->hooks.opened(c->hooks.arg, in, from);
	err = gather_prepare(c->gather, in);
	return err ? err : attach_instance(in);
}

struct old {
	struct instance *in;
	struct model *model; /* or NULL */
};

/* Nobody knows them any more. */
static int free_old(void *arg)
{
	struct old *old = arg;

	instance_leave(old->in);
	free(old->in);
	model_free(old->model);
	return 0;
}

/* Packets that the program before still has in its hands. */
static int settle(void *arg)
{
	(void)arg;
	xdp_settle();
	return 0;
}

static void hand_over(struct control *c, struct model *model,
		      const uint32_t *from, struct instance *in)
{
	struct old old = { c->in, c->model != model ? c->model : NULL };

	/* Who checks is first to know; books have time. */
	gather_leave_health(c->gather);
	c->in = in;
	c->model = model;
	c->changes++;
	c->program = XDP_RUNS;
	c->hooks.moved(c->hooks.arg, from);
	breathe_begin();
	breathe_during(settle, NULL);
	gather_move(c->gather, in);
	breathe_during(free_old, &old);
	breathe_end();
	control_save(c);
}

int control_swap(struct control *c, struct model *model, char *why,
		 size_t why_size)
{
	struct instance *in = calloc(1, sizeof(*in));
	uint32_t *from = control_match(c, model);
	int err = in && from ? 0 : -ENOMEM;

	fds_lend();
	/* Nobody knows the next one yet, and it only looks at this one. */
	breathe_begin();
	if (!err)
		err = open_next(c, model, from, in);
	breathe_end();
	if (!err)
		hand_over(c, model, from, in);
	fds_keep();
	if (!err) {
		free(from);
		return 0;
	}
	free(from);
	snprintf(why, why_size, "%s",
		 in && *in->why ? in->why : strerror(-err));
	if (in)
		instance_leave(in);
	free(in);
	return err;
}
