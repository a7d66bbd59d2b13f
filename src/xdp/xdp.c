/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On the host libxdp attaches: where the kernel allows its dispatcher, other
 * XDP programs on the interface keep running beside ours, elsewhere it attaches
 * directly.  On a card there is no dispatcher, and libbpf is enough.
 *
 * What others attached is never replaced; an older udplb is if we are asked to,
 * and then without a gap, or not at all: in the same mode the kernel exchanges
 * the two, and within a dispatcher or on the card the new one comes first and
 * the old one goes after.
 */
#include "xdp/xdp.h"

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

#include "xdp/bpf_log.h"
#include "xdp/pin.h"
#include "base/monotime.h"
#include "xdp/occupant.h"

#define SETTLE_USEC 20000

struct xdp {
	struct bpf_object *object;
	struct xdp_program *program; /* NULL where libbpf attached */
	int ifindex;
	struct xdp_info info;
	struct xdp_ids seen;  /* by the last xdp_look() */
	enum xdp_state state; /* which found that */
	struct xdp_occupant taken_by;
};

static int program_info(int fd, struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(fd, info, &size);
}

static int read_info(struct xdp *xdp, int fd, enum mode mode)
{
	struct bpf_prog_info info;
	int err = program_info(fd, &info);

	if (err)
		return err;
	xdp->info.prog_id = info.id;
	memcpy(xdp->info.prog_name, info.name, sizeof(xdp->info.prog_name));
	xdp->info.loaded_at = monotime_wall_of_boot((double)info.load_time);
	xdp->info.dispatcher = info.type == BPF_PROG_TYPE_EXT;
	xdp->info.mode = mode;
	return 0;
}

/* Only the entry point that is wanted; the maps come from the caller. */
static int prepare(struct bpf_object *object, const struct xdp_request *request,
		   struct bpf_program **wanted)
{
	const char *name = request->timed ? LB_PROGRAM_TIMED : LB_PROGRAM;
	struct bpf_program *program;

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

static unsigned int attach_flags(enum mode mode)
{
	static const unsigned int flags[] = {
		[MODE_HW] = XDP_FLAGS_HW_MODE,
		[MODE_DRV] = XDP_FLAGS_DRV_MODE,
		[MODE_SKB] = XDP_FLAGS_SKB_MODE,
	};

	return flags[mode];
}

/* Without libxdp; old_id 0: nothing must be attached in this mode. */
static int attach_directly(struct xdp *xdp, struct bpf_program *program,
			   enum mode mode, uint32_t old_id)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	unsigned int flags = attach_flags(mode);
	int err = bpf_object__load(xdp->object);

	if (err)
		return err;
	if (old_id) {
		opts.old_prog_fd = bpf_pin_program(old_id);
		if (opts.old_prog_fd < 0)
			return opts.old_prog_fd;
		flags |= XDP_FLAGS_REPLACE;
	} else {
		flags |= XDP_FLAGS_UPDATE_IF_NOEXIST;
	}
	err = bpf_xdp_attach(xdp->ifindex, bpf_program__fd(program), flags,
			     &opts);
	if (old_id)
		close(opts.old_prog_fd);
	return err ? err : read_info(xdp, bpf_program__fd(program), mode);
}

static int attach_host(struct xdp *xdp, struct bpf_program *program,
		       enum mode mode)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .obj = xdp->object,
			    .prog_name = bpf_program__name(program));
	int err;

	xdp->program = xdp_program__create(&opts);
	err = libxdp_get_error(xdp->program);
	if (err) {
		xdp->program = NULL;
		return err;
	}
	err = xdp_program__attach(xdp->program, xdp->ifindex,
				  xdp_occupant_mode(mode), 0);
	if (err)
		return err;
	return read_info(xdp, xdp_program__fd(xdp->program), mode);
}

static int program_fd(const struct xdp *xdp)
{
	if (xdp->program)
		return xdp_program__fd(xdp->program);
	return bpf_program__fd(bpf_object__find_program_by_name(
		xdp->object, xdp->info.prog_name));
}

static int detach(const struct xdp *xdp)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	enum mode mode = xdp->info.mode;

	if (xdp->program && xdp->info.dispatcher)
		return xdp_program__detach(xdp->program, xdp->ifindex,
					   xdp_occupant_mode(mode), 0);
	opts.old_prog_fd = program_fd(xdp);
	return bpf_xdp_detach(xdp->ifindex,
			      attach_flags(mode) | XDP_FLAGS_REPLACE, &opts);
}

static void xdp_free(struct xdp *xdp)
{
	if (!xdp)
		return;
	/* The program refers to the object and does not own it. */
	xdp_program__close(xdp->program);
	bpf_object__close(xdp->object);
	free(xdp);
}

/* *program belongs to the object of *out; nothing is loaded yet. */
static int open_object(struct xdp **out, struct bpf_program **program,
		       const struct xdp_request *request)
{
	struct xdp *xdp = calloc(1, sizeof(*xdp));

	*out = xdp;
	if (!xdp)
		return -ENOMEM;
	xdp->ifindex = request->ifindex;
	xdp->object = bpf_object__open_mem(request->object,
					   request->object_size, NULL);
	if (!xdp->object)
		return -errno;
	return prepare(xdp->object, request, program);
}

static int attach(struct xdp *xdp, struct bpf_program *program, enum mode mode,
		  const struct xdp_occupant *old)
{
	bool exchange = old->id && !old->dispatcher &&
			old->mode == xdp_occupant_mode(mode);
	int err;

	if (exchange || mode == MODE_HW)
		err = attach_directly(xdp, program, mode,
				      exchange ? old->id : 0);
	else
		err = attach_host(xdp, program, mode);
	if (err || !old->id)
		return err;
	xdp->info.replaced_id = old->id;
	if (!exchange)
		err = xdp_occupant_detach(xdp->ifindex, xdp->info.prog_id);
	if (!err || err == -ESRCH) /* gone by itself meanwhile */
		return 0;
	detach(xdp);
	return err;
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

int xdp_check_free(const struct xdp_request *request, char *why,
		   size_t why_size)
{
	struct xdp_occupant old;

	xdp_occupant_find(request->ifindex, &old);
	return xdp_occupant_check(&old, request->replace, why, why_size);
}

int xdp_attach(struct xdp **out, const struct xdp_request *request, char *why,
	       size_t why_size)
{
	struct bpf_program *program = NULL;
	struct xdp_occupant old;
	struct xdp *xdp;
	int err;

	*out = NULL;
	bpf_log_begin();
	xdp_occupant_find(request->ifindex, &old);
	err = xdp_occupant_check(&old, request->replace, why, why_size);
	if (!err)
		err = xdp_occupant_check_mode(&old, request->mode, why,
					      why_size);
	if (err)
		return err;
	err = open_object(&xdp, &program, request);
	if (!err)
		err = attach(xdp, program, request->mode, &old);
	if (err) {
		explain(err, &old, why, why_size);
		xdp_free(xdp);
		return err;
	}
	xdp->info.keep_err = bpf_pin_keep(program_fd(xdp), xdp->object);
	if (old.id)
		bpf_pin_drop(old.id);
	*out = xdp;
	return 0;
}

int xdp_try(const struct xdp_request *request, char *why, size_t why_size)
{
	struct bpf_program *program = NULL;
	struct xdp *xdp;
	int err;

	bpf_log_begin();
	err = open_object(&xdp, &program, request);
	if (!err)
		err = bpf_object__load(xdp->object);
	if (err)
		bpf_log_why("loading the program", err, why, why_size);
	xdp_free(xdp);
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

static bool is_there(const struct xdp *xdp)
{
	struct xdp_list list;

	return !xdp_list_get(xdp->ifindex, &list) &&
	       xdp_list_find(&list, xdp->info.prog_id);
}

/* A dispatcher never changes: with another member it is another one. */
enum xdp_state xdp_look(struct xdp *xdp, uint32_t *id, char *name,
			size_t name_size)
{
	struct xdp_ids ids;

	if (xdp_ids(xdp->ifindex, &ids))
		ids = (struct xdp_ids){ 0 };
	if (xdp->state == XDP_UNKNOWN ||
	    memcmp(&ids, &xdp->seen, sizeof(ids)) != 0) {
		xdp->seen = ids;
		xdp->state = XDP_RUNS;
		if (!is_there(xdp)) {
			xdp_occupant_find(xdp->ifindex, &xdp->taken_by);
			xdp->state = xdp->taken_by.id ? XDP_TAKEN : XDP_MISSING;
		}
	}
	if (xdp->state == XDP_TAKEN) {
		*id = xdp->taken_by.id;
		snprintf(name, name_size, "%s", xdp->taken_by.name);
	}
	return xdp->state;
}

uint32_t xdp_of_udplb(int ifindex)
{
	struct xdp_occupant o;

	xdp_occupant_find(ifindex, &o);
	return o.ours ? o.id : 0;
}

int xdp_detach(struct xdp *xdp)
{
	int err;

	if (!xdp)
		return 0;
	if (is_there(xdp))
		err = detach(xdp);
	else
		err = -ENOENT;
	if (!err || err == -ENOENT)
		bpf_pin_drop(xdp->info.prog_id);
	xdp_free(xdp);
	return err;
}
