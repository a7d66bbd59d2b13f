/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp_occupant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf_log.h"

enum xdp_attach_mode xdp_occupant_mode(enum mode mode)
{
	static const enum xdp_attach_mode modes[] = {
		[MODE_HW] = XDP_MODE_HW,
		[MODE_DRV] = XDP_MODE_NATIVE,
		[MODE_SKB] = XDP_MODE_SKB,
	};

	return modes[mode];
}

static const char *mode_name(enum xdp_attach_mode mode)
{
	enum mode ours = MODE_SKB;

	while (ours > MODE_HW && xdp_occupant_mode(ours) != mode)
		ours--;
	return model_mode_name(ours);
}

/* The programs of an interface, one by one: the card's, then the host's. */
static struct xdp_program *next_program(const struct xdp_multiprog *mp,
					const struct xdp_program *previous)
{
	struct xdp_program *hw = xdp_multiprog__hw_prog(mp);

	if (!previous && hw)
		return hw;
	if (previous == hw)
		previous = NULL;
	if (!xdp_multiprog__is_legacy(mp))
		return xdp_multiprog__next_prog(previous, mp);
	return previous ? NULL : xdp_multiprog__main_prog(mp);
}

static enum xdp_attach_mode mode_of(const struct xdp_multiprog *mp,
				    const struct xdp_program *program)
{
	if (program == xdp_multiprog__hw_prog(mp))
		return XDP_MODE_HW;
	return xdp_multiprog__attach_mode(mp);
}

static bool is_our_name(const char *name)
{
	return !strcmp(name, LB_PROGRAM) || !strcmp(name, LB_PROGRAM_TIMED);
}

/* It goes with mp. */
static struct xdp_program *find_ours(const struct xdp_multiprog *mp,
				     uint32_t except_id)
{
	struct xdp_program *program = NULL;

	while ((program = next_program(mp, program)))
		if (is_our_name(xdp_program__name(program)) &&
		    xdp_program__id(program) != except_id)
			return program;
	return NULL;
}

void xdp_occupant_find(int ifindex, struct xdp_occupant *o)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program;

	memset(o, 0, sizeof(*o));
	if (libxdp_get_error(mp))
		return;
	program = find_ours(mp, 0);
	o->ours = program != NULL;
	if (!program && xdp_multiprog__is_legacy(mp))
		program = next_program(mp, NULL);
	if (program) {
		o->id = xdp_program__id(program);
		o->mode = mode_of(mp, program);
		o->dispatcher = o->mode != XDP_MODE_HW &&
				!xdp_multiprog__is_legacy(mp);
		snprintf(o->name, sizeof(o->name), "%s",
			 xdp_program__name(program));
	}
	xdp_multiprog__close(mp);
}

int xdp_occupant_check(const struct xdp_occupant *o, bool replace, char *why,
		       size_t why_size)
{
	if (!o->id || (o->ours && replace))
		return 0;
	if (o->ours)
		snprintf(why, why_size,
			 "udplb is attached already (program id %u): another "
			 "udplb runs here, or one was killed; 'udplb detach "
			 "IFACE' removes what it left, 'udplb run --replace' "
			 "takes its place without a gap",
			 o->id);
	else
		snprintf(why, why_size,
			 "another XDP program is attached: '%s', id %u; udplb "
			 "does not replace it: detach it first ('ip link set "
			 "dev IFACE xdp off', or 'xdp-loader unload IFACE "
			 "--all')",
			 o->name, o->id);
	return -EBUSY;
}

/*
 * Native and generic XDP exclude each other, and to leave the card for the host
 * is a decision: so from those modes there is no way without a gap.
 */
int xdp_occupant_check_mode(const struct xdp_occupant *o, enum mode mode,
			    char *why, size_t why_size)
{
	if (!o->id || mode == MODE_HW || o->mode == xdp_occupant_mode(mode))
		return 0;
	snprintf(why, why_size,
		 "udplb runs in mode %s (program id %u), and can be replaced "
		 "without a gap only there: for another mode, 'udplb detach "
		 "IFACE' and then start, with a short gap",
		 mode_name(o->mode), o->id);
	return -EEXIST;
}

bool xdp_occupant_is(int ifindex, uint32_t id)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program = NULL;

	if (libxdp_get_error(mp))
		return false;
	while ((program = next_program(mp, program)))
		if (xdp_program__id(program) == id)
			break;
	xdp_multiprog__close(mp);
	return program != NULL;
}

int xdp_occupant_detach(int ifindex, uint32_t except_id)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program;
	int err = libxdp_get_error(mp);

	if (err)
		return err;
	program = find_ours(mp, except_id);
	err = program ? xdp_program__detach(program, ifindex,
					    mode_of(mp, program), 0) :
			-ESRCH;
	xdp_multiprog__close(mp);
	return err;
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
	char name[64] = "?";
	int err;

	bpf_log_begin();
	err = xdp_occupant_detach(ifindex, 0);
	if (err == -ENOENT) {
		snprintf(why, why_size, "no XDP program is attached");
	} else if (err == -ESRCH) {
		xdp_attached(ifindex, name, sizeof(name));
		snprintf(why, why_size,
			 "the XDP program attached is '%s', not udplb's: left "
			 "alone",
			 name);
		err = -EBUSY;
	} else if (err) {
		bpf_log_why("detaching", err, why, why_size);
	}
	return err;
}
