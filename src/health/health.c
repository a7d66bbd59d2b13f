/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When probes begin and end is health_track's; how to ask is a health_kind's.
 * One timer wakes whoever is due, some at a time: after a stall thousands may
 * be, and whatever else the loop has to do is to come in between.
 */
#include "health/private.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/priority.h"

#define TIMER_ACCURACY_US 1000
#define AT_ONCE		  64   /* in one turn of the loop ... */
#define REST_US		  1000 /* ... and the least pause after that */
#define BEAT_US		  25000

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

static void wake(struct health_entry *entry, uint64_t now_us)
{
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
}

/* Who is due now; NULL: nobody. */
static struct health_entry *due(const struct health *health, uint64_t now_us)
{
	struct health_wake *first = health_queue_first(&health->queue);

	if (!first || first->at_us > now_us)
		return NULL;
	return (void *)((char *)first - offsetof(struct health_entry, wake));
}

static uint64_t awake_since_us(const struct health *health)
{
	uint64_t awake_us = 0;

	sd_event_now(health->event, CLOCK_MONOTONIC, &awake_us);
	return awake_us;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	struct health *health = arg;
	const uint64_t begin_us = health_clock_us();
	uint64_t now_us = begin_us;
	struct health_entry *entry;

	(void)source, (void)usec;
	health_away_wake(&health->away, awake_since_us(health));
	for (int n = 0; n < AT_ONCE; n++) {
		entry = due(health, now_us);
		if (!entry)
			return 0;
		wake(entry, now_us);
		now_us = health_clock_us();
	}
	/* Even if there is more to do than time: others get a part of it. */
	health->rest_us = now_us + (now_us - begin_us) / 4 + REST_US;
	return 0;
}

/*
 * Before each wait of the loop; being set anew, the timer is the last of its
 * priority, behind whatever answers are there.  While probes run that need it
 * several times it is woken now and then, only to see whether it is.
 */
static int on_prepare(sd_event_source *source, void *arg)
{
	struct health *health = arg;
	const struct health_wake *first = health_queue_first(&health->queue);
	const uint64_t now_us = health_clock_us();
	uint64_t next_us = first ? first->at_us : UINT64_MAX;

	if (next_us < health->rest_us)
		next_us = health->rest_us;
	if (health->patient && next_us > now_us + BEAT_US)
		next_us = now_us + BEAT_US;
	health_away_wake(&health->away, awake_since_us(health));
	health_away_sleep(&health->away, now_us, next_us);
	return sd_event_source_set_time(source, next_us);
}

int health_first(sd_event_source *source)
{
	return sd_event_source_set_priority(source, PRIORITY_HEALTH);
}

/* On for ever: of a source that is off nobody asks when. */
static int open_timer(struct health *health)
{
	int err = sd_event_add_time(health->event, &health->timer,
				    CLOCK_MONOTONIC, UINT64_MAX,
				    TIMER_ACCURACY_US, on_timer, health);

	if (err >= 0)
		err = health_first(health->timer);
	if (err >= 0)
		err = sd_event_source_set_prepare(health->timer, on_prepare);
	if (err >= 0)
		err = sd_event_source_set_enabled(health->timer, SD_EVENT_ON);
	return err < 0 ? err : 0;
}

int health_open(struct health **out, sd_event *event, const char *interface,
		const struct health_handler *handler)
{
	struct health *health;
	int err;

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
	health->sockets = -1;
	err = open_timer(health);
	if (!err)
		err = health_sockets_open(health);
	if (err)
		health_close(health);
	else
		*out = health;
	return err;
}

void health_close(struct health *health)
{
	if (!health)
		return;
	for (size_t i = 0; i < health->n_entries; i++)
		health_remove(health, (uint32_t)i);
	free(health->entries);
	health_queue_free(&health->queue);
	sd_event_source_disable_unref(health->timer);
	health_sockets_close(health);
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
	health_queue_remove(&entry->health->queue, &entry->wake);
	free(entry);
}

static int open_entry(struct health_entry *entry, bool up, char *why,
		      size_t why_size)
{
	const struct health_kind *kind = entry->kind;
	int err = health_queue_reserve(&entry->health->queue);

	if (err) {
		snprintf(why, why_size, "%s", strerror(-err));
		return err;
	}
	health_track_start(&entry->track, &entry->check, entry->index, up,
			   health_clock_us());
	health_probe_arm(entry);
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

uint64_t health_skipped(const struct health *health, enum health_lack lack)
{
	return health->lacks.skipped[lack];
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

int health_counts(const struct health *health, uint32_t index,
		  struct health_counts *out)
{
	const struct health_entry *entry = health_find(health, index);

	if (!entry)
		return -ENOENT;
	*out = (struct health_counts){
		.checks = entry->track.total,
		.failed = entry->track.failed,
		.skipped = entry->track.skipped,
	};
	return 0;
}
