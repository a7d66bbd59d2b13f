/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text is read twice: first as a stream of events, which takes no memory
 * and gives every mistake of syntax its line, then as a document.  So nothing
 * is ever built from a text that is too large, too deep, or folded together
 * with aliases (a few lines of which can stand for gigabytes).
 */
#include "config/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	struct config_errors *errors;
	const char *text;
	size_t length;
	unsigned int documents;
	unsigned int depth;
	unsigned int values;
	bool over; /* what follows is not worth reading */
};

static void complain(struct scan *scan, const yaml_mark_t *mark,
		     const char *what)
{
	config_errors_add(scan->errors, mark->line + 1, "", "%s", what);
}

static size_t line_of_offset(const struct scan *scan, size_t offset)
{
	size_t line = 1;

	if (offset > scan->length)
		offset = scan->length;
	for (size_t i = 0; i < offset; i++)
		line += scan->text[i] == '\n';
	return line;
}

/* Whether the line (from 0) is indented with a tab, YAML's classic trap. */
static bool has_tab_indent(const struct scan *scan, size_t line)
{
	const char *at = scan->text, *end = scan->text + scan->length;

	for (; line > 0 && at; line--) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (at)
			at++;
	}
	while (at && at < end && *at == ' ')
		at++;
	return at && at < end && *at == '\t';
}

static void tell_syntax(struct scan *scan, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "unknown";
	size_t line = parser->problem_mark.line;

	if (parser->error == YAML_READER_ERROR) {
		config_errors_add(scan->errors,
				  line_of_offset(scan, parser->problem_offset),
				  "", "not valid YAML text: %s", problem);
		return;
	}
	if (strstr(problem, "cannot start any token") &&
	    has_tab_indent(scan, line)) {
		config_errors_add(scan->errors, line + 1, "",
				  "not valid YAML: the line begins with a tab; "
				  "indent with spaces");
		return;
	}
	if (!parser->context) {
		config_errors_add(scan->errors, line + 1, "",
				  "not valid YAML: %s", problem);
		return;
	}
	config_errors_add(scan->errors, line + 1, "",
			  "not valid YAML: %s, %s that begins in line %zu",
			  problem, parser->context,
			  parser->context_mark.line + 1);
}

static void scan_document(struct scan *scan, const yaml_event_t *event)
{
	if (++scan->documents < 2)
		return;
	complain(scan, &event->start_mark,
		 "a second document begins here; expected only one (remove "
		 "the line \"---\" or what follows it)");
	scan->over = true;
}

static void scan_value(struct scan *scan, const yaml_event_t *event,
		       const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		complain(scan, &event->start_mark,
			 "an anchor (&) is not supported; write values out "
			 "where they are used, or quote a text that begins "
			 "with &");
	if (tag)
		complain(scan, &event->start_mark,
			 "a tag (!) is not supported; remove it, or quote a "
			 "text that begins with !");
	if (++scan->values > CONFIG_YAML_VALUES_MAX) {
		config_errors_add(scan->errors, event->start_mark.line + 1, "",
				  "more than %u keys and values in one file",
				  CONFIG_YAML_VALUES_MAX);
		scan->over = true;
	}
}

static void scan_deeper(struct scan *scan, const yaml_event_t *event)
{
	if (++scan->depth <= CONFIG_YAML_DEPTH_MAX)
		return;
	config_errors_add(scan->errors, event->start_mark.line + 1, "",
			  "nested more than %d levels deep; the configuration "
			  "has no such depth",
			  CONFIG_YAML_DEPTH_MAX);
	scan->over = true;
}

static void scan_event(struct scan *scan, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		scan_document(scan, event);
		break;
	case YAML_ALIAS_EVENT:
		complain(scan, &event->start_mark,
			 "an alias (*) is not supported; write the value out, "
			 "or quote a text that begins with *");
		break;
	case YAML_SCALAR_EVENT:
		scan_value(scan, event, event->data.scalar.anchor,
			   event->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		scan_value(scan, event, event->data.sequence_start.anchor,
			   event->data.sequence_start.tag);
		scan_deeper(scan, event);
		break;
	case YAML_MAPPING_START_EVENT:
		scan_value(scan, event, event->data.mapping_start.anchor,
			   event->data.mapping_start.tag);
		scan_deeper(scan, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		scan->depth--;
		break;
	case YAML_STREAM_END_EVENT:
		scan->over = true;
		break;
	default:
		break;
	}
}

static int scan_stream(struct scan *scan, yaml_parser_t *parser)
{
	yaml_event_t event;

	while (!scan->over) {
		if (!yaml_parser_parse(parser, &event)) {
			if (parser->error == YAML_MEMORY_ERROR)
				return -ENOMEM;
			tell_syntax(scan, parser);
			return -EINVAL;
		}
		scan_event(scan, &event);
		yaml_event_delete(&event);
	}
	if (!scan->documents)
		config_errors_add(scan->errors, 1, "",
				  "the file is empty; expected at least "
				  "\"interface\" and \"services\"");
	return config_errors_any(scan->errors) ? -EINVAL : 0;
}

typedef int (*parser_fn)(yaml_parser_t *parser, void *arg);

static int with_parser(const char *text, size_t length, parser_fn fn, void *arg)
{
	yaml_parser_t parser;
	int ret;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     length);
	ret = fn(&parser, arg);
	yaml_parser_delete(&parser);
	return ret;
}

static int scan_fn(yaml_parser_t *parser, void *arg)
{
	return scan_stream(arg, parser);
}

/* Sound text, as scanned: only memory can be missing. */
static int load_fn(yaml_parser_t *parser, void *arg)
{
	return yaml_parser_load(parser, arg) ? 0 : -ENOMEM;
}

int config_yaml_load(const char *text, size_t length,
		     struct config_errors *errors, yaml_document_t *document)
{
	struct scan scan = { .errors = errors, .text = text, .length = length };
	int ret = with_parser(text, length, scan_fn, &scan);

	if (ret)
		return ret;
	return with_parser(text, length, load_fn, document);
}

/* The pair whose key is the first length bytes of name, or NULL. */
static const yaml_node_pair_t *find_pair(yaml_document_t *document,
					 const yaml_node_t *node,
					 const char *name, size_t length)
{
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(document, pair->key);

		if (key->type == YAML_SCALAR_NODE &&
		    key->data.scalar.length == length &&
		    memcmp(key->data.scalar.value, name, length) == 0)
			return pair;
	}
	return NULL;
}

static yaml_node_t *find_item(yaml_document_t *document,
			      const yaml_node_t *node, size_t index)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return NULL;
	if (index >= (size_t)(node->data.sequence.items.top -
			      node->data.sequence.items.start))
		return NULL;
	return yaml_document_get_node(document,
				      node->data.sequence.items.start[index]);
}

/* Where a key leads to and which line it is in. */
static yaml_node_t *follow_key(yaml_document_t *document,
			       const yaml_node_t *node, const char **path,
			       size_t *line)
{
	const char *name = *path + (**path == '.');
	size_t length = strcspn(name, ".[");
	const yaml_node_pair_t *pair;

	*path = name + length;
	pair = find_pair(document, node, name, length);
	if (!pair)
		return NULL;
	*line = yaml_document_get_node(document, pair->key)->start_mark.line;
	return yaml_document_get_node(document, pair->value);
}

static yaml_node_t *follow_index(yaml_document_t *document,
				 const yaml_node_t *node, const char **path,
				 size_t *line)
{
	char *end;
	size_t index = strtoul(*path + 1, &end, 10);
	yaml_node_t *item = find_item(document, node, index);

	*path = *end == ']' ? end + 1 : end;
	if (item)
		*line = item->start_mark.line;
	return item;
}

/* The node of the path, or NULL; *line is the last one on the way. */
static const yaml_node_t *follow(yaml_document_t *document, const char *path,
				 size_t *line)
{
	const yaml_node_t *node = yaml_document_get_root_node(document);

	*line = node->start_mark.line;
	while (node && *path) {
		if (*path == '[')
			node = follow_index(document, node, &path, line);
		else
			node = follow_key(document, node, &path, line);
	}
	return node;
}

size_t config_yaml_line(yaml_document_t *document, const char *path)
{
	size_t line;

	follow(document, path, &line);
	return line + 1;
}

bool config_yaml_has(yaml_document_t *document, const char *path)
{
	size_t line;

	return follow(document, path, &line) != NULL;
}
