/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text is read once, as a stream of events, which gives every mistake of
 * syntax its line.  Nothing is built of a text that is too large, too deep, or
 * folded together with aliases (a few lines of which can stand for gigabytes):
 * it is given up where that shows.
 */
#include "base/breathe.h"
#include "yaml/yaml.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct scan {
	struct config_errors *errors;
	struct config_tree *tree;
	const char *text;
	size_t length;
	unsigned int documents;
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

/* Where the line (from 0) begins behind its blanks, or NULL. */
static const char *find_line(const struct scan *scan, size_t line)
{
	const char *at = scan->text, *end = scan->text + scan->length;

	for (; line > 0 && at; line--) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (at)
			at++;
	}
	while (at && at < end && *at == ' ')
		at++;
	return at && at < end ? at : NULL;
}

/* YAML's classic trap, and the one that copying from a web page sets. */
static const char *wrong_indent(const struct scan *scan, size_t line)
{
	const char *at = find_line(scan, line);

	if (at && *at == '\t')
		return "a tab";
	if (at && scan->text + scan->length - at > 1 &&
	    !memcmp(at, "\xc2\xa0", 2))
		return "a no-break space (U+00A0)";
	return NULL;
}

/*
 * "key:value" is one long word to YAML, which goes on in the next line and
 * stumbles there.  The length of such a key in the line, or 0.
 */
static size_t glued_key(const struct scan *scan, size_t line, const char **key)
{
	const char *end = scan->text + scan->length, *at;

	*key = at = find_line(scan, line);
	while (at && end - at > 2 && at[0] == '-' && at[1] == ' ')
		*key = at += 2;
	while (at && at < end &&
	       (islower((unsigned char)*at) || *at == '_' ||
		isdigit((unsigned char)*at)))
		at++;
	if (!at || at == *key || end - at < 2 || *at != ':' ||
	    isspace((unsigned char)at[1]))
		return 0;
	return (size_t)(at - *key);
}

static bool tell_glued(const struct scan *scan, const yaml_parser_t *parser)
{
	const size_t lines[] = {
		parser->context ? parser->context_mark.line
				: parser->problem_mark.line,
		parser->problem_mark.line,
		parser->problem_mark.line ? parser->problem_mark.line - 1 : 0,
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const char *key;
		int length = (int)glued_key(scan, lines[i], &key);

		if (!length)
			continue;
		config_errors_add(scan->errors, lines[i] + 1, "",
				  "not valid YAML: there is no space behind "
				  "\"%.*s:\"",
				  length, key);
		return true;
	}
	return false;
}

static void tell_syntax(struct scan *scan, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "unknown";
	size_t line = parser->problem_mark.line;
	const char *indent;

	if (parser->error == YAML_READER_ERROR) {
		config_errors_add(scan->errors,
				  line_of_offset(scan, parser->problem_offset),
				  "", "not valid YAML text: %s", problem);
		return;
	}
	indent = wrong_indent(scan, line);
	if (indent) {
		config_errors_add(scan->errors, line + 1, "",
				  "not valid YAML: the line begins with %s; "
				  "indent with spaces",
				  indent);
		return;
	}
	if ((strstr(problem, "mapping values are not allowed") ||
	     strstr(problem, "could not find expected ':'")) &&
	    tell_glued(scan, parser))
		return;
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

/* Whatever has been complained of so far, the tree grows on: it has bounds. */
static int scan_value(struct scan *scan, const yaml_event_t *event,
		      const yaml_char_t *anchor, const yaml_char_t *tag,
		      struct config_node node)
{
	node.line = (uint32_t)event->start_mark.line + 1;
	if (anchor)
		complain(scan, &event->start_mark,
			 "an anchor (&) is not supported; write values out "
			 "where they are used, or quote a text that begins "
			 "with &");
	if (tag)
		complain(scan, &event->start_mark,
			 "a tag (!) is not supported; remove it, or quote a "
			 "text that begins with !");
	if (++scan->values > CONFIG_YAML_VALUES_MAX)
		config_errors_add(scan->errors, node.line, "",
				  "more than %u keys and values in one file",
				  CONFIG_YAML_VALUES_MAX);
	else if (node.kind != CONFIG_SINGLE &&
		 scan->tree->depth == CONFIG_TREE_DEPTH_MAX)
		config_errors_add(scan->errors, node.line, "",
				  "nested more than %d levels deep; the "
				  "configuration has no such depth",
				  CONFIG_TREE_DEPTH_MAX);
	else
		return config_tree_put(scan->tree, &node);
	scan->over = true;
	free(node.text);
	return 0;
}

/* The tree takes the text of the event. */
static int scan_scalar(struct scan *scan, yaml_event_t *event)
{
	const struct config_node node = {
		.kind = CONFIG_SINGLE,
		.plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
		.text = (char *)event->data.scalar.value,
		.length = (uint32_t)event->data.scalar.length,
	};

	event->data.scalar.value = NULL;
	return scan_value(scan, event, event->data.scalar.anchor,
			  event->data.scalar.tag, node);
}

static int scan_event(struct scan *scan, yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		scan_document(scan, event);
		return 0;
	case YAML_ALIAS_EVENT:
		complain(scan, &event->start_mark,
			 "an alias (*) is not supported; write the value out, "
			 "or quote a text that begins with *");
		return 0;
	case YAML_SCALAR_EVENT:
		return scan_scalar(scan, event);
	case YAML_SEQUENCE_START_EVENT:
		return scan_value(scan, event,
				  event->data.sequence_start.anchor,
				  event->data.sequence_start.tag,
				  (struct config_node){ .kind = CONFIG_LIST });
	case YAML_MAPPING_START_EVENT:
		return scan_value(scan, event, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag,
				  (struct config_node){ .kind = CONFIG_GROUP });
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		config_tree_close(scan->tree);
		return 0;
	case YAML_STREAM_END_EVENT:
		scan->over = true;
		return 0;
	default:
		return 0;
	}
}

static int scan_stream(struct scan *scan, yaml_parser_t *parser)
{
	yaml_event_t event;
	int err = 0;

	while (!err && !scan->over) {
		breathe();
		if (!yaml_parser_parse(parser, &event)) {
			if (parser->error == YAML_MEMORY_ERROR)
				return -ENOMEM;
			tell_syntax(scan, parser);
			return -EINVAL;
		}
		err = scan_event(scan, &event);
		yaml_event_delete(&event);
	}
	if (!err && !scan->documents)
		config_errors_add(scan->errors, 1, "",
				  "the file is empty; expected at least "
				  "\"interface\" and \"services\"");
	return !err && config_errors_any(scan->errors) ? -EINVAL : err;
}

int config_yaml_load(const char *text, size_t length,
		     struct config_errors *errors, struct config_tree *tree)
{
	struct scan scan = {
		.errors = errors, .tree = tree, .text = text, .length = length
	};
	yaml_parser_t parser;
	int ret;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     length);
	ret = scan_stream(&scan, &parser);
	yaml_parser_delete(&parser);
	return ret;
}
