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

#include "config/config.h"
#include "yaml/tree.h"

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

static int put_node(struct config_tree *tree, enum config_kind kind, char *text)
{
	const struct config_node node = {
		.kind = kind,
		.text = text,
		.length = text ? (uint32_t)strlen(text) : 0,
	};

	if (kind == CONFIG_SINGLE && !text)
		return -ENOMEM;
	return config_tree_put(tree, &node);
}

/* The text that a configuration file would have. */
static char *to_text(const json_t *value)
{
	char *text;

	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "true" : "false");
	if (asprintf(&text, "%" JSON_INTEGER_FORMAT,
		     json_integer_value(value)) < 0)
		return NULL;
	return text;
}

/* No deeper than the forms are that were checked. */
static int to_tree(const json_t *json, struct config_tree *tree)
{
	const char *key;
	json_t *value;
	size_t i;
	int err;

	if (!json_is_object(json) && !json_is_array(json))
		return put_node(tree, CONFIG_SINGLE, to_text(json));
	err = put_node(tree, json_is_array(json) ? CONFIG_LIST : CONFIG_GROUP,
		       NULL);
	if (err)
		return err;
	json_array_foreach(json, i, value)
	{
		err = err ? err : to_tree(value, tree);
	}
	json_object_foreach((json_t *)json, key, value)
	{
		err = err ? err : put_node(tree, CONFIG_SINGLE, strdup(key));
		err = err ? err : to_tree(value, tree);
	}
	config_tree_close(tree);
	return err;
}

static int check_backends(json_t *list, struct config_errors **errors)
{
	static const struct field fields[] = {
		{ "address", TEXT, true },
		{ "port", NUMBER, false },
		{ "weight", NUMBER, false },
		{ "drain", BOOLEAN, false },
		{ "mac", TEXT, false },
		{ "health_address", TEXT, false },
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

static int judge(const json_t *body, struct model_service *service,
		 struct config_errors **errors)
{
	struct config_tree tree = { .nodes = NULL };
	int err;

	*errors = config_errors_new(NULL);
	err = *errors ? to_tree(body, &tree) : -ENOMEM;
	if (!err)
		err = config_parse_backends(&tree, *errors, service);
	config_tree_free(&tree);
	return err;
}

int admin_body_backends(json_t *body, struct model_backend **out, size_t *n,
			struct config_errors **errors)
{
	static const struct field fields[] = { { "backends", OBJECTS, true },
					       { 0 } };
	json_t *list = json_object_get(body, "backends");
	struct model_service service = { .n_backends = 0 };
	int err = check_top(body, fields, errors);

	*out = NULL;
	*n = 0;
	if (!err)
		err = check_backends(list, errors);
	if (err)
		return err;
	err = judge(body, &service, errors);
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
