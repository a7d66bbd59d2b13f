/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/log_out.h"
#include "base/monotime.h"

/* A line is written by one write(), so that lines of processes never mix where
 * that is not longer than PIPE_BUF. */
#define LINE_SIZE 8192

/* Of one kind, in so many seconds, before the rest is only counted. */
#define CALM_LINES   100
#define CALM_SECONDS 1.0
#define KINDS	     64 /* a power of two */

/* Lines with the same format, which is a constant. */
struct kind {
	const char *format;
	int level;
	double since;
	unsigned int lines, held;
	char last[256]; /* of those held */
};

static bool show_debug;
static bool to_journal;
static bool calm;
static struct kind kinds[KINDS];
static uint64_t told_dropped; /* of log_out_dropped() */

/*
 * JOURNAL_STREAM is "DEVICE:INODE" of what systemd connected to standard error
 * (systemd.exec(5)).  It is inherited, so it counts only while it still names
 * our standard error.
 */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return false;
	if (fstat(STDERR_FILENO, &st))
		return false;
	return st.st_dev == device && st.st_ino == inode;
}

void log_init(bool verbose)
{
	show_debug = verbose;
	to_journal = stderr_is_journal();
	calm = false;
	log_out_reset();
}

static const char *level_name(int level)
{
	switch (level) {
	case LOG_ERR:
		return "ERROR";
	case LOG_WARNING:
		return "WARNING";
	case LOG_INFO:
		return "INFO";
	default:
		return "DEBUG";
	}
}

static size_t put_prefix(char *line, size_t size, int level)
{
	struct timespec now;
	struct tm tm;
	char stamp[sizeof("2026-01-31 12:00:00")];

	if (to_journal)
		return (size_t)snprintf(line, size, "<%d>", level);
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%F %T", &tm);
	return (size_t)snprintf(line, size, "[%s,%03ld] [%s] ", stamp,
				now.tv_nsec / 1000000, level_name(level));
}

/*
 * Whatever a message quotes, it stays one line and cannot drive a terminal.
 * Returns the new end of the line.
 */
static char *put_text(char *to, const char *end, const char *text)
{
	for (; *text && end - to >= 2; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n') {
			text += strspn(text, "\n") - 1;
			if (!text[1])
				break;
			*to++ = ';';
			c = ' ';
		}
		*to++ = (char)(c < ' ' || c == 0x7f ? ' ' : c);
	}
	return to;
}

static void write_line(int level, const char *text)
{
	char line[LINE_SIZE + 64];
	char *end = line + put_prefix(line, sizeof(line), level);

	end = put_text(end, line + sizeof(line) - 1, text);
	*end++ = '\n';
	log_out(line, (size_t)(end - line));
}

static void sum_up(struct kind *kind)
{
	char text[sizeof(kind->last) + 100];

	if (!kind->held)
		return;
	snprintf(text, sizeof(text),
		 "... and %u more lines like this within a second, the last: "
		 "%s",
		 kind->held, kind->last);
	kind->held = 0;
	write_line(kind->level, text);
}

/* Kinds that meet in one place take turns, and are both limited less. */
static struct kind *find_kind(const char *format, int level, double now)
{
	struct kind *kind =
		&kinds[((uintptr_t)format >> 3) * 2654435761U % KINDS];

	if (kind->format == format && now - kind->since < CALM_SECONDS)
		return kind;
	sum_up(kind);
	*kind = (struct kind){ .format = format, .level = level, .since = now };
	return kind;
}

static void say(int level, const char *format, const char *text)
{
	struct kind *kind;

	if (!calm) {
		write_line(level, text);
		return;
	}
	kind = find_kind(format, level, monotime_now());
	if (kind->lines++ < CALM_LINES) {
		write_line(level, text);
		return;
	}
	kind->held++;
	snprintf(kind->last, sizeof(kind->last), "%s", text);
}

void log_run_calmly(void)
{
	log_out_never_wait();
	memset(kinds, 0, sizeof(kinds));
	told_dropped = 0;
	calm = true;
}

static void tell_dropped(void)
{
	char text[100];
	uint64_t n = log_out_dropped() - told_dropped;

	if (!n)
		return;
	snprintf(text, sizeof(text),
		 "%llu lines of this log were lost, as nobody took them",
		 (unsigned long long)n);
	told_dropped = log_out_dropped();
	write_line(LOG_WARNING, text);
}

void log_tick(void)
{
	const double now = monotime_now();

	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].held && now - kinds[i].since >= CALM_SECONDS)
			sum_up(&kinds[i]);
	if (log_out_flush())
		tell_dropped();
}

uint64_t log_dropped(void)
{
	return log_out_dropped();
}

#define DEFINE_LEVEL(name, level, shown)                                       \
	void name(const char *format, ...)                                     \
	{                                                                      \
		char text[LINE_SIZE];                                          \
		int saved = errno;                                             \
		va_list args;                                                  \
                                                                               \
		if (!(shown))                                                  \
			return;                                                \
		va_start(args, format);                                        \
		vsnprintf(text, sizeof(text), format, args);                   \
		va_end(args);                                                  \
		say(level, format, text);                                      \
		errno = saved;                                                 \
	}

DEFINE_LEVEL(log_error, LOG_ERR, true)
DEFINE_LEVEL(log_warn, LOG_WARNING, true)
DEFINE_LEVEL(log_info, LOG_INFO, true)
DEFINE_LEVEL(log_debug, LOG_DEBUG, show_debug)
