/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libxdp makes a dispatcher only while it attaches it, and only where nothing
 * else is attached.  To exchange a running program for a dispatcher, or to ask
 * whether one would do, we have it made elsewhere: on the loopback interface of
 * a network namespace that nobody else sees.  A dispatcher is of no interface;
 * only the directory of its pins has an ifindex in its name.
 *
 * A thread enters that namespace, so that nobody has to find the way back.
 */
#include "xdp/dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <linux/if_link.h>

/* The first interface of every network namespace. */
#define LOOPBACK 1

static int wrap(struct xdp_program **out, struct bpf_program *program,
		struct bpf_object *object)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .obj = object,
			    .prog_name = bpf_program__name(program));
	struct xdp_program *wrapped = xdp_program__create(&opts);
	int err = libxdp_get_error(wrapped);

	*out = err ? NULL : wrapped;
	return err;
}

static void unwrap(struct xdp_program **program)
{
	xdp_program__close(*program);
	*program = NULL;
}

int dispatcher_join(struct xdp_program **out, struct bpf_program *program,
		    struct bpf_object *object, int ifindex,
		    enum xdp_attach_mode mode)
{
	int err = wrap(out, program, object);

	if (err)
		return err;
	err = xdp_program__attach(*out, ifindex, mode, 0);
	if (err)
		unwrap(out);
	return err;
}

/* 0; or -EOPNOTSUPP where it stands alone, or another negative errno. */
static int check_member(const struct xdp_program *program)
{
	struct bpf_prog_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	int err =
		bpf_obj_get_info_by_fd(xdp_program__fd(program), &info, &size);

	if (!err && info.type != BPF_PROG_TYPE_EXT)
		err = -EOPNOTSUPP;
	return err;
}

struct elsewhere {
	struct xdp_program *program;
	bool leave; /* the dispatcher is of no use */
	int err, fd;
	uint32_t id;
};

static int make(struct elsewhere *e)
{
	int err = unshare(CLONE_NEWNET) ? -errno : 0;

	if (!err)
		err = xdp_program__attach(e->program, LOOPBACK, XDP_MODE_SKB,
					  0);
	if (!err)
		err = check_member(e->program);
	if (err)
		return err;
	if (e->leave)
		return xdp_program__detach(e->program, LOOPBACK, XDP_MODE_SKB,
					   0);
	err = bpf_xdp_query_id(LOOPBACK, XDP_FLAGS_SKB_MODE, &e->id);
	if (err)
		return err;
	e->fd = bpf_prog_get_fd_by_id(e->id);
	return e->fd < 0 ? e->fd : 0;
}

static void *thread(void *arg)
{
	struct elsewhere *e = arg;

	e->err = make(e);
	return NULL;
}

static int go_elsewhere(struct elsewhere *e)
{
	pthread_t id;
	int err = -pthread_create(&id, NULL, thread, e);

	if (err)
		return err;
	pthread_join(id, NULL);
	return e->err;
}

/* As libxdp names them: xdp_multiprog__pin(), LIBXDP_BPFFS in libxdp(3). */
static int move_pins(uint32_t id, int ifindex)
{
	const char *mount = secure_getenv("LIBXDP_BPFFS");
	char from[512], to[512];

	if (!mount)
		mount = "/sys/fs/bpf";
	snprintf(from, sizeof(from), "%s/xdp/dispatch-%d-%u", mount, LOOPBACK,
		 id);
	snprintf(to, sizeof(to), "%s/xdp/dispatch-%d-%u", mount, ifindex, id);
	return strcmp(from, to) != 0 && rename(from, to) ? -errno : 0;
}

int dispatcher_prepare(struct xdp_program **out, int *fd,
		       struct bpf_program *program, struct bpf_object *object,
		       int ifindex)
{
	struct elsewhere e = { .fd = -1 };
	int err = wrap(&e.program, program, object);

	if (!err)
		err = go_elsewhere(&e);
	if (!err)
		err = move_pins(e.id, ifindex);
	if (err) {
		dispatcher_clean(LOOPBACK);
		unwrap(&e.program);
		if (e.fd >= 0)
			close(e.fd);
		return err;
	}
	*out = e.program;
	*fd = e.fd;
	return 0;
}

int dispatcher_try(struct bpf_program *program, struct bpf_object *object)
{
	struct elsewhere e = { .leave = true };
	int err = wrap(&e.program, program, object);

	if (!err)
		err = go_elsewhere(&e);
	unwrap(&e.program);
	return err;
}

void dispatcher_clean(int ifindex)
{
	libxdp_clean_references(ifindex);
}
