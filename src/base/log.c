/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* A line is written by one write(), so that lines of processes never mix. */
#define LINE_SIZE 8192

static bool show_debug;
static bool to_journal;

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
	/* If this fails, nowhere is left to complain to. */
	(void)!write(STDERR_FILENO, line, (size_t)(end - line));
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
		write_line(level, text);                                       \
		errno = saved;                                                 \
	}

DEFINE_LEVEL(log_error, LOG_ERR, true)
DEFINE_LEVEL(log_warn, LOG_WARNING, true)
DEFINE_LEVEL(log_info, LOG_INFO, true)
DEFINE_LEVEL(log_debug, LOG_DEBUG, show_debug)
