/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way onto the interface.  Alone, libbpf attaches the program itself: that
 * works with every kernel, and costs a packet nothing.  With others it goes
 * through libxdp's dispatcher, if kernel and libxdp let it; who merely asked
 * for company, and is alone, is served without.  On a card there is no
 * dispatcher.
 *
 * What others attached is never replaced; an older udplb is if we are asked to,
 * and then without a gap, or not at all.  Whatever stands on the interface in
 * our mode, that udplb or a dispatcher in which it is alone, the kernel
 * exchanges for what is to stand there.  Among others in a dispatcher, and on
 * the way to a card, the new one comes first and the old one goes after.
 */
#include "xdp/private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <xdp/libxdp.h>

#include "base/monotime.h"
#include "xdp/bpf_log.h"
#include "xdp/dispatcher.h"
#include "xdp/pin.h"

static int read_info(struct xdp *xdp, enum mode mode)
{
	struct bpf_prog_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(xdp_program_fd(xdp), &info, &size);

	if (err)
		return err;
	xdp->info.prog_id = info.id;
	memcpy(xdp->info.prog_name, info.name, sizeof(xdp->info.prog_name));
	xdp->info.loaded_at = monotime_wall_of_boot((double)info.load_time);
	xdp->info.dispatcher = info.type == BPF_PROG_TYPE_EXT;
	xdp->info.mode = mode;
	return 0;
}

static unsigned int attach_flags(enum mode mode)
{
	static const unsigned int flags[] = {
		[MODE_HW] = XDP_FLAGS_HW_MODE,
		[MODE_DRV] = XDP_FLAGS_DRV_MODE,
		[MODE_SKB] = XDP_FLAGS_SKB_MODE,
	};

	return flags[mode];
}

/* old_id 0: nothing must be attached in this mode. */
static int put_in_place(const struct xdp *xdp, int fd, enum mode mode,
			uint32_t old_id)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	unsigned int flags = attach_flags(mode);
	int err;

	if (!old_id)
		return bpf_xdp_attach(xdp->ifindex, fd,
				      flags | XDP_FLAGS_UPDATE_IF_NOEXIST,
				      NULL);
	opts.old_prog_fd = bpf_pin_program(old_id);
	if (opts.old_prog_fd < 0)
		return opts.old_prog_fd;
	err = bpf_xdp_attach(xdp->ifindex, fd, flags | XDP_FLAGS_REPLACE,
			     &opts);
	close(opts.old_prog_fd);
	return err;
}

/* What the kernel can exchange for ours; 0: nothing. */
static uint32_t exchangeable(const struct xdp_occupant *old, enum mode mode)
{
	if (!old->id || old->mode != xdp_occupant_mode(mode))
		return 0;
	if (!old->dispatcher)
		return old->id;
	return old->others ? 0 : old->dispatcher;
}

int xdp_detach_program(const struct xdp *xdp)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	enum mode mode = xdp->info.mode;

	if (xdp->info.dispatcher)
		return xdp_program__detach(xdp->program, xdp->ifindex,
					   xdp_occupant_mode(mode), 0);
	opts.old_prog_fd = xdp_program_fd(xdp);
	return bpf_xdp_detach(xdp->ifindex,
			      attach_flags(mode) | XDP_FLAGS_REPLACE, &opts);
}

/*
 * Before it can be seen, where that is possible: whoever it takes the place of
 * is told at once, and asks whose it is; and one that is killed right after
 * leaves what can be found.
 */
static void keep(struct xdp *xdp)
{
	xdp->info.keep_err = bpf_pin_keep(xdp_program_fd(xdp), xdp->object);
}

static int go_alone(struct xdp *xdp, const struct xdp_request *request,
		    const struct xdp_occupant *old)
{
	struct bpf_program *program = NULL;
	int err = xdp_open(xdp, request, &program);

	if (!err)
		err = bpf_object__load(xdp->object);
	if (!err)
		err = read_info(xdp, request->mode);
	if (err)
		return err;
	keep(xdp);
	err = put_in_place(xdp, bpf_program__fd(program), request->mode,
			   exchangeable(old, request->mode));
	if (err)
		bpf_pin_drop(xdp->info.prog_id);
	return err;
}

/* In the place of a udplb that runs without one. */
static int exchange_for_dispatcher(struct xdp *xdp, struct bpf_program *program,
				   const struct xdp_request *request,
				   const struct xdp_occupant *old)
{
	int fd, err = dispatcher_prepare(&xdp->program, &fd, program,
					 xdp->object, xdp->ifindex);

	if (err)
		return err;
	err = put_in_place(xdp, fd, request->mode, old->id);
	close(fd);
	if (err)
		dispatcher_clean(xdp->ifindex);
	return err;
}

static int go_with_others(struct xdp *xdp, const struct xdp_request *request,
			  const struct xdp_occupant *old)
{
	struct bpf_program *program = NULL;
	int err = xdp_open(xdp, request, &program);

	if (err)
		return err;
	if (old->id && !old->dispatcher)
		return exchange_for_dispatcher(xdp, program, request, old);
	return dispatcher_join(&xdp->program, program, xdp->object,
			       xdp->ifindex, xdp_occupant_mode(request->mode));
}

/* Was it exchanged for what stands there now? */
static bool is_gone(const struct xdp *xdp, const struct xdp_occupant *old)
{
	if (xdp->info.dispatcher)
		return !old->dispatcher;
	return exchangeable(old, xdp->info.mode);
}

static int retire(struct xdp *xdp, const struct xdp_occupant *old)
{
	int err;

	xdp->info.replaced_id = old->id;
	if (is_gone(xdp, old))
		return 0;
	err = xdp_occupant_detach(xdp->ifindex, xdp->info.prog_id);
	if (!err || err == -ESRCH) /* gone by itself meanwhile */
		return 0;
	xdp_detach_program(xdp);
	return err;
}

static int finish(struct xdp *xdp, const struct xdp_request *request,
		  const struct xdp_occupant *old)
{
	int err = read_info(xdp, request->mode);

	if (!err && old->id)
		err = retire(xdp, old);
	if (!err && old->dispatcher && !xdp->info.dispatcher)
		dispatcher_clean(xdp->ifindex);
	return err;
}

static int attach_alone(struct xdp *xdp, const struct xdp_request *request,
			const struct xdp_occupant *old)
{
	int err = go_alone(xdp, request, old);

	if (err)
		return err;
	err = finish(xdp, request, old);
	if (err)
		bpf_pin_drop(xdp->info.prog_id);
	return err;
}

static void note_refusal(struct xdp *xdp, int err)
{
	bpf_log_why("libxdp", err, xdp->info.no_dispatcher,
		    sizeof(xdp->info.no_dispatcher));
}

/* Rather with less than not at all. */
static int go_held(struct xdp *xdp, const struct xdp_request *request,
		   const struct xdp_occupant *old)
{
	struct xdp_request held = *request;
	int err;

	held.object = request->held;
	bpf_log_begin();
	xdp_close(xdp);
	err = go_with_others(xdp, &held, old);
	xdp->info.held = !err;
	return err;
}

static int attach_beside(struct xdp *xdp, const struct xdp_request *request,
			 const struct xdp_occupant *old)
{
	int err = go_with_others(xdp, request, old);

	if (err && request->held && bpf_log_said(XDP_SAID_CHANGES))
		err = go_held(xdp, request, old);
	if (!err)
		err = finish(xdp, request, old);
	if (!err)
		keep(xdp);
	if (!err && !xdp->info.dispatcher)
		note_refusal(xdp, -EOPNOTSUPP);
	return err;
}

/* Nobody is kept out who was there before. */
static int attach_alone_after_all(struct xdp *xdp, int refusal,
				  const struct xdp_request *request,
				  const struct xdp_occupant *old)
{
	note_refusal(xdp, refusal);
	bpf_log_begin();
	xdp_close(xdp);
	return attach_alone(xdp, request, old);
}

static void note_way(struct xdp *xdp, const struct xdp_request *request,
		     const struct xdp_occupant *old)
{
	char *way = xdp->info.way;
	const size_t size = sizeof(xdp->info.way);

	if (request->mode == MODE_HW)
		snprintf(way, size, "on the card");
	else if (xdp->info.dispatcher && old->others)
		snprintf(way, size, "in libxdp's dispatcher, beside '%s'",
			 old->other);
	else if (xdp->info.dispatcher)
		snprintf(way, size,
			 "in libxdp's dispatcher, as 'dispatcher: "
			 "yes' asks");
	else if (*xdp->info.no_dispatcher)
		snprintf(way, size, "directly, so that nobody can join");
	else
		snprintf(way, size, "directly, alone on the interface");
}

int xdp_attach_by_way(struct xdp *xdp, const struct xdp_request *request,
		      const struct xdp_occupant *old)
{
	bool alone = request->mode == MODE_HW ||
		     (!old->others && request->dispatcher != DISPATCHER_YES);
	int err;

	if (alone)
		err = attach_alone(xdp, request, old);
	else
		err = attach_beside(xdp, request, old);
	if (err && !alone && !old->others)
		err = attach_alone_after_all(xdp, err, request, old);
	note_way(xdp, request, old);
	return err;
}
