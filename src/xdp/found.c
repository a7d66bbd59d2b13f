/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/found.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp/flows.h"
#include "xdp/pin.h"

#define MAPS_MAX 64

struct maps_found {
	int backends, reasons, flows, fragments; /* fds; -1: not found */
	uint32_t n_backends;
	size_t cpus;
};

/* The ids of the program's maps; how many, or negative errno. */
static int list_maps(uint32_t prog_id, uint32_t ids[MAPS_MAX])
{
	struct bpf_prog_info info = {
		.nr_map_ids = MAPS_MAX,
		.map_ids = (uintptr_t)ids,
	};
	uint32_t size = sizeof(info);
	int err, fd = bpf_pin_program(prog_id);

	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (err)
		return err;
	return info.nr_map_ids < MAPS_MAX ? (int)info.nr_map_ids : MAPS_MAX;
}

static bool counts_like_ours(const struct bpf_map_info *info)
{
	return (info->type == BPF_MAP_TYPE_ARRAY ||
		info->type == BPF_MAP_TYPE_PERCPU_ARRAY) &&
	       info->key_size == sizeof(uint32_t) &&
	       info->value_size == sizeof(struct lb_counter);
}

static void keep(int *at, int fd)
{
	if (*at >= 0)
		close(*at);
	*at = fd;
}

static bool is_flows(const struct bpf_map_info *info)
{
	return info->type == BPF_MAP_TYPE_HASH &&
	       info->key_size == sizeof(struct lb_flow) &&
	       info->value_size == sizeof(struct lb_flow_state) &&
	       !strcmp(info->name, LB_MAP_FLOWS);
}

static int look_at(struct maps_found *found, uint32_t map_id)
{
	struct bpf_map_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	int err, fd = bpf_pin_map(map_id);

	/* One that does not count is not pinned; what is missing will show. */
	if (fd == -EPERM)
		return 0;
	if (fd < 0)
		return fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &size);
	if (!err && is_flows(&info)) {
		keep(&found->flows, fd);
		return 0;
	}
	if (!err && maps_fragments_fits(fd)) {
		keep(&found->fragments, fd);
		return 0;
	}
	if (err || !counts_like_ours(&info)) {
		close(fd);
		return err;
	}
	if (!strcmp(info.name, LB_MAP_BACKEND_STATS)) {
		keep(&found->backends, fd);
		found->n_backends = info.max_entries;
		found->cpus = info.type == BPF_MAP_TYPE_ARRAY
				      ? 1
				      : (size_t)libbpf_num_possible_cpus();
	} else if (!strcmp(info.name, LB_MAP_REASON_STATS) &&
		   info.max_entries == LB_COUNT_END) {
		keep(&found->reasons, fd);
	} else {
		close(fd);
	}
	return 0;
}

int maps_found_open(struct maps_found **out, uint32_t prog_id)
{
	struct maps_found *found = calloc(1, sizeof(*found));
	uint32_t ids[MAPS_MAX];
	int n = -ENOMEM, err = 0;

	if (!found)
		goto err;
	found->backends = found->reasons = found->flows = -1;
	found->fragments = -1;
	n = list_maps(prog_id, ids);
	for (int i = 0; !err && i < n; i++)
		err = look_at(found, ids[i]);
	if (n < 0 || err)
		goto err;
	if (found->backends < 0 && found->reasons < 0)
		err = -ENOENT;
	else if (found->backends < 0 || found->reasons < 0)
		err = -EPROTO;
	if (err)
		goto err;
	*out = found;
	return 0;
err:
	maps_found_close(found);
	*out = NULL;
	return n < 0 ? n : err;
}

void maps_found_close(struct maps_found *found)
{
	if (!found)
		return;
	if (found->backends >= 0)
		close(found->backends);
	if (found->reasons >= 0)
		close(found->reasons);
	if (found->flows >= 0)
		close(found->flows);
	if (found->fragments >= 0)
		close(found->fragments);
	free(found);
}

uint32_t maps_found_backends(const struct maps_found *found)
{
	return found->n_backends;
}

int maps_found_flows(const struct maps_found *found)
{
	return found->flows;
}

int maps_found_fragments(const struct maps_found *found)
{
	return found->fragments;
}

size_t maps_found_cpus(const struct maps_found *found)
{
	return found->cpus;
}

int maps_found_backend(const struct maps_found *found, uint32_t index,
		       struct lb_counter *counters)
{
	return bpf_map_lookup_elem(found->backends, &index, counters);
}

int maps_found_reason(const struct maps_found *found, uint32_t reason,
		      struct lb_counter *counters)
{
	return bpf_map_lookup_elem(found->reasons, &reason, counters);
}
