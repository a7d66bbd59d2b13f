/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON is judged here by its form: which keys there are, of which types.  What
 * the values may be is the configuration's to say: they are handed over as the
 * texts that a file would have.
 */
#include "admin/body.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/backend.h"

#define PLACE_SIZE 64

int admin_body_parse(const char *text, size_t length, json_t **out,
		     struct config_errors **errors)
{
	json_error_t error;

	if (!length)
		return config_errors_refuse(errors, -EINVAL, "",
					    "expected a body, a JSON object");
	*out = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (*out)
		return 0;
	return config_errors_refuse(errors, -EINVAL, "",
				    "is not valid JSON: line %d, column %d: %s",
				    error.line, error.column, error.text);
}

/* A key and what it may be. */
struct field {
	const char *key;
	enum { NUMBER, BOOLEAN, TEXT, TEXTS, OBJECTS } type;
	bool required;
};

static bool has_type(const struct field *field, const json_t *value)
{
	size_t i;
	json_t *item;

	switch (field->type) {
	case NUMBER:
		return json_is_integer(value);
	case BOOLEAN:
		return json_is_boolean(value);
	case TEXT:
		return json_is_string(value);
	case TEXTS:
		json_array_foreach(
			value, i, item) if (!json_is_string(item)) return false;
		return json_is_array(value);
	default:
		return json_is_array(value);
	}
}

static const char *type_name(const struct field *field)
{
	static const char *const names[] = {
		[NUMBER] = "a whole number",
		[BOOLEAN] = "true or false",
		[TEXT] = "a text",
		[TEXTS] = "a list of texts",
		[OBJECTS] = "a list of objects",
	};

	return names[field->type];
}

static const struct field *find_field(const struct field *fields,
				      const char *key)
{
	for (; fields->key; fields++)
		if (!strcmp(fields->key, key))
			return fields;
	return NULL;
}

/* "backends[0].port"; within is "" or "backends[0]." */
static const char *place_of(const char *within, const char *key,
			    char buf[PLACE_SIZE])
{
	snprintf(buf, PLACE_SIZE, "%s%s", within, key);
	return buf;
}

/* A name that nobody knows could be anything: it is quoted, not a place. */
static void fail_unknown(const char *within, const char *key,
			 struct config_errors **errors)
{
	char quoted[CONFIG_QUOTED_SIZE], place[PLACE_SIZE];

	snprintf(place, sizeof(place), "%.*s",
		 (int)(strlen(within) - (*within != '\0')), within);
	config_errors_refuse(errors, -EINVAL, place, "has an unknown key %s",
			     config_errors_quote(key, quoted));
}

static void check_form(const json_t *object, const struct field *fields,
		       const char *within, struct config_errors **errors)
{
	char place[PLACE_SIZE];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		const struct field *field = find_field(fields, key);

		if (!field)
			fail_unknown(within, key, errors);
		else if (!has_type(field, value))
			config_errors_refuse(errors, -EINVAL,
					     place_of(within, key, place),
					     "expected %s", type_name(field));
	}
	for (; fields->key; fields++)
		if (fields->required && !json_object_get(object, fields->key))
			config_errors_refuse(
				errors, -EINVAL,
				place_of(within, fields->key, place),
				"is missing; expected %s", type_name(fields));
}

static int check_top(const json_t *body, const struct field *fields,
		     struct config_errors **errors)
{
	if (!json_is_object(body))
		return config_errors_refuse(errors, -EINVAL, "",
					    "expected an object");
	check_form(body, fields, "", errors);
	return *errors ? -EINVAL : 0;
}

int admin_body_drain(json_t *body, bool *drain, struct config_errors **errors)
{
	static const struct field fields[] = { { "drain", BOOLEAN, true },
					       { 0 } };
	int err = check_top(body, fields, errors);

	*drain = json_is_true(json_object_get(body, "drain"));
	return err;
}

int admin_body_weight(json_t *body, unsigned int *weight,
		      struct config_errors **errors)
{
	static const struct field fields[] = { { "weight", NUMBER, true },
					       { 0 } };
	int err = check_top(body, fields, errors);
	json_int_t value = json_integer_value(json_object_get(body, "weight"));

	/* Out of any range, and so is what it becomes. */
	*weight = value >= 0 && value <= UINT_MAX ? (unsigned int)value : 0;
	return err;
}

/* The text that a configuration file would have, or NULL without the key. */
static char *to_text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	char *text;

	if (!value)
		return NULL;
	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "true" : "false");
	if (asprintf(&text, "%" JSON_INTEGER_FORMAT,
		     json_integer_value(value)) < 0)
		return NULL;
	return text;
}

static void ids_to_raw(const json_t *list, struct raw_backend *out)
{
	size_t n = json_array_size(list);

	out->server_id = calloc(n + 1, sizeof(*out->server_id));
	if (!out->server_id)
		return;
	for (size_t i = 0; i < n; i++)
		out->server_id[i] =
			strdup(json_string_value(json_array_get(list, i)));
	out->n_server_id = (unsigned int)n;
}

static void to_raw(const json_t *object, struct raw_backend *out)
{
	out->address = to_text(object, "address");
	out->port = to_text(object, "port");
	out->weight = to_text(object, "weight");
	out->drain = to_text(object, "drain");
	out->mac = to_text(object, "mac");
	ids_to_raw(json_object_get(object, "server_id"), out);
}

static void free_raw(struct raw_service *raw)
{
	for (unsigned int i = 0; i < raw->n_backends; i++) {
		struct raw_backend *b = &raw->backends[i];

		free(b->address);
		free(b->port);
		free(b->weight);
		free(b->drain);
		free(b->mac);
		for (unsigned int k = 0; k < b->n_server_id; k++)
			free(b->server_id[k]);
		free(b->server_id);
	}
	free(raw->backends);
}

static int check_backends(json_t *list, struct config_errors **errors)
{
	static const struct field fields[] = {
		{ "address", TEXT, true },
		{ "port", NUMBER, false },
		{ "weight", NUMBER, false },
		{ "drain", BOOLEAN, false },
		{ "mac", TEXT, false },
		{ "server_id", TEXTS, false },
		{ 0 },
	};
	char within[PLACE_SIZE];
	json_t *backend;
	size_t i;

	json_array_foreach(list, i, backend)
	{
		snprintf(within, sizeof(within), "backends[%zu].", i);
		if (json_is_object(backend)) {
			check_form(backend, fields, within, errors);
			continue;
		}
		within[strlen(within) - 1] = '\0';
		config_errors_refuse(errors, -EINVAL, within,
				     "expected an object");
	}
	return *errors ? -EINVAL : 0;
}

static int judge(const struct raw_service *raw, struct model_service *service,
		 struct config_errors **errors)
{
	struct config_place place = { .errors = config_errors_new(NULL) };
	int err;

	*errors = place.errors;
	if (!place.errors)
		return -ENOMEM;
	err = config_backend_check(&place, raw, service);
	if (!err)
		err = config_errors_finish(place.errors);
	return !err && config_errors_any(place.errors) ? -EINVAL : err;
}

int admin_body_backends(json_t *body, struct model_backend **out, size_t *n,
			struct config_errors **errors)
{
	static const struct field fields[] = { { "backends", OBJECTS, true },
					       { 0 } };
	json_t *list = json_object_get(body, "backends");
	struct model_service service = { .n_backends = 0 };
	struct raw_service raw = { .n_backends = 0 };
	int err = check_top(body, fields, errors);

	*out = NULL;
	*n = 0;
	if (!err)
		err = check_backends(list, errors);
	if (err)
		return err;
	raw.backends = calloc(json_array_size(list) + 1, sizeof(*raw.backends));
	if (!raw.backends)
		return -ENOMEM;
	raw.n_backends = (unsigned int)json_array_size(list);
	for (unsigned int i = 0; i < raw.n_backends; i++)
		to_raw(json_array_get(list, i), &raw.backends[i]);
	err = judge(&raw, &service, errors);
	free_raw(&raw);
	if (err) {
		admin_body_free_backends(service.backends, service.n_backends);
		return err;
	}
	*out = service.backends;
	*n = service.n_backends;
	return 0;
}

void admin_body_free_backends(struct model_backend *backends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(backends[i].server_ids);
	free(backends);
}
