/* SPDX-License-Identifier: GPL-2.0-only */
/* What health*.c share: a check with its running probe, and how probes end. */
#ifndef HEALTH_PRIVATE_H
#define HEALTH_PRIVATE_H

#include <netinet/in.h>

#include "health/away.h"
#include "health/health.h"
#include "health/match.h"
#include "health/queue.h"
#include "health/track.h"

struct health_http;	 /* of one check */
struct health_http_loop; /* of all */
struct health_icmp;	 /* one family's socket */
struct health_kind;

struct health_entry {
	struct health *health;
	uint32_t index;
	struct model_health check;
	const struct health_kind *kind; /* how it asks */
	struct health_match *match;	/* UDP, HTTP; may be NULL */
	struct health_track track;
	struct health_wake wake;
	uint64_t probe;	     /* no other probe has this number */
	uint64_t away_us;    /* of the loop, as the probe knows it */
	unsigned int longer; /* how often the probe got time for that */
	uint64_t started_ns;
	uint64_t latency_ns;
	char reason[HEALTH_REASON_MAX];
	unsigned int strays; /* DNS: datagrams that were no answer */
	int fd;		     /* UDP, TCP: of the probe; else -1 */
	struct health_http *http;
};

struct health {
	sd_event *event;
	char interface[IF_NAMESIZE]; /* empty: any */
	struct health_handler handler;
	struct health_entry **entries; /* by index; NULL: no check */
	size_t n_entries;
	uint64_t probes; /* that began */
	sd_event_source *timer;
	int sockets; /* an epoll set of what is open now; UDP, TCP */
	sd_event_source *ready;
	struct health_queue queue;
	uint64_t rest_us; /* not before then more of it */
	struct health_away away;
	struct health_lacks lacks;
	unsigned int patient; /* probes that run, of patient kinds */
	struct health_icmp *icmp4, *icmp6;
	struct health_http_loop *http;
};

/*
 * A way to ask.  start() returns 0 where the probe runs, or negative errno.
 * ready() is for events on entry->fd, as epoll_wait() tells them; only where
 * health_socket_connect() is used.
 * look() takes answers that came without the loop noticing yet; it may end the
 * probe, and others.  stop() ends what start() began; twice is fine.  A patient
 * kind needs the loop several times before it can have an answer.
 */
struct health_kind {
	bool patient;
	int (*open)(struct health_entry *entry, char *why, size_t why_size);
	int (*start)(struct health_entry *entry);
	void (*ready)(struct health_entry *entry, uint32_t events);
	void (*look)(struct health_entry *entry);
	void (*stop)(struct health_entry *entry);
	void (*close)(struct health_entry *entry);
};

extern const struct health_kind health_kind_icmp, health_kind_udp,
	health_kind_tcp, health_kind_http;

void health_icmp_close(struct health_icmp *icmp);
void health_http_close(struct health_http_loop *loop);

uint64_t health_clock_us(void);

/* When it is woken next; a probe begins; it had its time. */
void health_probe_arm(struct health_entry *entry);
void health_probe_begin(struct health_entry *entry, uint64_t now_us);
void health_probe_give_up(struct health_entry *entry, uint64_t now_us);

/* Goes before what is not about health; or negative errno. */
int health_first(sd_event_source *source);

/* NULL where there is none, or no probe of it runs. */
struct health_entry *health_find(const struct health *health, uint32_t index);
struct health_entry *health_running(const struct health *health,
				    uint32_t index);

/*
 * The probe's end.  The entry may be gone when these return: the handler may
 * have removed it.
 */
void health_good(struct health_entry *entry, const char *reason);
void health_bad(struct health_entry *entry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The probe could not be made, or not judged. */
void health_skip(struct health_entry *entry, enum health_lack lack,
		 const char *reason);

/* Of a system call for the probe: bad, or skipped where we are the cause. */
void health_errno(struct health_entry *entry, int err);

/* A non-blocking socket, on the interface; or negative errno. */
int health_socket(const struct health *health, int family, int type,
		  int protocol);

/*
 * entry->fd becomes a socket connected, or connecting, to the check's endpoint,
 * but for a check with an alias; and these events on it call the kind's
 * ready(). 0 or negative errno.
 */
int health_socket_connect(struct health_entry *entry, int type,
			  uint32_t events);

/* Closes entry->fd, if it is open. */
void health_socket_close(struct health_entry *entry);

/* What watches all of those; 0 or negative errno, and close it in any case. */
int health_sockets_open(struct health *health);
void health_sockets_close(struct health *health);

#endif
