/* SPDX-License-Identifier: GPL-2.0-only */
/* What both sides need. */
#include "udpask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void __attribute__((noreturn)) udpask_die(const char *what)
{
	fprintf(stderr, "udpask: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

void udpask_pause(unsigned int ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	if (ms)
		nanosleep(&time, NULL);
}

void udpask_set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		udpask_die("setting a socket option");
}

static char pattern(size_t i)
{
	return (char)('a' + i % 23);
}

size_t udpask_fill(char *text, const char *words, size_t size)
{
	size_t length = strlen(words);

	if (size < length)
		size = length;
	memcpy(text, words, length);
	for (size_t i = length; i < size; i++)
		text[i] = pattern(i);
	return size;
}

bool udpask_is_whole(const char *text, size_t size)
{
	const char *end = memchr(text, '\n', size);

	for (size_t i = end ? (size_t)(end - text) + 1 : 0; i < size; i++)
		if (text[i] != pattern(i))
			return false;
	return end != NULL;
}
