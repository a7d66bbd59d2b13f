/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/breathe.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/monotime.h"

#define PAUSE_MS 5

static int (*due)(void *arg);
static void *due_arg;
/* A thread that is waited for does not breathe: the loop does. */
static _Thread_local bool working;
static double after;
static atomic_int outcome; /* also for a thread that is waited for */
static _Thread_local bool beside;

void breathe_with(int (*fn)(void *arg), void *arg)
{
	due = fn;
	due_arg = arg;
}

void breathe_begin(void)
{
	working = due != NULL;
	after = 0;
	outcome = 0;
}

void breathe_end(void)
{
	working = false;
}

int breathe(void)
{
	if (!working)
		return beside ? outcome : 0;
	if (outcome || monotime_now() < after)
		return outcome;
	/* What is done meanwhile is not part of the work. */
	working = false;
	outcome = due(due_arg);
	working = true;
	after = monotime_now() + PAUSE_MS / 1e3;
	return outcome;
}

struct piece {
	int (*run)(void *arg);
	void *arg;
	int outcome;
	int ended; /* an eventfd */
};

static void *run_piece(void *arg)
{
	struct piece *piece = arg;

	beside = true;
	piece->outcome = piece->run(piece->arg);
	eventfd_write(piece->ended, 1);
	return NULL;
}

/* It is waited for, also where nobody wants it any more. */
static void breathe_until(pthread_t thread, int ended)
{
	struct pollfd end = { .fd = ended, .events = POLLIN };

	working = false;
	while (poll(&end, 1, PAUSE_MS) <= 0)
		outcome = due(due_arg);
	working = true;
	pthread_join(thread, NULL);
}

int breathe_during(int (*run)(void *arg), void *arg)
{
	struct piece piece = { run, arg, 0, -1 };
	pthread_t thread;

	if (working)
		piece.ended = eventfd(0, EFD_CLOEXEC);
	if (piece.ended < 0 || pthread_create(&thread, NULL, run_piece, &piece))
		piece.outcome = run(arg);
	else
		breathe_until(thread, piece.ended);
	if (piece.ended >= 0)
		close(piece.ended);
	return piece.outcome;
}

void breathe_between(void)
{
	breathe_begin();
	breathe();
	breathe_end();
}
