/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text -> tree with lines -> model
 *   yaml/yaml.h     config/key.h
 *
 * Both steps add what they find to one list of errors, and what they could not
 * use is missing from then on, so that all mistakes of a file come to light in
 * one run.  Only a file without any becomes a model.
 */
#include "config/config.h"
#include "model/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/key.h"
#include "yaml/yaml.h"

#define FILE_SIZE_MAX (16U << 20)

static int read_model(const struct config_tree *tree,
		      struct config_errors *errors, struct model **out)
{
	const struct config_place top = { .errors = errors, .tree = tree };
	int ret;

	*out = calloc(1, sizeof(**out));
	ret = *out ? config_read_root(&top, &config_top, *out) : -ENOMEM;
	return !ret && config_errors_any(errors) ? -EINVAL : ret;
}

static int parse(const char *text, size_t length, struct config_errors *errors,
		 struct model **out)
{
	struct config_tree tree = { .nodes = NULL };
	int ret;

	if (length > FILE_SIZE_MAX) {
		config_errors_add(errors, 0, "",
				  "the file is too large; expected at most %u "
				  "MiB",
				  FILE_SIZE_MAX >> 20);
		return -EINVAL;
	}
	ret = config_yaml_load(text, length, errors, &tree);
	if (!ret)
		ret = read_model(&tree, errors, out);
	config_tree_free(&tree);
	return ret;
}

int config_parse(const char *name, const char *text, size_t length,
		 struct model **out, struct config_errors **errors)
{
	struct model *model = NULL;
	int ret;

	*out = NULL;
	*errors = config_errors_new(name);
	if (!*errors)
		return -ENOMEM;
	ret = parse(text, length, *errors, &model);
	if (config_errors_finish(*errors))
		ret = -ENOMEM;
	if (ret)
		model_free(model);
	else
		*out = model;
	return ret;
}

/* Up to one byte more than allowed, so that the excess can be seen. */
static int read_all(int fd, char **text, size_t *length)
{
	size_t size = 0, room = 0;
	char *buf = NULL, *larger;
	ssize_t n;

	do {
		if (size == room) {
			room = room ? room * 2 : 65536;
			larger = realloc(buf, room);
			if (!larger) {
				free(buf);
				return -ENOMEM;
			}
			buf = larger;
		}
		n = read(fd, buf + size, room - size);
		if (n < 0 && errno != EINTR) {
			int err = errno;

			free(buf);
			return -err;
		}
		size += n > 0 ? (size_t)n : 0;
	} while (n && size <= FILE_SIZE_MAX);
	*text = buf;
	*length = size;
	return 0;
}

static int read_file(const char *path, char **text, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = read_all(fd, text, length);
	close(fd);
	return ret;
}

int config_load(const char *path, struct model **out,
		struct config_errors **errors)
{
	char *text = NULL;
	size_t length = 0;
	int ret = read_file(path, &text, &length);

	if (!ret) {
		ret = config_parse(path, text, length, out, errors);
		free(text);
		return ret;
	}
	*out = NULL;
	*errors = config_errors_new(path);
	if (*errors) {
		config_errors_add(*errors, 0, "",
				  "cannot be read: %s; expected a "
				  "configuration file",
				  strerror(-ret));
		config_errors_finish(*errors);
	}
	return ret;
}
