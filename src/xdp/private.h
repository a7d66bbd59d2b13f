/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files that load, attach and detach only. */
#ifndef XDP_PRIVATE_H
#define XDP_PRIVATE_H

#include "xdp/list.h"
#include "xdp/occupant.h"
#include "xdp/xdp.h"

struct xdp {
	struct bpf_object *object;
	struct xdp_program *program; /* NULL where libbpf attached */
	int ifindex;
	struct xdp_info info;
	bool looked;	      /* has been there once: */
	struct xdp_ids seen;  /* by the last xdp_look() that was answered */
	struct xdp_view view; /* which found that */
};

/*
 * Opens the object; nothing is loaded yet.  *program belongs to it.  0 or
 * negative errno, and then there is no object.
 */
int xdp_open(struct xdp *xdp, const struct xdp_request *request,
	     struct bpf_program **program);

/* Unloads, unless the program is attached. */
void xdp_close(struct xdp *xdp);

/*
 * Attaches beside and in place of who is there, in the way that suits; tells in
 * info which that was.  0 or negative errno: nothing has changed.
 */
int xdp_attach_by_way(struct xdp *xdp, const struct xdp_request *request,
		      const struct xdp_occupant *old);

int xdp_detach_program(const struct xdp *xdp);
int xdp_program_fd(const struct xdp *xdp);

#endif
