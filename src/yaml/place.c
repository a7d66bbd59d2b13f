/* SPDX-License-Identifier: GPL-2.0-only */
#include "yaml/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *join(const struct config_place *place, const char *key,
			char path[CONFIG_PATH_SIZE])
{
	const char *dot = *place->path && *key && *key != '[' ? "." : "";

	/* Deep enough for every path of a table; longer ones are cut. */
	if (snprintf(path, CONFIG_PATH_SIZE, "%s%s%s", place->path, dot, key) <
	    0)
		*path = '\0';
	return path;
}

struct config_place config_place_key(const struct config_place *place,
				     const char *key,
				     const struct config_node *node)
{
	struct config_place below = { .errors = place->errors,
				      .tree = place->tree,
				      .node = node };

	join(place, key, below.path);
	return below;
}

struct config_place config_place_item(const struct config_place *place,
				      size_t index,
				      const struct config_node *node)
{
	char key[sizeof("[18446744073709551615]")];

	snprintf(key, sizeof(key), "[%zu]", index);
	return config_place_key(place, key, node);
}

static size_t line_of(const struct config_place *place, const char *path)
{
	return place->tree ? config_tree_line(place->tree, path) : 0;
}

static void __attribute__((format(printf, 4, 0)))
tell(const struct config_place *place, const char *key, bool warning,
     const char *format, va_list args)
{
	char path[CONFIG_PATH_SIZE], *message;

	join(place, key, path);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	if (warning)
		config_errors_warn(place->errors, line_of(place, path), path,
				   "%s", message ? message : "no memory");
	else
		config_errors_add(place->errors, line_of(place, path), path,
				  "%s", message ? message : "no memory");
	free(message);
}

void config_fail(const struct config_place *place, const char *key,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(place, key, false, format, args);
	va_end(args);
}

void config_warn(const struct config_place *place, const char *key,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(place, key, true, format, args);
	va_end(args);
}

bool config_given(const struct config_place *place, const char *key)
{
	if (!place->tree)
		return true;
	return place->node &&
	       config_tree_find(place->tree, place->node, key, strlen(key));
}

bool config_failed(const struct config_place *place, const char *key)
{
	char path[CONFIG_PATH_SIZE];

	return config_errors_within(place->errors, join(place, key, path));
}
