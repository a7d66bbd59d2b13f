/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/bpf_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "base/log.h"

#define SAID_SIZE	4096
#define KMSG_RECORD_MAX 8192 /* Documentation/ABI/testing/dev-kmsg */

static char said[SAID_SIZE];
static char no_dispatcher[256];
static int kmsg_fd = -1;

static void keep(const char *line, size_t length)
{
	size_t used = strlen(said);
	char copy[512];

	while (length && strchr(" \t\r\n", line[length - 1]))
		length--;
	snprintf(copy, sizeof(copy), "%.*s", (int)length, line);
	if (!*copy || strstr(said, copy))
		return;
	snprintf(said + used, sizeof(said) - used, "%s%s", used ? "; " : "",
		 copy);
}

/* Known to mean nothing: a card keeps no BTF, and we retry by ourselves. */
static bool is_noise(const char *line)
{
	static const char *const noise[] = {
		"Retrying without BTF",	   "failed to load object",
		"BEGIN PROG LOAD LOG",	   "END PROG LOAD LOG",
		"No XDP dispatcher found",
	};

	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++)
		if (strstr(line, noise[i]))
			return true;
	return false;
}

/*
 * What keeps libxdp from making a dispatcher it takes for information, and
 * tells it once in the life of a process.
 */
static bool is_verdict(const char *line)
{
	if (strstr(line, "Compatibility check for dispatcher"))
		snprintf(no_dispatcher, sizeof(no_dispatcher), "%.*s",
			 (int)strcspn(line, "\r\n"), line);
	return strstr(line, "Failed to load dispatcher");
}

/*
 * A verifier log runs to thousands of lines.  The card's driver marks its own
 * with [nfp]; otherwise the last line before the statistics is the verdict.
 */
static void keep_verifier_log(char *text)
{
	char *verdict = NULL, *save = NULL, *line;
	bool marked = false;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "[nfp]", 5)) {
			keep(line, strlen(line));
			marked = true;
		}
		if (is_noise(line) || !strncmp(line, "processed ", 10) ||
		    !strncmp(line, "verification time", 17) ||
		    !strncmp(line, "stack depth", 11))
			continue;
		verdict = line;
	}
	if (verdict && !marked)
		keep(verdict, strlen(verdict));
}

static void collect(const char *format, va_list args, bool warning)
{
	char *text;
	const char *line;

	if (vasprintf(&text, format, args) < 0)
		return;
	line = text;
	if (!strncmp(line, "libbpf: ", 8) || !strncmp(line, "libxdp: ", 8))
		line += 8;
	log_debug("%s", text);
	if (strstr(line, "BEGIN PROG LOAD LOG"))
		keep_verifier_log(text);
	else if ((warning || is_verdict(line)) && !is_noise(line))
		keep(line, strlen(line));
	free(text);
}

static int libbpf_said(enum libbpf_print_level level, const char *format,
		       va_list args)
{
	if (level == LIBBPF_DEBUG)
		return 0;
	collect(format, args, level == LIBBPF_WARN);
	return 0;
}

static int libxdp_said(enum libxdp_print_level level, const char *format,
		       va_list args)
{
	if (level == LIBXDP_DEBUG)
		return 0;
	collect(format, args, level == LIBXDP_WARN);
	return 0;
}

void bpf_log_init(void)
{
	libbpf_set_print(libbpf_said);
	libxdp_set_print(libxdp_said);
	/* Not readable for everybody, and then simply not heard. */
	kmsg_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

void bpf_log_begin(void)
{
	*said = '\0';
	if (kmsg_fd >= 0)
		lseek(kmsg_fd, 0, SEEK_END);
}

/* A record is "level,sequence,time,flags;text\n", then " KEY=value" lines. */
static void keep_kernel_log(void)
{
	char record[KMSG_RECORD_MAX + 1], *text, *end;
	ssize_t n;

	for (;;) {
		n = read(kmsg_fd, record, KMSG_RECORD_MAX);
		if (n < 0 && errno == EPIPE) /* overwritten: go on */
			continue;
		if (n <= 0)
			return;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		end = strchrnul(++text, '\n');
		*end = '\0';
		if (strstr(text, "nfp") || strstr(text, "bpf") ||
		    strstr(text, "BPF") || strstr(text, "XDP"))
			keep(text, end - text);
	}
}

bool bpf_log_said(const char *text)
{
	return strstr(said, text);
}

void bpf_log_why(const char *object, int err, char *why, size_t why_size)
{
	if (kmsg_fd >= 0)
		keep_kernel_log();
	if (err == -EOPNOTSUPP && !*said)
		keep(no_dispatcher, strlen(no_dispatcher));
	snprintf(why, why_size, "%s: %s%s%s", object, strerror(-err),
		 *said ? ": " : "", said);
}
