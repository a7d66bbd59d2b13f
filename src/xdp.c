/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On the host libxdp attaches: where the kernel allows its dispatcher, other
 * XDP programs on the interface keep running beside ours, elsewhere it attaches
 * directly.  On a card there is no dispatcher, and libbpf is enough.  Nothing
 * that is attached already is ever replaced.
 */
#include "xdp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <xdp/libxdp.h>

#include "bpf_log.h"
#include "monotime.h"

struct xdp {
	struct bpf_object *object;
	struct xdp_program *program;	/* NULL on a card */
	int ifindex;
	struct xdp_info info;
};

static enum xdp_attach_mode libxdp_mode(enum mode mode)
{
	return mode == MODE_SKB ? XDP_MODE_SKB : XDP_MODE_NATIVE;
}

static bool is_our_name(const char *name)
{
	return !strcmp(name, LB_PROGRAM) || !strcmp(name, LB_PROGRAM_TIMED);
}

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

static int attach_hw(struct xdp *xdp, struct bpf_program *program)
{
	int err = bpf_object__load(xdp->object);

	if (err)
		return err;
	err = bpf_xdp_attach(xdp->ifindex, bpf_program__fd(program),
			     XDP_FLAGS_HW_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST,
			     NULL);
	if (err)
		return err;
	return read_info(xdp, bpf_program__fd(program), MODE_HW);
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
				  libxdp_mode(mode), 0);
	if (err)
		return err;
	return read_info(xdp, xdp_program__fd(xdp->program), mode);
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

/*
 * What stands in the way, in words.  A dispatcher of libxdp's is no obstacle:
 * it takes us in.
 */
static bool find_obstacle(int ifindex, char *why, size_t why_size)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program;
	bool found;

	if (libxdp_get_error(mp))
		return false;
	program = xdp_multiprog__hw_prog(mp);
	if (!program)
		program = xdp_multiprog__main_prog(mp);
	found = program && xdp_multiprog__is_legacy(mp);
	if (found && is_our_name(xdp_program__name(program)))
		snprintf(why, why_size,
			 "udplb is attached already (program id %u): another "
			 "udplb runs here, or one was killed; 'udplb detach "
			 "IFACE' removes what it left",
			 xdp_program__id(program));
	else if (found)
		snprintf(why, why_size,
			 "another XDP program is attached: '%s', id %u; udplb "
			 "does not replace it: detach it first ('ip link set "
			 "dev IFACE xdp off', or 'xdp-loader unload IFACE "
			 "--all')",
			 xdp_program__name(program), xdp_program__id(program));
	xdp_multiprog__close(mp);
	return found;
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

int xdp_attach(struct xdp **out, const struct xdp_request *request, char *why,
	       size_t why_size)
{
	struct bpf_program *program = NULL;
	struct xdp *xdp;
	int err;

	*out = NULL;
	bpf_log_begin();
	if (find_obstacle(request->ifindex, why, why_size))
		return -EBUSY;
	err = open_object(&xdp, &program, request);
	if (!err)
		err = request->mode == MODE_HW ?
			      attach_hw(xdp, program) :
			      attach_host(xdp, program, request->mode);
	if (err) {
		bpf_log_why("loading and attaching the program", err, why,
			    why_size);
		xdp_free(xdp);
		return err;
	}
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

static int detach(const struct xdp *xdp)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	struct bpf_program *program;

	if (xdp->program)
		return xdp_program__detach(xdp->program, xdp->ifindex,
					   libxdp_mode(xdp->info.mode), 0);
	program = bpf_object__find_program_by_name(xdp->object,
						   xdp->info.prog_name);
	opts.old_prog_fd = bpf_program__fd(program);
	return bpf_xdp_detach(xdp->ifindex,
			      XDP_FLAGS_HW_MODE | XDP_FLAGS_REPLACE, &opts);
}

int xdp_detach(struct xdp *xdp)
{
	int err;

	if (!xdp)
		return 0;
	err = detach(xdp);
	xdp_free(xdp);
	return err;
}

/* The attached program of ours, to be closed by the caller with *mp. */
static struct xdp_program *find_ours(struct xdp_multiprog *mp,
				     enum xdp_attach_mode *mode)
{
	struct xdp_program *program = xdp_multiprog__hw_prog(mp);

	*mode = XDP_MODE_HW;
	if (program && is_our_name(xdp_program__name(program)))
		return program;
	*mode = xdp_multiprog__attach_mode(mp);
	if (xdp_multiprog__is_legacy(mp)) {
		program = xdp_multiprog__main_prog(mp);
		return program && is_our_name(xdp_program__name(program)) ?
			       program :
			       NULL;
	}
	program = NULL;
	while ((program = xdp_multiprog__next_prog(program, mp)))
		if (is_our_name(xdp_program__name(program)))
			return program;
	return NULL;
}

uint32_t xdp_attached(int ifindex, char *name, size_t name_size)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program;
	uint32_t id = 0;

	if (libxdp_get_error(mp))
		return 0;
	program = xdp_multiprog__hw_prog(mp);
	if (!program)
		program = xdp_multiprog__main_prog(mp);
	if (program) {
		id = xdp_program__id(program);
		snprintf(name, name_size, "%s", xdp_program__name(program));
	}
	xdp_multiprog__close(mp);
	return id;
}

int xdp_detach_any(int ifindex, char *why, size_t why_size)
{
	struct xdp_multiprog *mp;
	struct xdp_program *program;
	enum xdp_attach_mode mode;
	int err;

	bpf_log_begin();
	mp = xdp_multiprog__get_from_ifindex(ifindex);
	err = libxdp_get_error(mp);
	if (err == -ENOENT)
		snprintf(why, why_size, "no XDP program is attached");
	else if (err)
		bpf_log_why("asking for the XDP program", err, why, why_size);
	if (err)
		return err;
	program = find_ours(mp, &mode);
	if (program) {
		err = xdp_program__detach(program, ifindex, mode, 0);
		if (err)
			bpf_log_why("detaching", err, why, why_size);
	} else {
		program = xdp_multiprog__main_prog(mp);
		err = -EBUSY;
		snprintf(why, why_size,
			 "the XDP program attached is '%s', not udplb's: left "
			 "alone",
			 program ? xdp_program__name(program) : "?");
	}
	xdp_multiprog__close(mp);
	return err;
}
