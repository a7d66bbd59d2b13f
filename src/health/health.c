/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When probes begin and end is health_track's; how to ask is a health_kind's.
 * One timer per check wakes it for either.
 *
 * The loop may have been busy when an answer came.  So before a probe that is
 * given up late is called unanswered, its socket is looked at once more; that
 * is cheaper for everybody else on the loop than sockets that go before timers.
 */
#include "health/private.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIMER_ACCURACY_US 1000
#define LATE_US		  5000

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t clock_us(void)
{
	return clock_ns() / 1000;
}

static const struct health_kind *kind_of(const struct health_entry *entry)
{
	switch (entry->check.type) {
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

struct health_entry *health_find(const struct health *health, uint32_t index)
{
	return index < health->n_entries ? health->entries[index] : NULL;
}

struct health_entry *health_running(const struct health *health, uint32_t index)
{
	struct health_entry *entry = health_find(health, index);

	return entry && entry->track.running ? entry : NULL;
}

/* Neither can fail: the source exists, and the time is one. */
static void arm(struct health_entry *entry)
{
	sd_event_source_set_time(entry->timer,
				 health_track_next_us(&entry->track));
	sd_event_source_set_enabled(entry->timer, SD_EVENT_ONESHOT);
}

/* What others send us, in certificates for one, ends in logs and terminals. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (!isprint((unsigned char)*text))
			*text = '?';
}

static void tell(const struct health_entry *entry, uint64_t lasted_us)
{
	const struct health_handler *handler = &entry->health->handler;
	char reason[HEALTH_REASON_MAX];
	const struct health_result result = {
		.up = entry->track.up,
		.reason = reason,
		.lasted_ms = lasted_us / 1000,
		.latency_ns = entry->latency_ns,
	};

	memcpy(reason, entry->reason, sizeof(reason));
	handler->changed(handler->arg, entry->index, &result);
}

static void end(struct health_entry *entry, enum health_verdict verdict)
{
	uint64_t lasted_us;
	bool turned;

	make_printable(entry->reason);
	kind_of(entry)->stop(entry);
	turned = health_track_end(&entry->track, verdict, clock_us(),
				  &lasted_us);
	arm(entry);
	if (turned)
		tell(entry, lasted_us);
}

void health_good(struct health_entry *entry, const char *reason)
{
	entry->latency_ns = clock_ns() - entry->started_ns;
	snprintf(entry->reason, sizeof(entry->reason), "%s", reason);
	end(entry, HEALTH_GOOD);
}

void health_bad(struct health_entry *entry, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(entry->reason, sizeof(entry->reason), format, args);
	va_end(args);
	end(entry, HEALTH_BAD);
}

/* Descriptors, memory, ports or rights that this host does not give us. */
static bool is_ours(int err)
{
	switch (-err) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EPERM:
	case EACCES:
	case EAGAIN:
	case EADDRNOTAVAIL:
		return true;
	default:
		return false;
	}
}

void health_errno(struct health_entry *entry, int err)
{
	if (is_ours(err)) {
		snprintf(entry->reason, sizeof(entry->reason),
			 "not checked: %s", strerror(-err));
		end(entry, HEALTH_SKIPPED);
		return;
	}
	switch (-err) {
	case ECONNREFUSED:
		health_bad(entry, "connection refused");
		break;
	case ECONNRESET:
		health_bad(entry, "connection reset");
		break;
	case EHOSTUNREACH:
		health_bad(entry, "host unreachable");
		break;
	case ENETUNREACH:
		health_bad(entry, "network unreachable");
		break;
	default:
		health_bad(entry, "%s", strerror(-err));
	}
}

static void begin(struct health_entry *entry, uint64_t now_us)
{
	int err;

	entry->probe = ++entry->health->probes;
	health_track_begin(&entry->track, now_us);
	arm(entry);
	entry->started_ns = clock_ns();
	err = kind_of(entry)->start(entry);
	if (err)
		health_errno(entry, err);
}

static void give_up(struct health_entry *entry, uint64_t now_us)
{
	const struct health *health = entry->health;
	const uint32_t index = entry->index;
	const uint64_t probe = entry->probe;

	if (now_us > entry->track.deadline_us + LATE_US) {
		kind_of(entry)->look(entry);
		entry = health_running(health, index);
		if (!entry || entry->probe != probe)
			return;
	}
	health_bad(entry, "no answer within %u ms", entry->check.timeout_ms);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	struct health_entry *entry = arg;
	const uint64_t now_us = clock_us();

	(void)source, (void)usec;
	switch (health_track_todo(&entry->track, now_us)) {
	case HEALTH_BEGIN:
		begin(entry, now_us);
		break;
	case HEALTH_GIVE_UP:
		give_up(entry, now_us);
		break;
	case HEALTH_WAIT:
		arm(entry);
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
	const struct health_kind *kind = kind_of(entry);

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
	const struct health_kind *kind = kind_of(entry);
	int err;

	health_track_start(&entry->track, &entry->check, entry->index, up,
			   clock_us());
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

void health_neighbour_lost(struct health *health, uint32_t index)
{
	struct health_entry *entry = health_find(health, index);
	uint64_t lasted_us;
	bool turned;

	if (!entry)
		return;
	kind_of(entry)->stop(entry);
	snprintf(entry->reason, sizeof(entry->reason), "neighbour lost");
	turned = health_track_lost(&entry->track, clock_us(), &lasted_us);
	arm(entry);
	if (turned)
		tell(entry, lasted_us);
}
