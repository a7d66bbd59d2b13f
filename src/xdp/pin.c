/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pin is named by what it pins and by the program that needs it:
 * "17-program", "17-map-4", so that whoever knows the program's id finds all of
 * them, and nobody has to ask what they are.
 */
#include "xdp/pin.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>

#include "base/passing.h"
#include "bpf/lb_abi.h"

#define DIRECTORY "/sys/fs/bpf/udplb"
#define PATH_SIZE 512

static bool is_bpf_fs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC;
}

/* 0, or -ENOENT: there is none, and none can be made. */
static int directory(char path[PATH_SIZE])
{
	const char *given = getenv("RUNTIME_DIRECTORY");

	if (given && *given == '/') {
		snprintf(path, PATH_SIZE, "%.*s/bpf", (int)strcspn(given, ":"),
			 given);
		if (is_bpf_fs(path))
			return 0;
	}
	snprintf(path, PATH_SIZE, "%s", DIRECTORY);
	mkdir(path, 0700);
	return is_bpf_fs(path) ? 0 : -ENOENT;
}

/* The first pin whose name ends, or (first) begins, with the text. */
static int find(const char *text, bool first, char path[PATH_SIZE])
{
	size_t used, length = strlen(text);
	struct dirent *entry;
	DIR *dir = NULL;
	int err = directory(path);

	if (err)
		return err;
	dir = opendir(path);
	if (!dir)
		return -errno;
	used = strlen(path);
	err = -ENOENT;
	while (err && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);
		const char *at = entry->d_name;

		if (n < length ||
		    memcmp(first ? at : at + n - length, text, length) != 0)
			continue;
		snprintf(path + used, PATH_SIZE - used, "/%s", at);
		err = 0;
	}
	closedir(dir);
	return err;
}

static int get(const char *text, bool first)
{
	char path[PATH_SIZE];
	int err = find(text, first, path);

	if (err)
		return passing(err) ? err : -EPERM;
	return bpf_obj_get(path);
}

int bpf_pin_program(uint32_t id)
{
	int fd = bpf_prog_get_fd_by_id(id);
	char text[32];

	snprintf(text, sizeof(text), "%u-program", id);
	return fd == -EPERM ? get(text, true) : fd;
}

int bpf_pin_map(uint32_t id)
{
	int fd = bpf_map_get_fd_by_id(id);
	char text[32];

	snprintf(text, sizeof(text), "-map-%u", id);
	return fd == -EPERM ? get(text, false) : fd;
}

static int pin_map(const char *where, uint32_t program_id, int fd)
{
	struct bpf_map_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	char path[PATH_SIZE + 64];
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/%u-map-%u", where, program_id,
		 info.id);
	return bpf_obj_pin(fd, path);
}

static bool counts(const struct bpf_map *map)
{
	return !strcmp(bpf_map__name(map), LB_MAP_BACKEND_STATS) ||
	       !strcmp(bpf_map__name(map), LB_MAP_REASON_STATS);
}

static int pin_all(int program_fd, uint32_t id, const struct bpf_object *object)
{
	char where[PATH_SIZE], path[PATH_SIZE + 64];
	struct bpf_map *map;
	int err = directory(where);

	if (err)
		return err;
	bpf_object__for_each_map(map, object)
	{
		if (!err && counts(map))
			err = pin_map(where, id, bpf_map__fd(map));
	}
	snprintf(path, sizeof(path), "%s/%u-program", where, id);
	return err ? err : bpf_obj_pin(program_fd, path);
}

int bpf_pin_keep(int program_fd, const struct bpf_object *object)
{
	struct bpf_prog_info info = { .id = 0 };
	uint32_t size = sizeof(info);
	int fd, err = bpf_obj_get_info_by_fd(program_fd, &info, &size);

	if (err)
		return err;
	fd = bpf_prog_get_fd_by_id(info.id);
	if (fd >= 0)
		close(fd);
	if (fd != -EPERM)
		return fd < 0 ? fd : 0;
	err = pin_all(program_fd, info.id, object);
	if (err)
		bpf_pin_drop(info.id);
	return err;
}

void bpf_pin_drop(uint32_t program_id)
{
	char text[32], path[PATH_SIZE];

	snprintf(text, sizeof(text), "%u-", program_id);
	while (!find(text, true, path))
		if (unlink(path))
			return;
}
