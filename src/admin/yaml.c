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

static json_t *node_to_json(yaml_document_t *document, int index)
{
	yaml_node_t *node = yaml_document_get_node(document, index);
	json_t *json = NULL;

	if (!node || node->type == YAML_SCALAR_NODE)
		return node ? scalar_to_json(node) : NULL;
	if (node->type == YAML_SEQUENCE_NODE) {
		json = json_array();
		for (yaml_node_item_t *i = node->data.sequence.items.start;
		     i < node->data.sequence.items.top; i++)
			json_array_append_new(json, node_to_json(document, *i));
		return json;
	}
	json = json_object();
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top; p++) {
		yaml_node_t *key = yaml_document_get_node(document, p->key);

		json_object_set_new(json, (const char *)key->data.scalar.value,
				    node_to_json(document, p->value));
	}
	return json;
}

json_t *admin_yaml_to_json(const char *text)
{
	yaml_document_t document;
	yaml_parser_t parser;
	json_t *json = NULL;

	if (!yaml_parser_initialize(&parser))
		return NULL;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     strlen(text));
	if (yaml_parser_load(&parser, &document)) {
		json = node_to_json(&document, 1);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return json;
}
