/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All maps.  Plain HASH and ARRAY, because the card has nothing else.  The
 * sizes here are placeholders: the loader sets them from the plan, and turns
 * the two counter maps into per-CPU arrays where the program runs on the host.
 */
#ifndef LB_MAPS_H
#define LB_MAPS_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct lb_endpoint4);
	__type(value, struct lb_service);
} services4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct lb_endpoint4);
	__type(value, struct lb_target);
} replies4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lb_target);
} backends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lb_counter);
} backend_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LB_REASON_COUNT);
	__type(key, __u32);
	__type(value, struct lb_counter);
} reason_stats SEC(".maps");

/* Only udplb_timed uses it, and a card never sees that program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lb_latency);
} latency SEC(".maps");

#endif
