/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "base/passing.h"
#include "xdp/pin.h"

#define LIST_TRIES 5

static unsigned int mode_flags(enum xdp_attach_mode mode)
{
	if (mode == XDP_MODE_HW)
		return XDP_FLAGS_HW_MODE;
	return mode == XDP_MODE_SKB ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
}

int xdp_ids(int ifindex, struct xdp_ids *ids)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	int err = bpf_xdp_query(ifindex, 0, &opts);

	*ids = (struct xdp_ids){ opts.hw_prog_id, opts.drv_prog_id,
				 opts.skb_prog_id };
	return err;
}

/* Without a name where we may not ask.  -ENOENT: it has gone meanwhile. */
static int read_name(struct xdp_entry *entry)
{
	struct bpf_prog_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	int err, fd = bpf_pin_program(entry->id);

	if (fd < 0)
		return fd == -EPERM ? 0 : fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err)
		snprintf(entry->name, sizeof(entry->name), "%s", info.name);
	close(fd);
	return err;
}

static struct xdp_entry *append(struct xdp_list *list, uint32_t id,
				enum xdp_attach_mode mode)
{
	struct xdp_entry *entry = &list->entry[list->n];

	if (list->n == XDP_LIST_MAX)
		return NULL;
	list->n++;
	*entry = (struct xdp_entry){ .id = id, .mode = mode };
	return entry;
}

static void append_members(struct xdp_list *list, uint32_t dispatcher,
			   const struct xdp_multiprog *mp)
{
	struct xdp_program *program = NULL;
	struct xdp_entry *entry;

	while ((program = xdp_multiprog__next_prog(program, mp))) {
		entry = append(list, xdp_program__id(program),
			       xdp_multiprog__attach_mode(mp));
		if (!entry)
			return;
		entry->dispatcher = dispatcher;
		snprintf(entry->name, sizeof(entry->name), "%s",
			 xdp_program__name(program));
	}
}

/* Whoever calls itself a dispatcher and is not one stays an entry. */
static int look_into_dispatcher(struct xdp_list *list, int ifindex)
{
	struct xdp_multiprog *mp = xdp_multiprog__get_from_ifindex(ifindex);
	const int err = libxdp_get_error(mp);

	if (err)
		return passing(err) ? err : 0;
	if (!xdp_multiprog__is_legacy(mp)) {
		list->n--;
		append_members(list, list->entry[list->n].id, mp);
	}
	xdp_multiprog__close(mp);
	return 0;
}

static int add(struct xdp_list *list, int ifindex, uint32_t id,
	       enum xdp_attach_mode mode)
{
	struct xdp_entry *entry = id ? append(list, id, mode) : NULL;
	int err = entry ? read_name(entry) : 0;

	if (!err && entry && mode != XDP_MODE_HW &&
	    !strcmp(entry->name, XDP_DISPATCHER))
		err = look_into_dispatcher(list, ifindex);
	return err;
}

static int read_list(int ifindex, struct xdp_list *list)
{
	struct xdp_ids ids;
	int err = xdp_ids(ifindex, &ids);

	list->n = 0;
	if (err)
		return err;
	err = add(list, ifindex, ids.hw, XDP_MODE_HW);
	if (!err)
		err = add(list, ifindex, ids.drv, XDP_MODE_NATIVE);
	if (!err)
		err = add(list, ifindex, ids.skb, XDP_MODE_SKB);
	return err;
}

int xdp_list_get(int ifindex, struct xdp_list *list)
{
	int err = -ENOENT;

	/* Programs may be exchanged between one question and the next. */
	for (int i = 0; err == -ENOENT && i < LIST_TRIES; i++)
		err = read_list(ifindex, list);
	return err == -ENOENT ? -EAGAIN : err;
}

const struct xdp_entry *xdp_list_find(const struct xdp_list *list, uint32_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->entry[i].id == id)
			return &list->entry[i];
	return NULL;
}

static int detach_directly(int ifindex, const struct xdp_entry *entry)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	int err;

	opts.old_prog_fd = bpf_pin_program(entry->id);
	if (opts.old_prog_fd < 0)
		return opts.old_prog_fd;
	err = bpf_xdp_detach(
		ifindex, mode_flags(entry->mode) | XDP_FLAGS_REPLACE, &opts);
	close(opts.old_prog_fd);
	if (!err)
		bpf_pin_drop(entry->id);
	return err;
}

static int detach_member(int ifindex, const struct xdp_entry *entry)
{
	struct xdp_program *program = xdp_program__from_id(entry->id);
	int err = libxdp_get_error(program);

	if (err)
		return err;
	err = xdp_program__detach(program, ifindex, entry->mode, 0);
	xdp_program__close(program);
	return err;
}

int xdp_list_detach(int ifindex, const struct xdp_entry *entry)
{
	if (entry->dispatcher)
		return detach_member(ifindex, entry);
	return detach_directly(ifindex, entry);
}
