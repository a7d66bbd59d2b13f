/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starting and stopping.  A program that was left attached goes on with its
 * maps until ours takes its place; its counters are read after that, when they
 * are final, and become the start of ours.
 */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/breathe.h"
#include "instance/attach.h"
#include "config/config.h"
#include "model/copy.h"
#include "base/log.h"
#include "xdp/found.h"
#include "base/monotime.h"

/* What was left of another one. */
struct legacy {
	uint32_t prog_id; /* 0: nothing */
	struct control_saved saved;
	struct maps_found *maps;
};

static int take_lock(struct control *c, bool replace)
{
	const char *interface = c->model->interface;
	pid_t other;
	int err = control_lock_open(&c->lock, interface, &other);

	if (err || control_lock_held(c->lock))
		return err;
	if (!control_lock_state_path(c->lock))
		return 0;
	if (replace) {
		log_info("Another udplb (pid %d) runs on %s: taking its place",
			 (int)other, interface);
		return 0;
	}
	log_error("another udplb (pid %d) runs on %s: stop it first, or take "
		  "its place with 'udplb run --replace'",
		  (int)other, interface);
	return -EBUSY;
}

static void read_saved(struct control *c, struct legacy *legacy)
{
	const char *path = control_lock_state_path(c->lock);
	int err = path ? control_saved_read(path, &legacy->saved) : -ENOENT;

	if (err && err != -ENOENT)
		log_warn("%s: %s; counters start anew, and nobody is drained "
			 "but by the configuration",
			 path,
			 err == -EPROTO	  ? "written by another version"
			 : err == -EINVAL ? "damaged"
					  : strerror(-err));
	c->drained = legacy->saved.drained;
	legacy->saved.drained = (struct control_names){ .n = 0 };
}

/* Each backend of which the counts are known has a place there, or had. */
static bool are_in(const struct control_saved *saved,
		   const struct maps_found *maps)
{
	const struct places *places = &saved->places;

	if (places->n_backends + 1 != saved->carry.n_backends)
		return false;
	for (size_t i = 0; i < places->n_backends; i++)
		if (places->backends[i].at >= maps_found_backends(maps))
			return false;
	for (size_t i = 0; i < saved->carry.n_gone; i++)
		if (saved->carry.gone[i].place >= maps_found_backends(maps))
			return false;
	return true;
}

/* Its maps are held, so that they outlive the program.  0 or negative errno. */
static int find_legacy(struct control *c, struct legacy *legacy)
{
	int err = xdp_of_udplb(c->in->link.ifindex, &legacy->prog_id);

	if (err) {
		log_error("%s: " XDP_NOT_ASKED "%s", c->in->name,
			  strerror(-err));
		return err;
	}
	if (!legacy->prog_id || !(control_lock_held(c->lock) || c->in->replace))
		return 0;
	instance_set_replace(c->in, true);
	if (legacy->saved.prog_id != legacy->prog_id) {
		log_warn("%s: an older udplb's program (id %u) is attached, "
			 "of which nothing is known: counters start anew",
			 c->in->name, legacy->prog_id);
		return 0;
	}
	err = maps_found_open(&legacy->maps, legacy->prog_id);
	if (!err && !are_in(&legacy->saved, legacy->maps))
		err = -EPROTO;
	if (!err)
		err = instance_keep_flows(c->in, &legacy->saved.places,
					  maps_found_flows(legacy->maps));
	if (!err)
		instance_keep_fragments(c->in,
					maps_found_fragments(legacy->maps));
	if (!err)
		return 0;
	log_warn("%s: the maps of program %u: %s; counters start anew",
		 c->in->name, legacy->prog_id,
		 err == -ENOENT	  ? "none of udplb's"
		 : err == -EPROTO ? "not those that the last udplb told of"
				  : strerror(-err));
	maps_found_close(legacy->maps);
	legacy->maps = NULL;
	return 0;
}

/* What its maps hold comes to what it had before them. */
static int count_legacy(struct legacy *legacy)
{
	const size_t cpus = maps_found_cpus(legacy->maps);
	struct carry *carry = &legacy->saved.carry;
	struct lb_counter *counters = calloc(cpus, sizeof(*counters));
	int err = counters ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < LB_COUNT_END; i++) {
		if (i == LB_REASON_FORWARDED) /* counted with backends */
			continue;
		err = maps_found_reason(legacy->maps, i, counters);
		if (!err)
			carry_add_reason(carry, i, counters, cpus);
	}
	/* Of backends that were gone already: see struct lb_fragment_first. */
	if (!err)
		err = maps_found_backend(legacy->maps, LB_NO_BACKEND, counters);
	if (!err)
		carry_add_reason(carry, LB_REASON_FORWARDED, counters, cpus);
	for (uint32_t i = 1; !err && i < carry->n_backends; i++) {
		err = maps_found_backend(
			legacy->maps, legacy->saved.places.backends[i - 1].at,
			counters);
		if (!err)
			carry_add_backend(carry, i, counters, cpus);
	}
	for (size_t i = 0; !err && i < carry->n_gone; i++) {
		const struct carry_gone *gone = &carry->gone[i];

		err = maps_found_backend(legacy->maps, gone->place, counters);
		if (!err)
			carry_add_gone(carry, gone, counters, cpus);
	}
	carry_settle(carry);
	free(counters);
	return err;
}

static int inherit(struct control *c, struct legacy *legacy)
{
	int err = 0;

	if (legacy->maps) {
		xdp_settle();
		err = count_legacy(legacy);
		if (err)
			log_warn("%s: reading the counters of program %u: %s",
				 c->in->name, legacy->prog_id, strerror(-err));
	}
	return gather_open(&c->gather, c->in,
			   legacy->maps && !err ? &legacy->saved.carry : NULL);
}

static int start(struct control *c, bool replace)
{
	struct legacy legacy = { .prog_id = 0 };
	int err = take_lock(c, replace);

	if (err)
		return err;
	read_saved(c, &legacy);
	control_drain_again(c, c->model);
	breathe_begin();
	err = instance_open(c->in, c->model, NULL, NULL);
	if (!err) {
		instance_set_replace(c->in, replace);
		c->hooks.opened(c->hooks.arg, c->in, NULL);
		control_new_again(c, &legacy.saved.fresh);
		err = find_legacy(c, &legacy);
	}
	if (!err)
		err = attach_instance(c->in);
	if (!err)
		err = inherit(c, &legacy);
	breathe_end();
	if (!err)
		control_save(c);
	maps_found_close(legacy.maps);
	control_saved_free(&legacy.saved);
	return err;
}

int control_open(struct control **out, const struct model *model,
		 const char *path, bool replace,
		 const struct control_hooks *hooks)
{
	struct control *c = calloc(1, sizeof(*c));
	int err = -ENOMEM;

	*out = NULL;
	if (!c)
		return -ENOMEM;
	c->path = path;
	c->hooks = *hooks;
	c->program = XDP_RUNS;
	c->in = calloc(1, sizeof(*c->in));
	c->model = model_copy(model);
	if (c->in && c->model)
		err = start(c, replace);
	if (err)
		control_close(c);
	else
		*out = c;
	return err;
}

/* As far as is known. */
static bool is_ours(const struct instance *in)
{
	struct xdp_view view = { .state = XDP_MISSING };

	if (in->xdp && !in->gone)
		xdp_look(in->xdp, &view);
	return view.state == XDP_RUNS;
}

static int close_instance(struct control *c)
{
	const bool ours = is_ours(c->in);
	const bool stays = !c->running && c->in->info.replaced_id;
	int err;

	control_new_note(c);

	if (!ours || !(c->model->persist || stays)) {
		err = instance_close(c->in);
		if (ours && !err)
			control_save_nothing(c);
		return err;
	}
	log_info("%s: the XDP program (id %u) stays attached, and goes on (%s)",
		 c->in->name, c->in->info.prog_id,
		 stays ? "what it replaced is gone; the next start takes over"
		       : "persist: true");
	instance_leave(c->in);
	return 0;
}

void control_run(struct control *c)
{
	c->running = true;
}

bool control_is_alone(struct control *c)
{
	c->save_due |= control_lock_look(c->lock);
	return control_lock_held(c->lock) || !control_lock_state_path(c->lock);
}

int control_close(struct control *c)
{
	int err = 0;

	if (!c)
		return 0;
	gather_close(c->gather);
	if (c->in && c->in->nl)
		err = close_instance(c);
	free(c->in);
	control_lock_close(c->lock);
	control_names_free(&c->drained);
	control_names_free(&c->fresh);
	model_free(c->model);
	free(c);
	return err;
}
