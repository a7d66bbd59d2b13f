/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libcyaml stops at the first thing that does not fit its schema, and the
 * structures that it fills know no lines.  A user wants to see all mistakes of
 * a file at once, each with its line.  So the document is walked here, along
 * the same schema: what does not fit is reported and left out, what fits is
 * written down again.  libcyaml then reads this second text and cannot fail,
 * and the checks of the values see everything that had the right shape.
 *
 * Items of a sequence are never left out: one that does not fit becomes an
 * empty one, so that paths have the same index in both texts.  A single value
 * where a sequence is expected becomes a sequence of one, which libcyaml does
 * not offer.
 */
#include "config/form.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/emit.h"
#include "config/keys.h"

/* Deep enough for every path of a schema; longer ones are cut. */
#define PATH_SIZE 128

/* More than any schema has; searching for duplicates is quadratic. */
#define KEYS_MAX 100

struct prune {
	yaml_document_t *document;
	struct config_errors *errors;
	struct config_emit emit;
	char path[PATH_SIZE];
};

static const char *kind_expected(const cyaml_schema_value_t *schema)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return "a group of \"key: value\"";
	case CYAML_SEQUENCE:
		return "a list";
	default:
		return "a single value";
	}
}

static const char *kind_given(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_MAPPING_NODE:
		return "a group of \"key: value\"";
	case YAML_SEQUENCE_NODE:
		return "a list";
	default:
		return "a single value";
	}
}

/* As YAML writes it: nothing at all, or one of its words for that. */
static bool is_null(const yaml_node_t *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (node->type != YAML_SCALAR_NODE ||
	    node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp((const char *)node->data.scalar.value, words[i]))
			return true;
	return false;
}

static bool fits_string(struct prune *prune, const yaml_node_t *node,
			const cyaml_schema_value_t *schema, size_t line)
{
	size_t length = node->data.scalar.length;

	if (memchr(node->data.scalar.value, '\0', length)) {
		config_errors_add(prune->errors, line, prune->path,
				  "contains a NUL character (\\0)");
		return false;
	}
	if (length < schema->string.min) {
		config_errors_add(prune->errors, line, prune->path,
				  "is empty; give it a value or remove it");
		return false;
	}
	return true;
}

static bool fits(struct prune *prune, const yaml_node_t *node,
		 const cyaml_schema_value_t *schema, size_t line)
{
	const char *hint = "";
	bool same_kind;

	if (is_null(node)) {
		config_errors_add(prune->errors, line, prune->path,
				  "has no value; expected %s",
				  kind_expected(schema));
		return false;
	}
	switch (schema->type) {
	case CYAML_MAPPING:
		same_kind = node->type == YAML_MAPPING_NODE;
		break;
	case CYAML_SEQUENCE:
		same_kind = node->type != YAML_MAPPING_NODE;
		hint = "; begin each item with \"- \"";
		break;
	default:
		same_kind = node->type == YAML_SCALAR_NODE;
		hint = "; write a text that begins with [ or { in quotes";
		break;
	}
	if (!same_kind) {
		config_errors_add(prune->errors, line, prune->path,
				  "expected %s, got %s%s",
				  kind_expected(schema), kind_given(node),
				  hint);
		return false;
	}
	return schema->type != CYAML_STRING ||
	       fits_string(prune, node, schema, line);
}

static void tell_unknown(struct prune *prune,
			 const cyaml_schema_field_t *fields, const char *key,
			 size_t line)
{
	const char *meant = config_keys_closest(fields, key);
	char known[CONFIG_KEYS_LIST_SIZE];

	if (meant)
		config_errors_add(prune->errors, line, prune->path,
				  "unknown key; did you mean \"%s\"?", meant);
	else
		config_errors_add(prune->errors, line, prune->path,
				  "unknown key; expected one of: %s",
				  config_keys_list(fields, known));
}

/* The key of an earlier pair of the mapping with that name, or NULL. */
static const yaml_node_t *find_earlier(struct prune *prune,
				       const yaml_node_t *mapping,
				       const yaml_node_pair_t *until,
				       const char *name)
{
	for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
	     pair < until; pair++) {
		const yaml_node_t *node =
			yaml_document_get_node(prune->document, pair->key);

		if (config_keys_is(node, name))
			return node;
	}
	return NULL;
}

static void prune_value(struct prune *prune, const yaml_node_t *node,
			const cyaml_schema_value_t *schema);

/* The path already ends in the key. */
static void prune_known_pair(struct prune *prune, const yaml_node_t *mapping,
			     const yaml_node_pair_t *pair,
			     const yaml_node_t *key,
			     const cyaml_schema_field_t *field)
{
	yaml_node_t *value =
		yaml_document_get_node(prune->document, pair->value);
	const yaml_node_t *earlier =
		find_earlier(prune, mapping, pair, field->key);
	size_t line = key->start_mark.line + 1;

	if (earlier) {
		config_errors_add(prune->errors, line, prune->path,
				  "given twice, first in line %zu; remove one",
				  earlier->start_mark.line + 1);
		return;
	}
	if (!fits(prune, value, &field->value, line))
		return;
	config_emit_text(&prune->emit, field->key, strlen(field->key));
	prune_value(prune, value, &field->value);
}

static void append_key(struct prune *prune, const char *key)
{
	size_t length = strlen(prune->path);
	char quoted[CONFIG_QUOTED_SIZE];

	config_errors_quote(key, quoted);
	snprintf(prune->path + length, sizeof(prune->path) - length, "%s%.*s",
		 length ? "." : "", (int)(strlen(quoted) - strlen("\"\"")),
		 quoted + 1);
}

static void prune_pair(struct prune *prune, const yaml_node_t *mapping,
		       const yaml_node_pair_t *pair,
		       const cyaml_schema_field_t *fields)
{
	const yaml_node_t *node =
		yaml_document_get_node(prune->document, pair->key);
	size_t line = node->start_mark.line + 1;
	const cyaml_schema_field_t *field;
	const char *key;

	if (node->type != YAML_SCALAR_NODE) {
		append_key(prune, "?");
		config_errors_add(prune->errors, line, prune->path,
				  "a key must be a single word, got %s",
				  kind_given(node));
		return;
	}
	key = (const char *)node->data.scalar.value;
	append_key(prune, key);
	field = config_keys_find(fields, node);
	if (!field)
		tell_unknown(prune, fields, key, line);
	else
		prune_known_pair(prune, mapping, pair, node, field);
}

static void tell_too_many_keys(struct prune *prune,
			       const yaml_node_pair_t *pair)
{
	const yaml_node_t *key =
		yaml_document_get_node(prune->document, pair->key);

	config_errors_add(prune->errors, key->start_mark.line + 1, prune->path,
			  "more than %d keys in one group", KEYS_MAX);
}

static void prune_mapping(struct prune *prune, const yaml_node_t *node,
			  const cyaml_schema_value_t *schema)
{
	const yaml_node_pair_t *first = node->data.mapping.pairs.start;
	size_t length = strlen(prune->path);

	config_emit_mapping_start(&prune->emit);
	for (const yaml_node_pair_t *pair = first;
	     pair < node->data.mapping.pairs.top; pair++) {
		if (pair - first == KEYS_MAX) {
			tell_too_many_keys(prune, pair);
			break;
		}
		prune_pair(prune, node, pair, schema->mapping.fields);
		prune->path[length] = '\0';
	}
	config_emit_mapping_end(&prune->emit);
}

static void put_empty(struct prune *prune, const cyaml_schema_value_t *schema)
{
	if (schema->type == CYAML_STRING) {
		config_emit_text(&prune->emit, "", 0);
		return;
	}
	config_emit_mapping_start(&prune->emit);
	config_emit_mapping_end(&prune->emit);
}

static void prune_item(struct prune *prune, const yaml_node_t *node,
		       const cyaml_schema_value_t *schema)
{
	if (fits(prune, node, schema, node->start_mark.line + 1))
		prune_value(prune, node, schema);
	else
		put_empty(prune, schema);
}

static void prune_sequence(struct prune *prune, const yaml_node_t *node,
			   const cyaml_schema_value_t *schema)
{
	size_t length = strlen(prune->path), index = 0;

	config_emit_sequence_start(&prune->emit);
	for (const yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++, index++) {
		snprintf(prune->path + length, sizeof(prune->path) - length,
			 "[%zu]", index);
		prune_item(prune,
			   yaml_document_get_node(prune->document, *item),
			   schema->sequence.entry);
		prune->path[length] = '\0';
	}
	config_emit_sequence_end(&prune->emit);
}

static void prune_lone_item(struct prune *prune, const yaml_node_t *node,
			    const cyaml_schema_value_t *schema)
{
	config_emit_sequence_start(&prune->emit);
	prune_item(prune, node, schema->sequence.entry);
	config_emit_sequence_end(&prune->emit);
}

/* Only for a value that fits.  No schema is so deep that this needs care. */
static void prune_value(struct prune *prune, const yaml_node_t *node,
			const cyaml_schema_value_t *schema)
{
	if (schema->type == CYAML_MAPPING)
		prune_mapping(prune, node, schema);
	else if (schema->type == CYAML_STRING)
		config_emit_text(&prune->emit, node->data.scalar.value,
				 node->data.scalar.length);
	else if (node->type == YAML_SEQUENCE_NODE)
		prune_sequence(prune, node, schema);
	else
		prune_lone_item(prune, node, schema);
}

int config_prune(yaml_document_t *document, const cyaml_schema_value_t *schema,
		 struct config_errors *errors, char **text, size_t *length)
{
	struct prune prune = { .document = document, .errors = errors };
	const yaml_node_t *root = yaml_document_get_root_node(document);
	int ret;

	if (!fits(&prune, root, schema, root->start_mark.line + 1))
		return -EINVAL;
	ret = config_emit_begin(&prune.emit);
	if (ret)
		return ret;
	prune_value(&prune, root, schema);
	return config_emit_end(&prune.emit, text, length);
}
