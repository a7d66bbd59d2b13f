/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One probe of a check, from its begin to its end, whatever way it asks; below
 * the ways to ask, which know nothing above this.
 *
 * The loop may have been busy when an answer came, or when it was its turn to
 * ask on.  So a probe's socket is looked at once more before it is called
 * unanswered, which is cheaper for everybody else on the loop than sockets that
 * go before timers; and what the loop was away does not count as the backend's
 * time.
 */
#include "health/private.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define GRACE_US   10000 /* for what is in the kernel, but not in the socket */
#define LONGER_MAX 4	 /* then a loop that is always late is no excuse */

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

void health_probe_arm(struct health_entry *entry)
{
	health_queue_set(&entry->health->queue, &entry->wake,
			 health_track_next_us(&entry->track));
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

/* Long enough for somebody to care. */
static void tell_unasked(const struct health_entry *entry)
{
	const struct health_handler *handler = &entry->health->handler;
	const unsigned int n = entry->track.unasked;

	if (handler->unasked && n == health_track_unasked_max(&entry->track))
		handler->unasked(handler->arg, entry->index, n, entry->reason);
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
	if (verdict == HEALTH_SKIPPED)
		tell_unasked(entry);
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

void health_skip(struct health_entry *entry, enum health_lack lack,
		 const char *reason)
{
	health_lack_count(&entry->health->lacks, lack, reason,
			  health_clock_us());
	snprintf(entry->reason, sizeof(entry->reason), "not checked: %s",
		 reason);
	end(entry, HEALTH_SKIPPED);
}

void health_errno(struct health_entry *entry, int err)
{
	const enum health_lack lack =
		health_lack_of(err, entry->check.address.family);

	if (lack) {
		health_skip(entry, lack, strerror(-err));
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
	case EACCES:
		health_bad(entry, "administratively prohibited");
		break;
	default:
		health_bad(entry, "%s", strerror(-err));
	}
}

void health_probe_begin(struct health_entry *entry, uint64_t now_us)
{
	int err;

	entry->probe = ++entry->health->probes;
	entry->away_us = entry->health->away.total_us;
	entry->longer = 0;
	health_track_begin(&entry->track, now_us);
	health_probe_arm(entry);
	entry->started_ns = clock_ns();
	err = entry->kind->start(entry);
	if (err)
		health_errno(entry, err);
}

/*
 * Does it get more time, for what the loop was away?  Whoever can be answered
 * without the loop only needs what is not yet in its socket to arrive there.
 */
static bool gets_longer(struct health_entry *entry, uint64_t now_us)
{
	const bool patient = entry->kind->patient;
	const uint64_t total_us = entry->health->away.total_us;
	const uint64_t late_us = now_us - entry->track.deadline_us;
	const uint64_t away_us = patient ? total_us - entry->away_us : 0;

	if ((late_us < HEALTH_AWAY_MIN_US && away_us < HEALTH_AWAY_MIN_US) ||
	    entry->longer == (patient ? LONGER_MAX : 1))
		return false;
	entry->longer++;
	entry->away_us = total_us;
	entry->track.deadline_us += away_us;
	if (entry->track.deadline_us < now_us + GRACE_US)
		entry->track.deadline_us = now_us + GRACE_US;
	health_probe_arm(entry);
	return true;
}

void health_probe_give_up(struct health_entry *entry, uint64_t now_us)
{
	const struct health *health = entry->health;
	const uint32_t index = entry->index;
	const uint64_t probe = entry->probe;

	entry->kind->look(entry);
	entry = health_running(health, index);
	if (!entry || entry->probe != probe || gets_longer(entry, now_us))
		return;
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
