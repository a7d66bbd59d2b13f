/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands that change something. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "cli/client.h"

static int usage(const char *what, const char *expected, const char *got)
{
	fprintf(stderr, "udplb: %s: expected %s, got \"%s\"\n", what, expected,
		got);
	return CLI_USAGE;
}

static bool parse_number(const char *text, long max, long *out)
{
	char *end;

	*out = strtol(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && *out <= max;
}

/* One line per change. */
static void print_changes(const json_t *answer)
{
	json_t *list = json_object_get(answer, "changes"), *change;
	size_t i;

	json_array_foreach(list, i, change)
		printf("%s\n", json_string_value(change));
	if (!json_array_size(list))
		printf("nothing changed\n");
}

static void tell_refused(const json_t *tables)
{
	const json_t *refused = json_object_get(tables, "refused");

	if (json_integer_value(refused))
		fprintf(stderr,
			"udplb: there is no room for %" JSON_INTEGER_FORMAT
			" entries of the tables: 'udplb status' shows what is "
			"not in force\n",
			json_integer_value(refused));
}

/* Whoever drains a backend to switch it off must know. */
static int check_written(const json_t *answer)
{
	const json_t *tables = json_object_get(answer, "tables");

	tell_refused(tables);
	if (!json_is_false(json_object_get(tables, "written")))
		return EXIT_SUCCESS;
	fprintf(stderr,
		"udplb: accepted, but not yet in force: writing the tables: "
		"%s; it is repeated every second, 'udplb status' shows when it "
		"is done\n",
		json_string_value(json_object_get(tables, "error")));
	return EXIT_FAILURE;
}

/* Takes body and path. */
static int change(const struct cli_options *options, const char *method,
		  char *path, json_t *body)
{
	struct cli_client *client;
	json_t *answer = NULL;
	char *text = NULL;
	int status = cli_client_open(&client, options);

	if (status)
		json_decref(body);
	else
		status = cli_client_ask(client, method, path, body, &text);
	if (!status)
		answer = json_loads(text, 0, NULL);
	if (!status && options->json)
		fputs(text, stdout);
	else if (!status)
		print_changes(answer);
	if (!status)
		status = check_written(answer);
	json_decref(answer);
	free(text);
	free(path);
	cli_client_close(client);
	return status;
}

/* Of one service or of all, which: "drain" or "weight". */
static char *backend_path(const struct cli_options *options,
			  const char *backend, const char *which)
{
	char pattern[64];

	if (options->service) {
		snprintf(pattern, sizeof(pattern),
			 "/v1/services/?/backends/?/%s", which);
		return cli_client_path(pattern, options->service, backend);
	}
	snprintf(pattern, sizeof(pattern), "/v1/backends/?/%s", which);
	return cli_client_path(pattern, backend, NULL);
}

static int set_drain(const struct cli_options *options, const char *backend,
		     bool drain)
{
	return change(options, "PUT", backend_path(options, backend, "drain"),
		      json_pack("{sb}", "drain", drain));
}

int cli_drain(const struct cli_options *options, char **operands)
{
	return set_drain(options, operands[0], true);
}

int cli_undrain(const struct cli_options *options, char **operands)
{
	return set_drain(options, operands[0], false);
}

int cli_weight(const struct cli_options *options, char **operands)
{
	long weight;

	if (!parse_number(operands[1], 1000000, &weight))
		return usage("weight", "a number", operands[1]);
	return change(options, "PUT",
		      backend_path(options, operands[0], "weight"),
		      json_pack("{si}", "weight", (int)weight));
}

/* "0a0b,1/beef" */
static json_t *split_ids(const char *text)
{
	json_t *list = json_array();

	while (*text) {
		size_t length = strcspn(text, ",");

		json_array_append_new(list, json_stringn(text, length));
		text += length + (text[length] == ',');
	}
	return list;
}

static int make_backend(const struct cli_options *options, const char *where,
			json_t **out)
{
	char address[ADDR_STRLEN];
	struct addr addr;
	uint16_t port = 0;
	long weight = 0;

	if (addr_parse(where, &addr) &&
	    addr_parse_endpoint(where, &addr, &port))
		return usage("add", "ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT",
			     where);
	if (options->weight && !parse_number(options->weight, 1000000, &weight))
		return usage("--weight", "a number", options->weight);
	*out = json_pack("{ss}", "address", addr_format(&addr, address));
	if (port)
		json_object_set_new(*out, "port", json_integer(port));
	if (options->weight)
		json_object_set_new(*out, "weight", json_integer(weight));
	if (options->drain)
		json_object_set_new(*out, "drain", json_true());
	if (options->mac)
		json_object_set_new(*out, "mac", json_string(options->mac));
	if (options->server_id)
		json_object_set_new(*out, "server_id",
				    split_ids(options->server_id));
	return 0;
}

int cli_add(const struct cli_options *options, char **operands)
{
	json_t *backend;
	int status = make_backend(options, operands[1], &backend);

	if (status)
		return status;
	return change(
		options, "POST",
		cli_client_path("/v1/services/?/backends", operands[0], NULL),
		json_pack("{s[o]}", "backends", backend));
}

int cli_del(const struct cli_options *options, char **operands)
{
	return change(options, "DELETE",
		      cli_client_path("/v1/services/?/backends/?", operands[0],
				      operands[1]),
		      NULL);
}

int cli_reload(const struct cli_options *options, char **operands)
{
	(void)operands;
	return change(options, "POST", strdup("/v1/reload"), NULL);
}
