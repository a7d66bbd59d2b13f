/* SPDX-License-Identifier: GPL-2.0-only */
#include "guard.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What crashes here is a file's fault, of which nobody needs a core. */
static void bound(void)
{
	const struct rlimit core = { 0, 0 };
	const struct rlimit cpu = { NFP_GUARD_SECONDS, NFP_GUARD_SECONDS + 1 };

	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_CPU, &cpu);
}

static int wait_for(pid_t child, int *status)
{
	pid_t got;

	do
		got = waitpid(child, status, 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : 0;
}

int nfp_guard(int (*fn)(void *arg), void *arg, char *why, size_t why_size)
{
	int status = 0, err;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (!child) {
		bound();
		status = fn(arg);
		fflush(NULL);
		_exit(status);
	}
	err = child < 0 ? -errno : wait_for(child, &status);
	if (err) {
		snprintf(why, why_size,
			 "reading it in a process of its own: %s",
			 strerror(-err));
		return err;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (WTERMSIG(status) == SIGXCPU)
		snprintf(why, why_size, "took more than %d s to read: damaged?",
			 NFP_GUARD_SECONDS);
	else
		snprintf(why, why_size,
			 "damaged: libbpf %u.%u crashed in it (%s)",
			 libbpf_major_version(), libbpf_minor_version(),
			 strsignal(WTERMSIG(status)));
	return -EBADMSG;
}
