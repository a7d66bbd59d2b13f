/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/run_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DIRECTORY "/run/udplb"

/* systemd's RuntimeDirectory= makes one for us, if there are several the first.
 */
char *run_path_directory(void)
{
	const char *given = getenv("RUNTIME_DIRECTORY");

	if (given && *given == '/')
		return strndup(given, strcspn(given, ":"));
	return strdup(DIRECTORY);
}

/*
 * "@4026532008"; "" where there is no /proc.  Of init's namespace as well,
 * since who is not root cannot tell which that is.
 */
static void name_space(char *buf, size_t size)
{
	struct stat ours;

	*buf = '\0';
	if (!stat("/proc/self/ns/net", &ours))
		snprintf(buf, size, "@%lu", (unsigned long)ours.st_ino);
}

char *run_path(const char *interface, const char *suffix)
{
	char *where = run_path_directory(), *path = NULL, space[32];

	name_space(space, sizeof(space));
	if (where &&
	    asprintf(&path, "%s/%s%s%s", where, interface, space, suffix) < 0)
		path = NULL;
	free(where);
	return path;
}

void run_path_make_directory(void)
{
	char *where = run_path_directory();

	if (where)
		mkdir(where, 0755);
	free(where);
}

bool run_path_is_here(const char *name, const char *suffix)
{
	const char *at = strrchr(name, '@');
	char space[32], ending[64];
	size_t n = strlen(name), n_ending;

	name_space(space, sizeof(space));
	snprintf(ending, sizeof(ending), "%s%s", space, suffix);
	n_ending = strlen(ending);
	if (n <= n_ending || strcmp(name + n - n_ending, ending) != 0)
		return false;
	/* An interface may have an @ in its name, but hardly digits behind. */
	return *space || !at ||
	       strspn(at + 1, "0123456789") + strlen(suffix) != strlen(at + 1);
}
