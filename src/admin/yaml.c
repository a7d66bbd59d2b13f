/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static json_t *number_to_json(const char *text)
{
	size_t digits = strspn(text + (*text == '-'), "0123456789");

	if (!digits || digits > 18 || text[digits + (*text == '-')])
		return NULL;
	return json_integer(strtoll(text, NULL, 10));
}

static json_t *scalar_to_json(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	json_t *number;

	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_string(text);
	if (!strcmp(text, "true") || !strcmp(text, "false"))
		return json_boolean(*text == 't');
	if (!strcmp(text, "null"))
		return json_null();
	number = number_to_json(text);
	return number ? number : json_string(text);
}

struct document {
	yaml_document_t yaml;
	size_t left; /* nodes; less than there are: an alias made some again */
};

static json_t *node_to_json(struct document *document, int index);

static json_t *sequence_to_json(struct document *document,
				const yaml_node_t *node)
{
	json_t *json = json_array();
	int err = json ? 0 : -1;

	for (yaml_node_item_t *i = node->data.sequence.items.start;
	     !err && i < node->data.sequence.items.top; i++)
		err = json_array_append_new(json, node_to_json(document, *i));
	if (!err)
		return json;
	json_decref(json);
	return NULL;
}

static int set_pair(struct document *document, json_t *json,
		    const yaml_node_pair_t *pair)
{
	const yaml_node_t *key =
		yaml_document_get_node(&document->yaml, pair->key);

	if (!key || key->type != YAML_SCALAR_NODE)
		return -1;
	return json_object_set_new(json, (const char *)key->data.scalar.value,
				   node_to_json(document, pair->value));
}

static json_t *mapping_to_json(struct document *document,
			       const yaml_node_t *node)
{
	json_t *json = json_object();
	int err = json ? 0 : -1;

	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
	     !err && p < node->data.mapping.pairs.top; p++)
		err = set_pair(document, json, p);
	if (!err)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *node_to_json(struct document *document, int index)
{
	yaml_node_t *node = yaml_document_get_node(&document->yaml, index);

	if (!node || !document->left)
		return NULL;
	document->left--;
	if (node->type == YAML_SCALAR_NODE)
		return scalar_to_json(node);
	return node->type == YAML_SEQUENCE_NODE
		       ? sequence_to_json(document, node)
		       : mapping_to_json(document, node);
}

json_t *admin_yaml_to_json(const char *text)
{
	struct document document;
	yaml_parser_t parser;
	json_t *json = NULL;

	if (!yaml_parser_initialize(&parser))
		return NULL;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     strlen(text));
	if (yaml_parser_load(&parser, &document.yaml)) {
		document.left =
			document.yaml.nodes.top - document.yaml.nodes.start;
		json = node_to_json(&document, 1);
		yaml_document_delete(&document.yaml);
	}
	yaml_parser_delete(&parser);
	return json;
}
