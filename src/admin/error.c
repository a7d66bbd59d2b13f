/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/error.h"

#include <stdlib.h>
#include <string.h>

/*
 * "backends[0].port" is "/backends/0/port".  Names of keys have nothing that a
 * pointer would have to escape.
 */
static json_t *to_pointer(const char *path)
{
	char *text = malloc(strlen(path) + 2), *to = text;
	json_t *json;

	if (!text)
		return NULL;
	if (*path)
		*to++ = '/';
	for (; *path; path++)
		if (*path != ']')
			*to++ = *path == '.' || *path == '[' ? '/' : *path;
	json = json_stringn(text, (size_t)(to - text));
	free(text);
	return json;
}

static json_t *to_json(const char *file, const struct config_error *error)
{
	json_t *json = json_pack("{ss}", "error", error->text);

	if (!json || !error->path)
		return json;
	if (!file) {
		json_object_set_new(json, "path", to_pointer(error->path));
		return json;
	}
	json_object_set_new(json, "file", json_string(file));
	if (error->line)
		json_object_set_new(json, "line",
				    json_integer((json_int_t)error->line));
	if (*error->path)
		json_object_set_new(json, "key", json_string(error->path));
	return json;
}

json_t *admin_error_to_json(const struct config_errors *errors, int err)
{
	json_t *all = json_array(), *json;

	for (size_t i = 0; i < config_errors_count(errors); i++)
		if (!config_errors_is_warning(errors, i))
			json_array_append_new(
				all, to_json(config_errors_file(errors),
					     config_errors_get(errors, i)));
	if (!json_array_size(all)) {
		json_decref(all);
		return json_pack("{ss}", "error", strerror(-err));
	}
	json = json_copy(json_array_get(all, 0));
	if (json && json_array_size(all) > 1)
		json_object_set(json, "errors", all);
	json_decref(all);
	return json;
}
