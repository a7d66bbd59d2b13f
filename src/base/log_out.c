/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/log_out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	enum { WAITS, TAKES, SOCKET, REOPENED, ASKED } how;
	int fd; /* of our own, where REOPENED */
	char kept[LOG_OUT_KEPT];
	size_t length;
	uint64_t dropped;
} out;

/*
 * O_NONBLOCK belongs to what was opened, and that is shared with whoever
 * started us.  What /proc opens is the same pipe or terminal, and our own.
 */
static int reopen(void)
{
	return open("/proc/self/fd/2",
		    O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_APPEND);
}

void log_out_never_wait(void)
{
	struct stat st;

	log_out_reset();
	if (fstat(STDERR_FILENO, &st))
		return;
	if (S_ISSOCK(st.st_mode)) {
		out.how = SOCKET;
	} else if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)) {
		out.fd = reopen();
		out.how = out.fd < 0 ? ASKED : REOPENED;
	} else { /* a file always takes something, or fails */
		out.how = TAKES;
	}
}

void log_out_reset(void)
{
	if (out.how == REOPENED)
		close(out.fd);
	out.how = WAITS;
	out.length = 0;
	out.dropped = 0;
}

/*
 * Where it may not be opened again: poll(2) says that a pipe has room only if
 * it takes PIPE_BUF bytes (pipe(7)).
 */
static ssize_t write_if_asked(const char *text, size_t length)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLOUT)) {
		errno = fd.revents & (POLLERR | POLLNVAL) ? EPIPE : EAGAIN;
		return -1;
	}
	return write(STDERR_FILENO, text,
		     length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t write_some(const char *text, size_t length)
{
	switch (out.how) {
	case SOCKET:
		return send(STDERR_FILENO, text, length,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
	case REOPENED:
		return write(out.fd, text, length);
	case ASKED:
		return write_if_asked(text, length);
	default:
		return write(STDERR_FILENO, text, length);
	}
}

/* How many bytes are done with: written, or refused for good. */
static size_t put(const char *text, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = write_some(text + done, length - done);

		if (n < 0 && errno == EAGAIN && out.how != WAITS)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			/* Nowhere is left to complain to. */
			out.dropped++;
			return length;
		}
		done += (size_t)n;
	}
	return done;
}

bool log_out_flush(void)
{
	size_t done = put(out.kept, out.length);

	memmove(out.kept, out.kept + done, out.length - done);
	out.length -= done;
	return !out.length;
}

void log_out(const char *line, size_t length)
{
	size_t done = log_out_flush() ? put(line, length) : 0;

	if (done == length)
		return;
	/* Of a line that is begun the rest always finds room: nothing is kept
	 * then. */
	if (length - done > sizeof(out.kept) - out.length) {
		out.dropped++;
		return;
	}
	memcpy(out.kept + out.length, line + done, length - done);
	out.length += length - done;
}

uint64_t log_out_dropped(void)
{
	return out.dropped;
}
