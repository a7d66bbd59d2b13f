/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 256

/* A dot or not: "eth0.5" is one directory name in /proc/sys. */
static void write_path(char out[PATH_SIZE], const char *path,
		       const char *interface)
{
	const char *place = strstr(path, "%s");

	if (place)
		snprintf(out, PATH_SIZE, "/proc/sys/net/%.*s%s%s",
			 (int)(place - path), path, interface, place + 2);
	else
		snprintf(out, PATH_SIZE, "/proc/sys/net/%s", path);
}

int net_sysctl(const char *path, const char *interface, long *out)
{
	char full[PATH_SIZE], line[64];
	FILE *file;
	int err;

	write_path(full, path, interface);
	file = fopen(full, "re");
	if (!file)
		return -errno;
	err = fgets(line, sizeof(line), file) ? 0 : -EIO;
	fclose(file);
	if (!err)
		*out = strtol(line, NULL, 10);
	return err;
}
