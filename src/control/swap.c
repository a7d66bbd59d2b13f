/* SPDX-License-Identifier: GPL-2.0-only */
/* One instance follows another, without a gap. */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fds.h"
#include "instance/attach.h"
#include "model/copy.h"
#include "model/match.h"

uint32_t *control_match(const struct control *c, const struct model *model)
{
	uint32_t *from = calloc(model_backends(model) + 1, sizeof(*from));

	if (from && !model_match(c->model, model, from))
		return from;
	free(from);
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

static void hand_over(struct control *c, struct model *model,
		      const uint32_t *from, struct instance *in)
{
	struct instance *old_in = c->in;
	struct model *old_model = c->model;

	xdp_settle();
	gather_move(c->gather, in);
	c->in = in;
	c->model = model;
	c->changes++;
	c->program = XDP_RUNS;
	c->hooks.moved(c->hooks.arg, from);
	instance_leave(old_in);
	free(old_in);
	if (old_model != model)
		model_free(old_model);
	control_save(c);
}

int control_swap(struct control *c, struct model *model, char *why,
		 size_t why_size)
{
	struct instance *in = calloc(1, sizeof(*in));
	uint32_t *from = control_match(c, model);
	int err = -ENOMEM;

	fds_lend();
	if (in && from)
		err = open_next(c, model, from, in);
	if (in && from && !err)
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
