/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One probe of a check, from its begin to its end, whatever way it asks; below
 * the ways to ask, which know nothing above this.
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
#include <string.h>
#include <time.h>

#define LATE_US 5000

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t health_clock_us(void)
{
	return clock_ns() / 1000;
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
void health_probe_arm(struct health_entry *entry)
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
	entry->kind->stop(entry);
	turned = health_track_end(&entry->track, verdict, health_clock_us(),
				  &lasted_us);
	health_probe_arm(entry);
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

void health_probe_begin(struct health_entry *entry, uint64_t now_us)
{
	int err;

	entry->probe = ++entry->health->probes;
	health_track_begin(&entry->track, now_us);
	health_probe_arm(entry);
	entry->started_ns = clock_ns();
	err = entry->kind->start(entry);
	if (err)
		health_errno(entry, err);
}

void health_probe_give_up(struct health_entry *entry, uint64_t now_us)
{
	const struct health *health = entry->health;
	const uint32_t index = entry->index;
	const uint64_t probe = entry->probe;

	if (now_us > entry->track.deadline_us + LATE_US) {
		entry->kind->look(entry);
		entry = health_running(health, index);
		if (!entry || entry->probe != probe)
			return;
	}
	health_bad(entry, "no answer within %u ms", entry->check.timeout_ms);
}

void health_neighbour_lost(struct health *health, uint32_t index)
{
	struct health_entry *entry = health_find(health, index);
	uint64_t lasted_us;
	bool turned;

	if (!entry)
		return;
	entry->kind->stop(entry);
	snprintf(entry->reason, sizeof(entry->reason), "neighbour lost");
	turned =
		health_track_lost(&entry->track, health_clock_us(), &lasted_us);
	health_probe_arm(entry);
	if (turned)
		tell(entry, lasted_us);
}
