/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libxdp's dispatcher: a program on the interface that calls up to ten others,
 * which replace its functions (program type "ext").  It never changes: with
 * another member it is another one, and the kernel exchanges the two.
 */
#ifndef XDP_DISPATCHER_H
#define XDP_DISPATCHER_H

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

/*
 * Loads the program into the interface's dispatcher, or a new one; where kernel
 * or libxdp know none, and the interface is free, it is attached by itself.  0
 * and *out, to be closed; or negative errno, and the object is used up.
 */
int dispatcher_join(struct xdp_program **out, struct bpf_program *program,
		    struct bpf_object *object, int ifindex,
		    enum xdp_attach_mode mode);

/*
 * The same into a dispatcher that no interface has yet: *fd is its descriptor,
 * and once it is attached to this interface, libxdp takes it for its own.
 */
int dispatcher_prepare(struct xdp_program **out, int *fd,
		       struct bpf_program *program, struct bpf_object *object,
		       int ifindex);

/* Would one take this program?  0 or negative errno. */
int dispatcher_try(struct bpf_program *program, struct bpf_object *object);

/* Frees what the interface's former dispatchers keep alive. */
void dispatcher_clean(int ifindex);

#endif
