/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance/attach.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/passing.h"
#include "instance/private.h"
#include "base/monotime.h"
#include "net/ethtool.h"
#include "net/nic.h"
#include "tables/fragments.h"
#include "xdp/object.h"

/*
 * Another mode has room for all entries.  Where there is no other, most are
 * better than none.  -ENOBUFS: with a smaller ring it would be the same.
 */
static int refuse_lack(const struct instance *in, enum mode mode, char *why,
		       size_t why_size)
{
	char list[XDP_WHY_SIZE / 2];

	if (!instance_n_refused(in) || mode == MODE_SKB || in->only ||
	    in->model->mode != MODE_AUTO)
		return 0;
	instance_list_refused(in, list, sizeof(list));
	snprintf(why, why_size, "filling the maps: %s", list);
	return -ENOBUFS;
}

static int fill_maps(struct instance *in, enum mode mode, char *why,
		     size_t why_size)
{
	int err;

	in->changed = in->macs_due = true;
	instance_follow_macs(in);
	err = instance_update(in);
	if (err)
		snprintf(why, why_size, "filling the maps: %s", strerror(-err));
	return err ? err : refuse_lack(in, mode, why, why_size);
}

/* What takes the kernel a tenth of a second or more, beside the loop. */
struct step {
	struct instance *in;
	const struct maps_request *maps;
	const struct xdp_request *xdp;
	char *why;
	size_t why_size;
};

static int create_maps(void *arg)
{
	const struct step *s = arg;

	return maps_create(&s->in->maps, s->maps, s->why, s->why_size);
}

static int attach_program(void *arg)
{
	const struct step *s = arg;

	return xdp_attach(&s->in->xdp, s->xdp, s->why, s->why_size);
}

/* From maps to attached program; leaves nothing behind if not. */
static int attach_object(struct instance *in, enum mode mode,
			 const void *object, const void *held,
			 size_t object_size, char *why, size_t why_size)
{
	const bool timed = in->model->latency && mode != MODE_HW;
	struct maps_request maps = {
		.sizes = &in->plan->sizes,
		.offload_ifindex = mode == MODE_HW ? in->link.ifindex : 0,
		.features = in->plan->features,
		.latency = timed,
		.flows = in->flows_fd,
		.fragments = in->fragments_fd,
	};
	struct xdp_request xdp = {
		.held = held,
		.ifindex = in->link.ifindex,
		.mode = mode,
		.timed = timed,
		.replace = in->replace,
		.dispatcher = in->model->dispatcher,
		.bind = maps_bind,
	};
	struct step step = { in, &maps, &xdp, why, why_size };
	int err;

	maps.object = xdp.object = object;
	maps.object_size = xdp.object_size = object_size;
	err = xdp_check_free(&xdp, why, why_size);
	if (err)
		return err;
	err = breathe_during(create_maps, &step);
	if (err)
		return err;
	err = breathe();
	xdp.bind_arg = in->maps;
	/* A card takes seconds to fill: first hear whether it is worth it. */
	if (!err && mode == MODE_HW)
		err = xdp_try(&xdp, why, why_size);
	if (!err)
		err = fill_maps(in, mode, why, why_size);
	if (!err)
		err = breathe();
	if (!err)
		err = breathe_during(attach_program, &step);
	if (err)
		instance_forget_maps(in);
	else
		xdp_info(in->xdp, &in->info);
	in->attached = !err;
	return err;
}

/* Without ICMP errors, where that makes a program that moves no packet. */
static int make_held(const struct instance *in, enum mode mode, void **held)
{
	const uint32_t features = in->plan->features;
	const char *variant;
	size_t size;

	*held = NULL;
	if (mode == MODE_HW || !(features & LB_BIT_(TELL)) ||
	    features & LB_BIT_(TUNNEL))
		return 0;
	return object_for(false, features & ~LB_BIT_(TELL), held, &size,
			  &variant);
}

static int attach_once(struct instance *in, enum mode mode, char *why,
		       size_t why_size)
{
	void *object, *held = NULL;
	const char *variant;
	size_t size;
	int err = object_for(mode == MODE_HW, in->plan->features, &object,
			     &size, &variant);

	if (err) {
		snprintf(why, why_size, "preparing the program: %s",
			 strerror(-err));
		return err;
	}
	err = make_held(in, mode, &held);
	if (err)
		snprintf(why, why_size, "preparing the program: %s",
			 strerror(-err));
	else
		err = attach_object(in, mode, object, held, size, why,
				    why_size);
	free(held);
	free(object);
	return err;
}

static int replan(struct instance *in, uint64_t total_entries)
{
	const uint64_t before = in->total_entries;
	struct plan *plan;
	char why[512];
	int err;

	in->total_entries = total_entries;
	err = instance_plan(in, in->model, &plan, why, sizeof(why));
	if (err) {
		in->total_entries = before;
		return err;
	}
	places_copy(plan, in->plan);
	plan_free(in->plan);
	in->plan = plan;
	in->hops.plan = plan;
	return 0;
}

/*
 * A card does not tell how much room it has, it only refuses maps.  So a
 * refusal for size is answered with half the slots, as long as that is a ring.
 */
static int attach_hw(struct instance *in, char *why, size_t why_size)
{
	uint64_t full = plan_entries(&in->plan->sizes), now;
	int err;

	for (;;) {
		err = attach_once(in, MODE_HW, why, why_size);
		if (err != -ENOMEM && err != -E2BIG && err != -ENOSPC)
			break;
		now = plan_entries(&in->plan->sizes);
		if (replan(in, now - in->plan->sizes.ring / 2))
			break;
		log_warn("%s: the card has no room for %" PRIu64
			 " map entries (%s); trying with %" PRIu64
			 ", rings of %u slots in all",
			 in->model->interface, now, why,
			 plan_entries(&in->plan->sizes), in->plan->sizes.ring);
	}
	if (err && plan_entries(&in->plan->sizes) != full)
		replan(in, 0); /* for another mode */
	return err;
}

/* What an instance before this one tried in that mode is over. */
static struct attach_attempt *next_attempt(struct instance *in, enum mode mode)
{
	for (size_t i = 0; i < in->n_attempts; i++)
		if (in->attempts[i].mode == mode)
			return &in->attempts[i];
	return &in->attempts[in->n_attempts++];
}

/* What else has no room for programs does not surprise by saying so. */
static bool is_card(const char *interface)
{
	struct nic nic = { .n_stats = 0 };
	const bool card =
		!nic_read(interface, &nic) && !strcmp(nic.driver, "nfp");

	nic_free(&nic);
	return card;
}

static void warn_of_fragments(const struct instance *in, enum mode mode)
{
	char text[FRAGMENTS_TEXT_SIZE];

	if (mode == MODE_HW && fragments_without(in->plan, text))
		log_warn("%s: %s", in->model->interface, text);
}

/* Who 'unreachable: send' asks to be told, and is not. */
static void tell_of_silence(const struct instance *in, enum mode mode)
{
	if (mode == MODE_HW && in->plan->features & LB_BIT_(TELL))
		log_info("%s: %s", in->model->interface, PLAN_CARD_IS_SILENT);
	if (in->info.held)
		log_warn("%s: nobody is told by ICMP what cannot be delivered "
			 "('unreachable: send'), as this kernel keeps programs "
			 "that add headers out of the dispatcher that this "
			 "libxdp makes: it takes the libxdp of xdp-tools 1.5.5 "
			 "or newer, or udplb alone on the interface; "
			 "'unreachable: silent' says that none are wanted",
			 in->model->interface);
}

/* On the card and in mode skb the program gets the tag. */
static void warn_of_vlan(const struct instance *in, enum mode mode)
{
	struct ethtool_settings nic;

	if (mode != MODE_DRV || ethtool_read_features(in->name, &nic) ||
	    !nic.rx_vlan)
		return;
	log_warn("%s takes VLAN tags off, so that in mode drv a tagged frame "
		 "is sent back without its tag; of no account without VLANs, "
		 "else 'ethtool -K %s rxvlan off%s'",
		 in->name, in->name,
		 nic.rx_vlan_filter ? " rx-vlan-filter off" : "");
}

static int attempt(struct instance *in, enum mode mode)
{
	static const char *const flags[] = {
		[MODE_HW] = "XDP_FLAGS_HW_MODE",
		[MODE_DRV] = "XDP_FLAGS_DRV_MODE",
		[MODE_SKB] = "XDP_FLAGS_SKB_MODE",
	};
	struct attach_attempt *a = next_attempt(in, mode);
	char why[XDP_WHY_SIZE] = "";
	double start = monotime_now();
	int err;

	log_info("Trying to load XDP program in mode %s ...", flags[mode]);
	err = mode == MODE_HW ? attach_hw(in, why, sizeof(why))
			      : attach_once(in, mode, why, sizeof(why));
	a->mode = mode;
	a->ok = !err;
	a->seconds = monotime_now() - start;
	snprintf(a->why, sizeof(a->why), "%s", err ? why : "");
	snprintf(in->why, sizeof(in->why), "%s", err ? why : "");
	if (err == -EINTR)
		return err;
	if (err && mode == MODE_HW && in->model->mode == MODE_AUTO &&
	    !is_card(in->name))
		log_info("%s refused on %s: %s", flags[mode],
			 in->model->interface, why);
	else if (err)
		log_warn("%s refused on %s: %s", flags[mode],
			 in->model->interface, why);
	else
		log_info("XDP program loaded in %.2f ms (id %u), %s",
			 a->seconds * 1e3, in->info.prog_id, in->info.way);
	if (!err)
		instance_tell_refused(in, true);
	if (!err && !in->only) {
		warn_of_fragments(in, mode);
		tell_of_silence(in, mode);
		warn_of_vlan(in, mode);
	}
	if (!err && *in->info.no_dispatcher)
		log_warn("%s: 'dispatcher: yes' asks for a dispatcher that "
			 "others can join, and there is none: %s",
			 in->model->interface, in->info.no_dispatcher);
	if (!err && in->info.keep_err && !in->only)
		log_warn("%s: without CAP_SYS_ADMIN, and no place to pin the "
			 "program (%s): the next udplb cannot take over from "
			 "this one, nor can this one change backends or "
			 "services; see CAPABILITIES in udplb(8)",
			 in->model->interface, strerror(-in->info.keep_err));
	if (!err && in->info.replaced_id && !in->only)
		log_info("It has taken the place of an older udplb's program "
			 "(id %u), without a gap",
			 in->info.replaced_id);
	return err;
}

/* A lack of this process, or that it is to end; a lack of memory may be the
 * card's or a driver's. */
static bool is_ours(int err)
{
	return passing(err) && err != -ENOMEM && err != -ENOBUFS;
}

int attach_instance(struct instance *in)
{
	enum mode mode = in->only ? in->only : in->model->mode;
	int err;

	if (mode != MODE_AUTO) {
		err = attempt(in, mode);
	} else {
		/*
		 * Busy stays busy: a weaker mode cannot get past it.  And that
		 * we have no descriptors left says nothing of a mode.
		 */
		for (mode = MODE_HW; mode <= MODE_SKB; mode++) {
			err = attempt(in, mode);
			if (!err || err == -EBUSY || is_ours(err))
				break;
		}
	}
	if (err == -EINTR)
		log_info("%s: nothing is attached, as udplb is to end",
			 in->model->interface);
	else if (err)
		log_error("%s: no XDP program attached in mode %s; %s",
			  in->model->interface,
			  model_mode_name(in->model->mode),
			  in->model->mode == MODE_AUTO || err == -EBUSY ||
					  is_ours(err)
				  ? "the reasons are above"
				  : "the reason is above; 'mode: auto' takes "
				    "the best mode that works");
	return err;
}
