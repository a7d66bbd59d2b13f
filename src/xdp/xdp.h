/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading, attaching and detaching the XDP program, and telling why not. */
#ifndef XDP_H
#define XDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

struct bpf_object;
struct xdp;

#define XDP_WHY_SIZE 2048
#define XDP_WAY_SIZE 512

/* What follows it is an error's text. */
#define XDP_NOT_ASKED "the kernel cannot be asked what is attached: "

struct xdp_request {
	const void *object; /* the ELF object's bytes */
	size_t object_size;
	/* As long: for a dispatcher that takes no calls that move the packet's
	 * ends.  NULL: there is none. */
	const void *held;
	int ifindex;
	enum mode mode; /* HW, DRV or SKB */
	bool timed;	/* udplb_timed rather than udplb */
	bool replace;	/* an older udplb, but nobody else */
	enum dispatcher dispatcher;
	/* Called before the load, to give the object its maps. */
	int (*bind)(void *arg, struct bpf_object *object);
	void *bind_arg;
};

struct xdp_info {
	uint32_t prog_id;
	char prog_name[16];
	double loaded_at; /* seconds since 1970 */
	enum mode mode;
	bool dispatcher; /* shares the interface by libxdp's */
	bool held;	 /* as struct xdp_request has it */
	char way[128];	 /* how it was attached: "directly, alone on ..." */
	/* Why it could not be made though it was asked for; else empty. */
	char no_dispatcher[XDP_WAY_SIZE];
	uint32_t replaced_id; /* of the older udplb; 0: none */
	int keep_err;	      /* of bpf_pin_keep() */
};

/*
 * Loads and attaches in exactly this mode.  0 and *out; or negative errno with
 * all that kernel, driver and libraries said in why.  -EBUSY where a program is
 * attached that must not, or cannot, be replaced or joined; -EEXIST where an
 * older udplb could be in its own mode only; why names it and the way out.
 */
int xdp_attach(struct xdp **out, const struct xdp_request *request, char *why,
	       size_t why_size);

/*
 * What xdp_attach() would meet on the interface, before maps are filled for it:
 * 0, or -EBUSY as there.
 */
int xdp_check_free(const struct xdp_request *request, char *why,
		   size_t why_size);

/*
 * Only loads, and unloads again: what verifier and driver say, without touching
 * the interface.  Errors as xdp_attach().
 */
int xdp_try(const struct xdp_request *request, char *why, size_t why_size);

/* The same within a dispatcher of libxdp, which no interface gets. */
int xdp_try_dispatcher(const struct xdp_request *request, char *why,
		       size_t why_size);

/* How 'dispatcher: auto' would get onto the interface now, or why it cannot. */
void xdp_next_way(int ifindex, char *way, size_t way_size);

void xdp_info(const struct xdp *xdp, struct xdp_info *out);

/*
 * Detaches our program only, and tries for a second where that fails for want
 * of memory or descriptors; frees xdp in any case.  0 or negative errno:
 * -ENOENT where it was not attached any more, and what is there stays.
 */
int xdp_detach(struct xdp *xdp);

/* Frees xdp; the program stays attached and goes on without us. */
void xdp_leave(struct xdp *xdp);

/*
 * Returns when no packet is in a program any more that was replaced before:
 * then its counters are final.  Takes some milliseconds.
 */
void xdp_settle(void);

enum xdp_state {
	XDP_RUNS,
	XDP_MISSING, /* the place is free */
	XDP_TAKEN,   /* somebody else's program is there */
};

struct xdp_view {
	enum xdp_state state;
	/* Who took its place. */
	uint32_t id;
	bool udplb;
	char name[64];
};

/*
 * Whether our program is still attached.  0; or negative errno where the kernel
 * cannot be asked: then *view is what was seen last, and at first that it runs.
 */
int xdp_look(struct xdp *xdp, struct xdp_view *view);

/*
 * The id of a program of a udplb, this or another one; 0: none.  0 or negative
 * errno.
 */
int xdp_of_udplb(int ifindex, uint32_t *id);

/*
 * The id of the program attached in the mode it is found in; 0: none.  0 or
 * negative errno.
 */
int xdp_attached(int ifindex, uint32_t *id, char *name, size_t name_size);

/*
 * Detaches whatever udplb (by program name) runs on the interface; -ENOENT
 * where nothing does, -EBUSY with a name in why where another program does.
 */
int xdp_detach_any(int ifindex, char *why, size_t why_size);

#endif
