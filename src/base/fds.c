/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fds.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * Container runtimes set limits of a thousand million.  Nobody needs these, and
 * what walks through all possible descriptors takes hours with them
 * (containerd/containerd#7566).
 */
#define LIMIT_MAX (1UL << 20)

static int kept[FDS_KEPT];
static size_t n_kept;
static unsigned int depth;

static unsigned long bounded(rlim_t limit)
{
	return limit < LIMIT_MAX ? (unsigned long)limit : LIMIT_MAX;
}

static unsigned long fds_limit(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? 0 : bounded(limit.rlim_cur);
}

unsigned long fds_limit_hard(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? 0 : bounded(limit.rlim_max);
}

unsigned long fds_raise(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) &&
	    limit.rlim_cur < bounded(limit.rlim_max)) {
		limit.rlim_cur = bounded(limit.rlim_max);
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	return fds_limit();
}

/* The lowest free one is taken first: so the last ones are the last to go. */
static bool enough_free(void)
{
	const unsigned long limit = fds_limit();
	const int from = limit > FDS_KEPT ? (int)limit - FDS_KEPT : 0;
	int fd = kept[0], got;

	if (!n_kept)
		return true;
	got = fcntl(fd, F_DUPFD_CLOEXEC, from);
	if (got >= 0)
		close(got);
	return got == from;
}

void fds_lend(void)
{
	if (depth++ || enough_free())
		return;
	while (n_kept)
		close(kept[--n_kept]);
}

void fds_keep(void)
{
	int fd;

	if (depth)
		depth--;
	while (!depth && n_kept < FDS_KEPT) {
		fd = eventfd(0, EFD_CLOEXEC);
		if (fd < 0)
			return;
		kept[n_kept++] = fd;
	}
}
