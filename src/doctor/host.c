/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/host.h"

#include <glob.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "net/sysctl.h"

#define PATH_SIZE 256
#define LINE_SIZE 256

static const char *const sysctl_paths[DOCTOR_SYSCTLS_END] = {
#define PATH_(id, path) [DOCTOR_##id] = (path),
	DOCTOR_SYSCTLS(PATH_)
#undef PATH_
};

/* The first line without its end; false where there is none. */
static bool read_line(const char *path, char line[LINE_SIZE])
{
	FILE *file = fopen(path, "re");
	bool done;

	if (!file)
		return false;
	done = fgets(line, LINE_SIZE, file) != NULL;
	fclose(file);
	if (done)
		line[strcspn(line, "\n")] = '\0';
	return done;
}

static long read_sysctl(const char *path, const char *interface)
{
	long value;

	return net_sysctl(path, interface, &value) ? -1 : value;
}

static bool has_rps(const char *interface)
{
	char pattern[PATH_SIZE], line[LINE_SIZE];
	bool found = false;
	glob_t files;

	snprintf(pattern, sizeof(pattern),
		 "/sys/class/net/%s/queues/rx-*/rps_cpus", interface);
	if (glob(pattern, 0, NULL, &files))
		return false;
	/* Masks are like "00000000,0000000f". */
	for (size_t i = 0; i < files.gl_pathc; i++)
		if (read_line(files.gl_pathv[i], line))
			found |= strspn(line, "0,") != strlen(line);
	globfree(&files);
	return found;
}

/* How many interrupts; and whether one CPU has them all. */
static void read_interrupts(struct doctor_facts *facts)
{
	char path[PATH_SIZE], line[LINE_SIZE], first[LINE_SIZE] = "";
	glob_t files;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device/msi_irqs/*",
		 facts->model->interface);
	if (glob(path, 0, NULL, &files))
		return;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		snprintf(path, sizeof(path),
			 "/proc/irq/%s/effective_affinity_list",
			 strrchr(files.gl_pathv[i], '/') + 1);
		if (!read_line(path, line))
			continue;
		if (!facts->irqs++)
			memcpy(first, line, sizeof(first));
		if (strcmp(first, line) != 0 || strpbrk(line, ",-"))
			facts->irq_cpus = 2;
	}
	globfree(&files);
	if (facts->irqs && !facts->irq_cpus)
		facts->irq_cpus = 1;
}

/* Since 5.11 a cgroup's memory counts instead; before, root may raise it. */
static void read_memlock(struct doctor_facts *facts)
{
	unsigned int major = 0, minor = 0;
	struct utsname kernel;
	struct rlimit limit;

	if (uname(&kernel) || getrlimit(RLIMIT_MEMLOCK, &limit) ||
	    sscanf(kernel.release, "%u.%u", &major, &minor) != 2)
		return;
	facts->memlock_bytes = limit.rlim_max;
	facts->memlock_counts =
		(major < 5 || (major == 5 && minor < 11)) &&
		(geteuid() || prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE) != 1);
}

void doctor_host_read(struct doctor_facts *facts)
{
	const char *interface = facts->model->interface;

	for (size_t i = 0; i < DOCTOR_SYSCTLS_END; i++)
		facts->sysctl[i] = read_sysctl(sysctl_paths[i], interface);
	facts->cpus = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	facts->rps = has_rps(interface);
	read_interrupts(facts);
	read_memlock(facts);
}
