/* SPDX-License-Identifier: GPL-2.0-only */
#include "cpu.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct cpu_time cpu_time_now(void)
{
	uint64_t t[8] = { 0 };
	struct cpu_time time = { 0 };
	FILE *file = fopen("/proc/stat", "re");

	if (!file)
		return time;
	if (fscanf(file,
		   "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6],
		   &t[7]) == 8) {
		for (int i = 0; i < 8; i++)
			time.all += t[i];
		time.busy = time.all - t[3] - t[4]; /* idle, iowait */
	}
	fclose(file);
	return time;
}

/* Whether this process is a ksoftirqd; seconds that it has run. */
static double softirq_seconds_of(const char *pid)
{
	char path[64], name[64] = "";
	uint64_t ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(name, sizeof(name), file))
		name[0] = 0;
	fclose(file);
	if (strncmp(name, "ksoftirqd/", 10) != 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%.16s/schedstat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64, &ns) != 1)
		ns = 0;
	fclose(file);
	return (double)ns / 1e9;
}

double cpu_softirq_seconds(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	double sum = 0;

	if (!processes)
		return 0;
	while ((entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]))
			sum += softirq_seconds_of(entry->d_name);
	closedir(processes);
	return sum;
}
