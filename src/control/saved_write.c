/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As text, which takes a tenth of the memory of a tree; in the file's own
 * directory first, and in one piece: the kernel is asked once, not for each
 * word.
 */
#include "control/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/breathe.h"
#include "base/json_out.h"
#include "control/counted.h"

void saved_next(struct json_out *out, bool first)
{
	json_out_raw(out, first ? "\n" : ",\n");
	breathe();
}

static void put_list(struct json_out *out, const char *key,
		     const struct places_name *list, size_t n)
{
	json_out_key(out, key);
	json_out_raw(out, "[");
	for (size_t i = 0; i < n; i++) {
		saved_next(out, !i);
		json_out_raw(out, "[");
		json_out_string(out, list[i].name);
		json_out_raw(out, ",");
		json_out_u64(out, list[i].at);
		json_out_raw(out, "]");
	}
	json_out_raw(out, "]");
}

static void put_places(struct json_out *out, const struct places *places)
{
	json_out_key(out, "places");
	json_out_raw(out, "{");
	put_list(out, "backends", places->backends, places->n_backends);
	put_list(out, "services", places->services, places->n_services);
	json_out_raw(out, "}");
}

static void put_names(struct json_out *out, const char *key,
		      const struct control_names *names)
{
	json_out_key(out, key);
	json_out_raw(out, "[");
	for (size_t i = 0; i < names->n; i++) {
		saved_next(out, !i);
		json_out_string(out, names->name[i]);
	}
	json_out_raw(out, "]");
}

static int write_text(int fd, const char *text, size_t length)
{
	while (length) {
		const ssize_t n = write(fd, text, length);

		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Through no link that somebody has left there, and for nobody else to read. */
static int write_new(const char *path, const struct json_out *out)
{
	int fd, err = 0;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0600))
		err = -errno;
	if (!err)
		err = write_text(fd, out->text, out->length);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

struct file {
	const char *path;
	const struct json_out *out;
};

static int write_file(void *arg)
{
	const struct file *file = arg;
	char *new_path;
	int err;

	if (asprintf(&new_path, "%s.new", file->path) < 0)
		return -ENOMEM;
	err = write_new(new_path, file->out);
	if (!err && rename(new_path, file->path))
		err = -errno;
	if (err)
		unlink(new_path);
	free(new_path);
	return err;
}

int control_saved_write(const char *path, uint32_t prog_id,
			const struct carry *carry, const struct places *places,
			const struct control_names *drained,
			const struct control_names *fresh)
{
	struct json_out out = { .text = NULL };
	struct file file = { path, &out };
	int err;

	json_out_raw(&out, "{");
	json_out_key_u64(&out, "format", CONTROL_SAVED_FORMAT);
	json_out_key_u64(&out, "abi", LB_ABI_VERSION);
	json_out_key_u64(&out, "pid", (uint64_t)getpid());
	json_out_key_u64(&out, "program", prog_id);
	put_names(&out, "drained", drained);
	put_names(&out, "new", fresh);
	if (carry) {
		json_out_key(&out, "counted");
		counted_put(&out, carry);
	}
	if (places)
		put_places(&out, places);
	json_out_raw(&out, "}\n");
	err = out.failed ? -ENOMEM : breathe_during(write_file, &file);
	free(out.text);
	return err;
}
