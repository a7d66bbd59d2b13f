/* SPDX-License-Identifier: GPL-2.0-only */
/* Who wants to be woken, the earliest first: a heap.  Pure. */
#ifndef HEALTH_QUEUE_H
#define HEALTH_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* In what is to be woken; zero while it is in no queue. */
struct health_wake {
	uint64_t at_us;
	size_t place; /* in the heap, from 1 on */
};

struct health_queue {
	struct health_wake **heap; /* from 1 on */
	size_t n, room;
};

/* Then one more than are there can be set.  0 or -ENOMEM. */
int health_queue_reserve(struct health_queue *queue);
void health_queue_free(struct health_queue *queue);

/* It is woken then, and only then. */
void health_queue_set(struct health_queue *queue, struct health_wake *wake,
		      uint64_t at_us);
/* Not any more; not being there is fine. */
void health_queue_remove(struct health_queue *queue, struct health_wake *wake);

/* NULL: nobody. */
struct health_wake *health_queue_first(const struct health_queue *queue);

#endif
