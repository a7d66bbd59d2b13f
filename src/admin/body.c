/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON is judged here by its form: which keys there are, of which types.  What
 * the values may be is the configuration's to say: they are handed over as the
 * texts that a file would have.
 */
#include "admin/body.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/backend.h"

#define PLACE_SIZE 64

/* Mistakes, a line each. */
struct why {
	char *text;
	size_t size, used;
};

static void __attribute__((format(printf, 3, 4)))
fail(struct why *why, const char *place, const char *format, ...)
{
	va_list args;
	int n;

	if (why->used >= why->size)
		return;
	n = snprintf(why->text + why->used, why->size - why->used,
		     "%s%s: ", why->used ? "\n" : "", place);
	why->used += (size_t)n;
	if (why->used >= why->size)
		return;
	va_start(args, format);
	n = vsnprintf(why->text + why->used, why->size - why->used, format,
		      args);
	va_end(args);
	why->used += (size_t)n;
}

static int verdict(const struct why *why)
{
	return why->used ? -EINVAL : 0;
}

int admin_body_parse(const char *text, size_t length, json_t **out,
		     char *why_text, size_t why_size)
{
	struct why why = { why_text, why_size, 0 };
	json_error_t error;

	if (!length) {
		fail(&why, "", "expected a body, a JSON object");
		return -EINVAL;
	}
	*out = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (*out)
		return 0;
	fail(&why, "", "is not valid JSON: line %d, column %d: %s", error.line,
	     error.column, error.text);
	return -EINVAL;
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
static void fail_unknown(const char *within, const char *key, struct why *why)
{
	char quoted[CONFIG_QUOTED_SIZE], place[PLACE_SIZE];

	snprintf(place, sizeof(place), "%.*s",
		 (int)(strlen(within) - (*within != '\0')), within);
	fail(why, place, "has an unknown key %s",
	     config_errors_quote(key, quoted));
}

static void check_form(const json_t *object, const struct field *fields,
		       const char *within, struct why *why)
{
	char place[PLACE_SIZE];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		const struct field *field = find_field(fields, key);

		if (!field)
			fail_unknown(within, key, why);
		else if (!has_type(field, value))
			fail(why, place_of(within, key, place), "expected %s",
			     type_name(field));
	}
	for (; fields->key; fields++)
		if (fields->required && !json_object_get(object, fields->key))
			fail(why, place_of(within, fields->key, place),
			     "is missing; expected %s", type_name(fields));
}

static int check_top(const json_t *body, const struct field *fields,
		     struct why *why)
{
	if (json_is_object(body))
		check_form(body, fields, "", why);
	else
		fail(why, "", "expected an object");
	return verdict(why);
}

int admin_body_drain(json_t *body, bool *drain, char *why_text, size_t why_size)
{
	static const struct field fields[] = { { "drain", BOOLEAN, true },
					       { 0 } };
	struct why why = { why_text, why_size, 0 };
	int err = check_top(body, fields, &why);

	*drain = json_is_true(json_object_get(body, "drain"));
	return err;
}

int admin_body_weight(json_t *body, unsigned int *weight, char *why_text,
		      size_t why_size)
{
	static const struct field fields[] = { { "weight", NUMBER, true },
					       { 0 } };
	struct why why = { why_text, why_size, 0 };
	int err = check_top(body, fields, &why);
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

static void check_backends(json_t *list, struct why *why)
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
			check_form(backend, fields, within, why);
			continue;
		}
		within[strlen(within) - 1] = '\0';
		fail(why, within, "expected an object");
	}
}

/* Behind "request: ", the name that stands for the file. */
static void tell_errors(const struct config_errors *errors, struct why *why)
{
	for (size_t i = 0; i < config_errors_count(errors); i++) {
		const char *text = config_errors_text(errors, i);
		const char *place = strstr(text, ": ") + 2;
		const char *sentence = strstr(place, ": ");
		char buf[PLACE_SIZE];

		if (config_errors_is_warning(errors, i) || !sentence)
			continue;
		snprintf(buf, sizeof(buf), "%.*s", (int)(sentence - place),
			 place);
		fail(why, buf, "%s", sentence + 2);
	}
}

static int judge(const struct raw_service *raw, struct model_service *service,
		 struct why *why)
{
	struct config_place place = {
		.errors = config_errors_new("request"),
	};
	int err = -ENOMEM;

	if (place.errors)
		err = config_backend_check(&place, raw, service);
	if (!err)
		err = config_errors_finish(place.errors);
	tell_errors(place.errors, why);
	config_errors_free(place.errors);
	return err ? err : verdict(why);
}

int admin_body_backends(json_t *body, struct model_backend **out, size_t *n,
			char *why_text, size_t why_size)
{
	static const struct field fields[] = { { "backends", OBJECTS, true },
					       { 0 } };
	struct why why = { why_text, why_size, 0 };
	json_t *list = json_object_get(body, "backends");
	struct model_service service = { .n_backends = 0 };
	struct raw_service raw = { .n_backends = 0 };
	int err = check_top(body, fields, &why);

	if (err)
		return err;
	check_backends(list, &why);
	if (verdict(&why))
		return verdict(&why);
	raw.backends = calloc(json_array_size(list) + 1, sizeof(*raw.backends));
	if (!raw.backends)
		return -ENOMEM;
	raw.n_backends = (unsigned int)json_array_size(list);
	for (unsigned int i = 0; i < raw.n_backends; i++)
		to_raw(json_array_get(list, i), &raw.backends[i]);
	err = judge(&raw, &service, &why);
	free_raw(&raw);
	if (err)
		admin_body_free_backends(service.backends, service.n_backends);
	*out = err ? NULL : service.backends;
	*n = err ? 0 : service.n_backends;
	return err;
}

void admin_body_free_backends(struct model_backend *backends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(backends[i].server_ids);
	free(backends);
}
