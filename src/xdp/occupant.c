/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/occupant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xdp/bpf_log.h"

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

static bool is_our_name(const char *name)
{
	return !strcmp(name, LB_PROGRAM) || !strcmp(name, LB_PROGRAM_TIMED);
}

static const struct xdp_entry *find_ours(const struct xdp_list *list,
					 uint32_t except_id)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_our_name(list->entry[i].name) &&
		    list->entry[i].id != except_id)
			return &list->entry[i];
	return NULL;
}

static void note_others(const struct xdp_list *list, struct xdp_occupant *o)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct xdp_entry *entry = &list->entry[i];

		if (!entry->dispatcher || is_our_name(entry->name))
			continue;
		if (!o->others++)
			snprintf(o->other, sizeof(o->other), "%s", entry->name);
		o->others_mode = entry->mode;
	}
}

static const struct xdp_entry *find_stranger(const struct xdp_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->entry[i].dispatcher)
			return NULL;
	return list->n ? list->entry : NULL;
}

int xdp_occupant_find(int ifindex, struct xdp_occupant *o)
{
	const struct xdp_entry *entry;
	struct xdp_list list;
	int err;

	memset(o, 0, sizeof(*o));
	err = xdp_list_get(ifindex, &list);
	if (err)
		return err;
	note_others(&list, o);
	entry = find_ours(&list, 0);
	o->ours = entry != NULL;
	if (!entry)
		entry = find_stranger(&list);
	if (!entry)
		return 0;
	o->id = entry->id;
	o->mode = entry->mode;
	o->dispatcher = entry->dispatcher;
	snprintf(o->name, sizeof(o->name), "%s", entry->name);
	return 0;
}

/* Who stands in the way of what leaves no room beside it. */
static void say_taken(const struct xdp_occupant *o, char *why, size_t why_size)
{
	if (o->ours)
		snprintf(why, why_size,
			 "udplb is attached already (program id %u): another "
			 "udplb runs here, or one was killed; 'udplb detach "
			 "IFACE' removes what it left, 'udplb run --replace' "
			 "takes its place without a gap",
			 o->id);
	else if (!*o->name)
		snprintf(why, why_size,
			 "an XDP program is attached (id %u), and without "
			 "CAP_SYS_ADMIN it is not known whose; if it is what "
			 "an older udplb left, 'udplb detach IFACE' as root "
			 "removes it",
			 o->id);
	else if (!strcmp(o->name, XDP_DISPATCHER))
		snprintf(why, why_size,
			 "a dispatcher is attached ('%s', id %u) that this "
			 "libxdp cannot read: it is of a newer libxdp or of "
			 "other software, or its pins are not in "
			 "/sys/fs/bpf/xdp here; udplb neither joins nor "
			 "replaces it: detach it first, with the tool that "
			 "made it or 'ip link set dev IFACE xdp off'",
			 o->name, o->id);
	else
		snprintf(why, why_size,
			 "another XDP program is attached: '%s', id %u; udplb "
			 "does not replace it: detach it first ('ip link set "
			 "dev IFACE xdp off', or 'xdp-loader unload IFACE "
			 "--all'; if that is busy, a BPF link holds it, and "
			 "'bpftool link' tells whose)",
			 o->name, o->id);
}

int xdp_occupant_check(const struct xdp_occupant *o,
		       const struct xdp_request *request, char *why,
		       size_t why_size)
{
	if (o->id && !(o->ours && request->replace)) {
		say_taken(o, why, why_size);
		return -EBUSY;
	}
	if (!o->others || request->mode == MODE_HW ||
	    request->dispatcher != DISPATCHER_NO)
		return 0;
	snprintf(why, why_size,
		 "'%s' is attached in libxdp's dispatcher, and 'dispatcher: "
		 "no' keeps udplb from joining it: 'auto' would; or detach it "
		 "first ('xdp-loader unload IFACE --all')",
		 o->other);
	return -EBUSY;
}

void xdp_next_way(int ifindex, char *way, size_t way_size)
{
	struct xdp_occupant o;
	const int err = xdp_occupant_find(ifindex, &o);

	if (err)
		snprintf(way, way_size, XDP_NOT_ASKED "%s", strerror(-err));
	else if (o.others)
		snprintf(way, way_size,
			 "in libxdp's dispatcher, beside '%s', in mode %s",
			 o.other, mode_name(o.others_mode));
	else if (o.ours)
		snprintf(way, way_size,
			 "directly, in the place of an older udplb (program "
			 "id %u)",
			 o.id);
	else if (!o.id)
		snprintf(way, way_size, "directly, alone on the interface");
	else
		say_taken(&o, way, way_size);
}

/*
 * Native and generic XDP exclude each other, and to leave the card for the host
 * is a decision: so from those modes there is no way without a gap.
 */
int xdp_occupant_check_mode(const struct xdp_occupant *o, enum mode mode,
			    char *why, size_t why_size)
{
	if (mode == MODE_HW)
		return 0;
	if (o->id && o->mode != xdp_occupant_mode(mode))
		snprintf(why, why_size,
			 "udplb runs in mode %s (program id %u), and can be "
			 "replaced without a gap only there: for another mode, "
			 "'udplb detach IFACE' and then start, with a short "
			 "gap",
			 mode_name(o->mode), o->id);
	else if (o->others && o->others_mode != xdp_occupant_mode(mode))
		snprintf(why, why_size,
			 "'%s' is attached in mode %s, in libxdp's dispatcher, "
			 "and can be joined only there",
			 o->other, mode_name(o->others_mode));
	else
		return 0;
	return -EEXIST;
}

int xdp_occupant_detach(int ifindex, uint32_t except_id)
{
	const struct xdp_entry *entry;
	struct xdp_list list;
	int err = xdp_list_get(ifindex, &list);

	if (err)
		return err;
	if (!list.n)
		return -ENOENT;
	entry = find_ours(&list, except_id);
	return entry ? xdp_list_detach(ifindex, entry) : -ESRCH;
}

int xdp_attached(int ifindex, uint32_t *id, char *name, size_t name_size)
{
	struct xdp_list list;
	int err = xdp_list_get(ifindex, &list);

	*id = 0;
	if (err || !list.n)
		return err;
	*id = list.entry[0].id;
	snprintf(name, name_size, "%s", list.entry[0].name);
	return 0;
}

int xdp_detach_any(int ifindex, char *why, size_t why_size)
{
	char name[64] = "?";
	uint32_t id;
	int err;

	bpf_log_begin();
	err = xdp_occupant_detach(ifindex, 0);
	if (err == -ENOENT) {
		snprintf(why, why_size, "no XDP program is attached");
	} else if (err == -ESRCH) {
		xdp_attached(ifindex, &id, name, sizeof(name));
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
