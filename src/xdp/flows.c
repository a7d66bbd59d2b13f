/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/flows.h"

#include <errno.h>
#include <string.h>
#include <bpf/bpf.h>

static int get_info(int fd, struct bpf_map_info *info)
{
	uint32_t size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(fd, info, &size);
}

/* Cards give no batches (bpf_map_offload_ops in kernel/bpf/offload.c). */
static int start(int fd, struct maps_cursor *cursor, bool *batches)
{
	struct bpf_map_info info;
	int err = get_info(fd, &info);

	*batches = !info.ifindex;
	if (!err && !cursor->left)
		cursor->left = 2 * (size_t)info.max_entries + 1;
	return err;
}

static int read_batch(int fd, struct maps_cursor *cursor,
		      struct maps_flow *entries)
{
	struct lb_flow keys[MAPS_FLOWS_BATCH];
	struct lb_flow_state states[MAPS_FLOWS_BATCH];
	uint32_t n = MAPS_FLOWS_BATCH;
	int err;

	err = bpf_map_lookup_batch(fd, cursor->started ? &cursor->batch : NULL,
				   &cursor->batch, keys, states, &n, NULL);
	if (err && err != -ENOENT)
		return err;
	cursor->started = true;
	cursor->done = err != 0;
	for (uint32_t i = 0; i < n; i++)
		entries[i] = (struct maps_flow){ keys[i], states[i] };
	return (int)n;
}

/*
 * The next key is asked for before this one can be forgotten: after a key that
 * is not there the map would begin anew.  Should it do so all the same, "left"
 * ends it.
 */
static int read_one(int fd, struct maps_cursor *cursor, struct maps_flow *entry)
{
	int err;

	if (!cursor->started) {
		err = bpf_map_get_next_key(fd, NULL, &cursor->next);
		if (err)
			goto out;
		cursor->started = true;
	}
	entry->key = cursor->next;
	err = bpf_map_lookup_elem(fd, &entry->key, &entry->state);
	if (err)
		goto out;
	err = bpf_map_get_next_key(fd, &entry->key, &cursor->next);
	cursor->done = err == -ENOENT || !--cursor->left;
	return err && err != -ENOENT ? err : 1;
out:
	cursor->done = true;
	return err == -ENOENT ? 0 : err;
}

int maps_flows_read(int fd, struct maps_cursor *cursor,
		    struct maps_flow entries[MAPS_FLOWS_BATCH])
{
	bool batches;
	int err = start(fd, cursor, &batches);

	if (err)
		return err;
	return batches ? read_batch(fd, cursor, entries)
		       : read_one(fd, cursor, entries);
}

int maps_flows_forget(int fd, const struct maps_flow *entry)
{
	struct lb_flow_state now;
	int err = bpf_map_lookup_elem(fd, &entry->key, &now);

	if (!err && memcmp(&now, &entry->state, sizeof(now)) != 0)
		return 0;
	if (!err)
		err = bpf_map_delete_elem(fd, &entry->key);
	if (err == -ENOENT)
		return 0;
	return err ? err : 1;
}

bool maps_flows_fits(int fd, uint32_t entries, int offload_ifindex)
{
	struct bpf_map_info info;

	return !get_info(fd, &info) && info.type == BPF_MAP_TYPE_HASH &&
	       info.key_size == sizeof(struct lb_flow) &&
	       info.value_size == sizeof(struct lb_flow_state) &&
	       info.max_entries == entries &&
	       info.ifindex == (uint32_t)offload_ifindex;
}

bool maps_fragments_fits(int fd)
{
	struct bpf_map_info info;

	return !get_info(fd, &info) && info.type == BPF_MAP_TYPE_LRU_HASH &&
	       info.key_size == sizeof(struct lb_fragment) &&
	       info.value_size == sizeof(struct lb_fragment_first) &&
	       info.max_entries == LB_FRAGMENT_ENTRIES &&
	       !strcmp(info.name, LB_MAP_FRAGMENTS);
}

void maps_flows_copy(int from, int to)
{
	static struct maps_flow entries[MAPS_FLOWS_BATCH];
	struct maps_cursor cursor = { .done = false };
	int n = 0;

	while (!cursor.done && n >= 0) {
		n = maps_flows_read(from, &cursor, entries);
		for (int i = 0; i < n; i++)
			if (bpf_map_update_elem(to, &entries[i].key,
						&entries[i].state, BPF_ANY))
				return;
	}
}
