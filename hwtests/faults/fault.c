/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For LD_PRELOAD: questions to the kernel fail at random, as they do when
 * descriptors or memory are short.  FAULT_FILE begins with "PPP\n", how many of
 * a hundred fail; it is mapped, so who writes there changes it at once.  What
 * is written, and what packets need, never fails.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const volatile char *percent;

static void __attribute__((constructor)) open_file(void)
{
	const char *path = getenv("FAULT_FILE");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		percent = map;
}

static bool fails(void)
{
	static const int errors[] = { EMFILE, EMFILE, ENFILE, ENOMEM, EPERM };
	static uint32_t state = 1;
	unsigned int now;

	if (!percent)
		return false;
	now = (unsigned int)(100 * (percent[0] - '0') +
			     10 * (percent[1] - '0') + percent[2] - '0');
	state = state * 1664525 + 1013904223; /* Numerical Recipes */
	if ((state >> 16) % 100 >= now)
		return false;
	errno = errors[(state >> 8) % (sizeof(errors) / sizeof(*errors))];
	return true;
}

/* The next one of that name, as a function of that type. */
#define REAL(type, name) ((type)(uintptr_t)dlsym(RTLD_NEXT, name))

int socket(int domain, int type, int protocol)
{
	typedef int (*fn)(int, int, int);

	return fails() ? -1 : REAL(fn, "socket")(domain, type, protocol);
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		typedef int (*fn)(const char *, int, mode_t);                  \
		mode_t mode;                                                   \
		va_list args;                                                  \
                                                                               \
		va_start(args, flags);                                         \
		mode = mode_of(flags, args);                                   \
		va_end(args);                                                  \
		return fails() ? -1 : REAL(fn, #name)(path, flags, mode);      \
	}
OPEN(open)
OPEN(open64)

FILE *fopen(const char *path, const char *mode)
{
	typedef FILE *(*fn)(const char *, const char *);

	return fails() ? NULL : REAL(fn, "fopen")(path, mode);
}

DIR *opendir(const char *path)
{
	typedef DIR *(*fn)(const char *);

	return fails() ? NULL : REAL(fn, "opendir")(path);
}

unsigned int if_nametoindex(const char *name)
{
	typedef unsigned int (*fn)(const char *);

	return fails() ? 0 : REAL(fn, "if_nametoindex")(name);
}

int flock(int fd, int operation)
{
	typedef int (*fn)(int, int);

	return fails() ? -1 : REAL(fn, "flock")(fd, operation);
}

static bool is_question(long number, long command)
{
	if (number != SYS_bpf)
		return false;
	return command == BPF_PROG_GET_FD_BY_ID ||
	       command == BPF_MAP_GET_FD_BY_ID || command == BPF_OBJ_GET ||
	       command == BPF_OBJ_GET_INFO_BY_FD ||
	       command == BPF_BTF_GET_FD_BY_ID;
}

/* Of libbpf, which attaches and detaches by netlink's sendmsg() alone. */
long syscall(long number, ...)
{
	typedef long (*fn)(long, long, long, long, long, long, long);
	long arg[6];
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (is_question(number, arg[0]) && fails())
		return -1;
	return REAL(fn, "syscall")(number, arg[0], arg[1], arg[2], arg[3],
				   arg[4], arg[5]);
}
