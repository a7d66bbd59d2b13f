/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/membarrier.h>
#include <xdp/libxdp.h>

#include "base/passing.h"
#include "xdp/bpf_log.h"
#include "xdp/dispatcher.h"
#include "xdp/pin.h"

#define SETTLE_USEC 20000

#define DETACH_TRIES 10
#define DETACH_USEC  100000

/* Only the entry point that is wanted; the maps come from the caller. */
static int prepare(struct bpf_object *object, const struct xdp_request *request,
		   struct bpf_program **wanted)
{
	const char *name = request->timed ? LB_PROGRAM_TIMED : LB_PROGRAM;
	struct bpf_program *program = NULL;

	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, false);
	*wanted = bpf_object__find_program_by_name(object, name);
	if (!*wanted)
		return -ENOENT;
	bpf_program__set_autoload(*wanted, true);
	if (request->mode == MODE_HW)
		bpf_program__set_ifindex(*wanted, request->ifindex);
	return request->bind(request->bind_arg, object);
}

int xdp_open(struct xdp *xdp, const struct xdp_request *request,
	     struct bpf_program **program)
{
	int err;

	xdp->object = bpf_object__open_mem(request->object,
					   request->object_size, NULL);
	if (!xdp->object)
		return -errno;
	err = prepare(xdp->object, request, program);
	if (err)
		xdp_close(xdp);
	return err;
}

void xdp_close(struct xdp *xdp)
{
	/* The program refers to the object and does not own it. */
	xdp_program__close(xdp->program);
	bpf_object__close(xdp->object);
	xdp->program = NULL;
	xdp->object = NULL;
}

static void xdp_free(struct xdp *xdp)
{
	if (!xdp)
		return;
	xdp_close(xdp);
	free(xdp);
}

int xdp_program_fd(const struct xdp *xdp)
{
	struct bpf_program *program = NULL;

	if (xdp->program)
		return xdp_program__fd(xdp->program);
	bpf_object__for_each_program(program, xdp->object) if (
		bpf_program__autoload(program)) return bpf_program__fd(program);
	return -ENOENT;
}

/* What the libraries said, and what to do about it. */
static void explain(int err, const struct xdp_occupant *old, char *why,
		    size_t why_size)
{
	size_t used;

	bpf_log_why("loading and attaching the program", err, why, why_size);
	used = strlen(why);
	/* nfp_net_bpf_offload() in the card's driver; what else is busy? */
	if (err == -EBUSY && old->id && old->mode == XDP_MODE_HW)
		snprintf(why + used, why_size - used,
			 "; this firmware cannot exchange a running program: "
			 "'udplb detach IFACE' and then start, with a short "
			 "gap");
}

static const char needs_newer[] =
	"this kernel keeps programs that add headers out of the dispatcher "
	"that this libxdp makes: it takes the libxdp of xdp-tools 1.5.5 or "
	"newer, or a configuration without 'forward: ipip' and 'gue'";

/* Nothing gets past the others: to a caller the interface is busy. */
static int explain_others(int err, const struct xdp_occupant *old, char *why,
			  size_t why_size)
{
	char said[XDP_WAY_SIZE];

	if (bpf_log_said(XDP_SAID_CHANGES))
		snprintf(said, sizeof(said), "%s", needs_newer);
	else if (old->others >= XDP_DISPATCHER_PLACES)
		snprintf(said, sizeof(said), "its %d places are taken",
			 XDP_DISPATCHER_PLACES);
	else
		bpf_log_why("joining it", err, said, sizeof(said));
	snprintf(why, why_size,
		 "'%s' is attached in libxdp's dispatcher, and udplb cannot "
		 "join it there: %s; or let udplb go alone: detach the others "
		 "first ('xdp-loader unload IFACE --all')",
		 old->other, said);
	return -EBUSY;
}

static int find_occupant(const struct xdp_request *request,
			 struct xdp_occupant *old, char *why, size_t why_size)
{
	int err = xdp_occupant_find(request->ifindex, old);

	if (err)
		snprintf(why, why_size, XDP_NOT_ASKED "%s", strerror(-err));
	return err;
}

int xdp_check_free(const struct xdp_request *request, char *why,
		   size_t why_size)
{
	struct xdp_occupant old;
	int err = find_occupant(request, &old, why, why_size);

	return err ? err : xdp_occupant_check(&old, request, why, why_size);
}

static struct xdp *xdp_new(int ifindex)
{
	struct xdp *xdp = calloc(1, sizeof(*xdp));

	if (xdp)
		xdp->ifindex = ifindex;
	return xdp;
}

int xdp_attach(struct xdp **out, const struct xdp_request *request, char *why,
	       size_t why_size)
{
	struct xdp_occupant old;
	struct xdp *xdp;
	int err;

	*out = NULL;
	err = find_occupant(request, &old, why, why_size);
	if (!err)
		err = xdp_occupant_check(&old, request, why, why_size);
	if (!err)
		err = xdp_occupant_check_mode(&old, request->mode, why,
					      why_size);
	if (err)
		return err;
	xdp = xdp_new(request->ifindex);
	if (!xdp)
		return -ENOMEM;
	bpf_log_begin();
	err = xdp_attach_by_way(xdp, request, &old);
	if (err) {
		if (old.others && request->mode != MODE_HW)
			err = explain_others(err, &old, why, why_size);
		else
			explain(err, &old, why, why_size);
		xdp_free(xdp);
		return err;
	}
	if (old.id)
		bpf_pin_drop(old.id);
	*out = xdp;
	return 0;
}

static int load(struct bpf_program *program, struct bpf_object *object)
{
	(void)program;
	return bpf_object__load(object);
}

static int try(const struct xdp_request *request, const char *what,
	       int (*fn)(struct bpf_program *, struct bpf_object *), char *why,
	       size_t why_size)
{
	struct xdp *xdp = xdp_new(request->ifindex);
	struct bpf_program *program = NULL;
	int err;

	if (!xdp)
		return -ENOMEM;
	bpf_log_begin();
	err = xdp_open(xdp, request, &program);
	if (!err)
		err = fn(program, xdp->object);
	if (err)
		bpf_log_why(what, err, why, why_size);
	xdp_free(xdp);
	return err;
}

int xdp_try(const struct xdp_request *request, char *why, size_t why_size)
{
	return try(request, "loading the program", load, why, why_size);
}

int xdp_try_dispatcher(const struct xdp_request *request, char *why,
		       size_t why_size)
{
	int err = try(request, "libxdp", dispatcher_try, why, why_size);

	if (err && bpf_log_said(XDP_SAID_CHANGES))
		snprintf(why, why_size, "%s", needs_newer);
	return err;
}

void xdp_info(const struct xdp *xdp, struct xdp_info *out)
{
	*out = xdp->info;
}

void xdp_leave(struct xdp *xdp)
{
	xdp_free(xdp);
}

/*
 * Programs run within an RCU read-side section, and this command waits until
 * all that were open are over (kernel/sched/membarrier.c).  Where the kernel
 * refuses it (nohz_full), a time in which no packet can be that slow.
 */
void xdp_settle(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(SETTLE_USEC);
}

/* 0 or negative errno; an interface that is gone has no programs. */
static int find_ours(const struct xdp *xdp, bool *there)
{
	struct xdp_list list;
	int err = xdp_list_get(xdp->ifindex, &list);

	*there = !err && xdp_list_find(&list, xdp->info.prog_id);
	return err == -ENODEV ? 0 : err;
}

static int look_closer(const struct xdp *xdp, struct xdp_view *view)
{
	struct xdp_occupant by;
	bool there;
	int err = find_ours(xdp, &there);

	*view = (struct xdp_view){ .state = XDP_RUNS };
	if (err || there)
		return err;
	err = xdp_occupant_find(xdp->ifindex, &by);
	view->state = by.id ? XDP_TAKEN : XDP_MISSING;
	view->id = by.id;
	view->udplb = by.ours;
	snprintf(view->name, sizeof(view->name), "%s", by.name);
	return err;
}

/*
 * A dispatcher never changes: with another member it is another one.  But who
 * it is that has no name (and no CAP_SYS_ADMIN is there to ask) may yet be
 * told.
 */
int xdp_look(struct xdp *xdp, struct xdp_view *out)
{
	struct xdp_view view;
	struct xdp_ids ids;
	int err = xdp_ids(xdp->ifindex, &ids);

	if (!err &&
	    (!xdp->looked || memcmp(&ids, &xdp->seen, sizeof(ids)) != 0)) {
		err = look_closer(xdp, &view);
		if (!err) {
			xdp->looked = view.state != XDP_TAKEN || *view.name;
			xdp->seen = ids;
			xdp->view = view;
		}
	}
	*out = xdp->view;
	return err;
}

int xdp_of_udplb(int ifindex, uint32_t *id)
{
	struct xdp_occupant o;
	int err = xdp_occupant_find(ifindex, &o);

	*id = o.ours ? o.id : 0;
	return err;
}

/*
 * Directly, the kernel itself holds what is there against what we expect.  Only
 * who is asked whether it is ours may say that it is not.
 */
static int detach_ours(const struct xdp *xdp)
{
	bool there = true;
	int err = xdp->info.dispatcher ? find_ours(xdp, &there)
				       : xdp_detach_program(xdp);

	if (xdp->info.dispatcher && !err && there)
		err = xdp_detach_program(xdp);
	else if (err && !passing(err) && find_ours(xdp, &there))
		there = true;
	return there ? err : -ENOENT;
}

int xdp_detach(struct xdp *xdp)
{
	int err, tries = DETACH_TRIES;

	if (!xdp)
		return 0;
	for (;;) {
		err = detach_ours(xdp);
		if (!passing(err) || !--tries)
			break;
		usleep(DETACH_USEC);
	}
	if (!err || err == -ENOENT)
		bpf_pin_drop(xdp->info.prog_id);
	xdp_free(xdp);
	return err;
}
