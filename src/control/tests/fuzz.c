/* SPDX-License-Identifier: GPL-2.0-only */
/* libFuzzer target: whatever an earlier udplb, or a bad disk, left as state. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/saved.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static const char *file(void)
{
	static char path[64];

	if (!*path)
		snprintf(path, sizeof(path), "/dev/shm/udplb-fuzz-%d",
			 (int)getpid());
	return path;
}

static void write_file(const uint8_t *data, size_t size)
{
	int fd = open(file(), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	require(fd >= 0);
	require(write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void check(const struct control_saved *saved)
{
	const struct places *places = &saved->places;

	for (size_t i = 0; i < places->n_backends; i++)
		require(places->backends[i].name && places->backends[i].at);
	for (size_t i = 0; i < places->n_services; i++)
		require(places->services[i].name && places->services[i].at);
	for (size_t i = 1; i < saved->carry.n_backends; i++)
		require(saved->carry.backends[i].name);
	for (size_t i = 0; i < saved->drained.n; i++)
		require(saved->drained.name[i]);
}

/* What was read can be written, and then read again. */
static void write_again(const struct control_saved *saved)
{
	struct control_saved again;

	require(!control_saved_write(file(), saved->prog_id, &saved->carry,
				     &saved->places, &saved->drained,
				     &saved->fresh));
	require(!control_saved_read(file(), &again));
	require(again.prog_id == saved->prog_id);
	require(again.drained.n == saved->drained.n);
	require(again.places.n_backends == saved->places.n_backends);
	control_saved_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control_saved saved;
	int err;

	write_file(data, size);
	err = control_saved_read(file(), &saved);
	require(err == 0 || err == -EINVAL || err == -EPROTO || err == -ENOMEM);
	if (!err) {
		check(&saved);
		if (saved.carry.n_backends)
			write_again(&saved);
		control_saved_free(&saved);
	}
	unlink(file());
	return 0;
}
