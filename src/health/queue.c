/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/queue.h"

#include <errno.h>
#include <stdlib.h>

int health_queue_reserve(struct health_queue *queue)
{
	const size_t room = queue->room ? 2 * queue->room : 64;
	struct health_wake **grown;

	if (queue->n + 1 < queue->room)
		return 0;
	grown = reallocarray(queue->heap, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	queue->heap = grown;
	queue->room = room;
	return 0;
}

void health_queue_free(struct health_queue *queue)
{
	free(queue->heap);
	*queue = (struct health_queue){ .n = 0 };
}

static void put(struct health_queue *queue, size_t place,
		struct health_wake *wake)
{
	queue->heap[place] = wake;
	wake->place = place;
}

static void rise(struct health_queue *queue, struct health_wake *wake)
{
	size_t place = wake->place;

	for (; place > 1; place /= 2) {
		struct health_wake *above = queue->heap[place / 2];

		if (above->at_us <= wake->at_us)
			break;
		put(queue, place, above);
	}
	put(queue, place, wake);
}

static void sink(struct health_queue *queue, struct health_wake *wake)
{
	size_t place = wake->place, below;

	for (; (below = 2 * place) <= queue->n; place = below) {
		if (below < queue->n &&
		    queue->heap[below + 1]->at_us < queue->heap[below]->at_us)
			below++;
		if (wake->at_us <= queue->heap[below]->at_us)
			break;
		put(queue, place, queue->heap[below]);
	}
	put(queue, place, wake);
}

void health_queue_set(struct health_queue *queue, struct health_wake *wake,
		      uint64_t at_us)
{
	if (!wake->place)
		put(queue, ++queue->n, wake);
	wake->at_us = at_us;
	rise(queue, wake);
	sink(queue, wake);
}

void health_queue_remove(struct health_queue *queue, struct health_wake *wake)
{
	struct health_wake *last;
	const size_t place = wake->place;

	if (!place)
		return;
	last = queue->heap[queue->n--];
	wake->place = 0;
	if (last == wake)
		return;
	put(queue, place, last);
	rise(queue, last);
	sink(queue, last);
}

struct health_wake *health_queue_first(const struct health_queue *queue)
{
	return queue->n ? queue->heap[1] : NULL;
}
