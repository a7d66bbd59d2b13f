/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When probes begin and end is health_track's; how to ask is a health_kind's.
 * One timer per check wakes it for either.
 */
#include "health/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMER_ACCURACY_US 1000

static const struct health_kind *kind_of(enum health_type type)
{
	switch (type) {
	case HEALTH_ICMP:
		return &health_kind_icmp;
	case HEALTH_UDP:
	case HEALTH_DNS:
		return &health_kind_udp;
	case HEALTH_TCP:
		return &health_kind_tcp;
	default:
		return &health_kind_http;
	}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	struct health_entry *entry = arg;
	const uint64_t now_us = health_clock_us();

	(void)source, (void)usec;
	switch (health_track_todo(&entry->track, now_us)) {
	case HEALTH_BEGIN:
		health_probe_begin(entry, now_us);
		break;
	case HEALTH_GIVE_UP:
		health_probe_give_up(entry, now_us);
		break;
	case HEALTH_WAIT:
		health_probe_arm(entry);
		break;
	}
	return 0;
}

int health_open(struct health **out, sd_event *event, const char *interface,
		const struct health_handler *handler)
{
	struct health *health;

	if (interface && strlen(interface) >= sizeof(health->interface))
		return -ENODEV;
	health = calloc(1, sizeof(*health));
	if (!health)
		return -ENOMEM;
	health->event = sd_event_ref(event);
	health->handler = *handler;
	if (interface)
		snprintf(health->interface, sizeof(health->interface), "%s",
			 interface);
	*out = health;
	return 0;
}

void health_close(struct health *health)
{
	if (!health)
		return;
	for (size_t i = 0; i < health->n_entries; i++)
		health_remove(health, (uint32_t)i);
	free(health->entries);
	health_http_close(health->http);
	health_icmp_close(health->icmp4);
	health_icmp_close(health->icmp6);
	sd_event_unref(health->event);
	free(health);
}

/* The table can hold the index: 0, or negative errno. */
static int make_room(struct health *health, uint32_t index)
{
	struct health_entry **grown;
	size_t n = health->n_entries ? health->n_entries : 64;

	while (n <= index)
		n *= 2;
	if (n == health->n_entries)
		return 0;
	grown = reallocarray(health->entries, n, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + health->n_entries, 0,
	       (n - health->n_entries) * sizeof(*grown));
	health->entries = grown;
	health->n_entries = n;
	return 0;
}

static void free_entry(struct health_entry *entry)
{
	const struct health_kind *kind = entry->kind;

	kind->stop(entry);
	if (kind->close)
		kind->close(entry);
	health_match_close(entry->match);
	sd_event_source_disable_unref(entry->timer);
	free(entry);
}

static int open_entry(struct health_entry *entry, bool up, char *why,
		      size_t why_size)
{
	const struct health_kind *kind = entry->kind;
	int err;

	health_track_start(&entry->track, &entry->check, entry->index, up,
			   health_clock_us());
	err = sd_event_add_time(entry->health->event, &entry->timer,
				CLOCK_MONOTONIC,
				health_track_next_us(&entry->track),
				TIMER_ACCURACY_US, on_timer, entry);
	if (err < 0) {
		snprintf(why, why_size, "no timer: %s", strerror(-err));
		return err;
	}
	return kind->open ? kind->open(entry, why, why_size) : 0;
}

static int refuse(int err, char *why, size_t why_size)
{
	switch (err) {
	case -EEXIST:
		snprintf(why, why_size, "the index has a check already");
		break;
	case -EINVAL:
		snprintf(why, why_size, "indices go up to %d",
			 HEALTH_INDEX_MAX);
		break;
	default:
		snprintf(why, why_size, "%s", strerror(-err));
	}
	return err;
}

int health_add(struct health *health, uint32_t index,
	       const struct model_health *check, bool up, char *why,
	       size_t why_size)
{
	struct health_entry *entry;
	int err;

	if (index > HEALTH_INDEX_MAX)
		return refuse(-EINVAL, why, why_size);
	if (health_find(health, index))
		return refuse(-EEXIST, why, why_size);
	if (make_room(health, index))
		return refuse(-ENOMEM, why, why_size);
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return refuse(-ENOMEM, why, why_size);
	entry->health = health;
	entry->index = index;
	entry->check = *check;
	entry->kind = kind_of(check->type);
	entry->fd = -1;
	err = health_check_complete(&entry->check, why, why_size);
	if (!err)
		err = open_entry(entry, up, why, why_size);
	if (err) {
		free_entry(entry);
		return err;
	}
	health->entries[index] = entry;
	return 0;
}

void health_remove(struct health *health, uint32_t index)
{
	struct health_entry *entry = health_find(health, index);

	if (!entry)
		return;
	health->entries[index] = NULL;
	free_entry(entry);
}

int health_status(const struct health *health, uint32_t index,
		  struct health_status *out)
{
	const struct health_entry *entry = health_find(health, index);

	if (!entry)
		return -ENOENT;
	*out = (struct health_status){
		.up = entry->track.up,
		.since_ms = entry->track.since_us / 1000,
		.latency_ns = entry->latency_ns,
		.successes = entry->track.good,
		.failures = entry->track.bad,
		.checks = entry->track.total,
		.failed = entry->track.failed,
		.skipped = entry->track.skipped,
	};
	memcpy(out->reason, entry->reason, sizeof(out->reason));
	return 0;
}
