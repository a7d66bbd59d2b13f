/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Long work that nobody waits for within the process: a configuration that is
 * read, the tables of an instance that nobody knows yet.  It breathes between
 * two pieces, and what must not wait (health checks) is done meanwhile.  Only
 * between begin and end, which is where whatever that may change is not held.
 */
#ifndef BREATHE_H
#define BREATHE_H

/*
 * fn does what is due, and returns soon; negative errno: the work is wanted no
 * more.  NULL: nothing is done any more.
 */
void breathe_with(int (*fn)(void *arg), void *arg);

void breathe_begin(void);
void breathe_end(void);

/*
 * Cheap enough for every backend, if not for every slot.  0, or what fn said
 * last; who cannot fail may go on, somebody later will see.
 */
int breathe(void);

/*
 * A piece that cannot be cut, as it is a system call that takes its time, or
 * need not be, as it is a function of what nobody changes: in a thread, while
 * we breathe.  It may use nothing that is changed meanwhile, nor log, and has
 * ended when this returns what it returned; in it, breathe() only tells whether
 * it is wanted still.  Outside of such work, or without a thread, it is a call
 * like any other.
 */
int breathe_during(int (*piece)(void *arg), void *arg);

/* The same outside, between two steps at which all is as it should be. */
void breathe_between(void);

#endif
