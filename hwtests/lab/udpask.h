/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions and answers over UDP, both families, that tell what a network did
 * to them: whether they are whole, with which TTL and TOS they came, how long
 * the path lets them be.
 *
 * A question says how long its answer is to be and how late; the answer says
 * what came.  The rest of either is a pattern, so that damage shows.
 */
#ifndef UDPASK_H
#define UDPASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDPASK_MAX 65000 /* bytes of a datagram */

/* What a question begins with: bytes of its answer, milliseconds to wait. */
#define UDPASK_QUESTION "answer %u late %u\n"

void __attribute__((noreturn)) udpask_die(const char *what);
void udpask_pause(unsigned int ms);

/* A socket option, or the end. */
void udpask_set(int fd, int level, int option, int value);

/*
 * Into text[UDPASK_MAX]: words, which end with a newline, and the pattern up to
 * size.  Returns how long it is: at least the words.
 */
size_t udpask_fill(char *text, const char *words, size_t size);
bool udpask_is_whole(const char *text, size_t size);

/* Answers until it is killed; ICMP errors are printed, a line each. */
void __attribute__((noreturn)) udpask_serve(const char *name, uint16_t port);

#endif
