/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands that show something once. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/view.h"

static int print_json(const json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	return EXIT_SUCCESS;
}

/* What is at path, with --json; else at the path for people. */
static int get(const struct cli_options *options, const char *json_path,
	       const char *path, json_t **json)
{
	struct cli_client *client;
	int status = cli_client_open(&client, options);

	*json = NULL;
	if (!status)
		status = cli_client_get(client,
					options->json ? json_path : path, json);
	cli_client_close(client);
	return status;
}

/* The services that are asked for, as a list. */
static int get_services(const struct cli_options *options,
			const char *json_path, json_t **json)
{
	char *path = options->service ? cli_client_path("/v1/services/?",
							options->service, NULL)
				      : strdup("/v1/services");
	int status = get(options, json_path ? json_path : path, path, json);

	free(path);
	if (!status && !options->json && json_is_object(*json))
		*json = json_pack("[o]", *json);
	return status;
}

int cli_services(const struct cli_options *options, char **operands)
{
	json_t *json;
	int status = get_services(options, NULL, &json);

	(void)operands;
	if (!status && options->json)
		print_json(json);
	else if (!status)
		cli_view_services(stdout, json);
	json_decref(json);
	return status;
}

int cli_backends(const struct cli_options *options, char **operands)
{
	char *path = options->service
			     ? cli_client_path("/v1/services/?/backends",
					       options->service, NULL)
			     : strdup("/v1/backends");
	json_t *json;
	int status = get_services(options, path, &json);

	(void)operands;
	free(path);
	if (!status && options->json)
		print_json(json);
	else if (!status)
		cli_view_backends(stdout, json, false, 0);
	json_decref(json);
	return status;
}

/* The lines are as wide as a terminal that has 80 columns. */
static void print_program(const json_t *status)
{
	const json_t *program = json_object_get(status, "program"), *feature;
	bool attached = json_is_true(json_object_get(program, "attached"));
	size_t i, column = 80;

	printf("program    %s%s%s (id %d), %s\n",
	       cli_table_colour(attached ? CLI_GOOD : CLI_BAD),
	       attached ? "attached" : "NOT ATTACHED",
	       cli_table_colour(CLI_PLAIN), (int)cli_view_number(program, "id"),
	       cli_view_text(program, "way"));
	if (*cli_view_text(program, "no_dispatcher"))
		printf("%11s%s\n", "", cli_view_text(program, "no_dispatcher"));
	json_array_foreach(json_object_get(program, "features"), i, feature)
	{
		size_t length = strlen(json_string_value(feature)) + 1;

		if (column + length > 80) {
			printf(i ? "\n%10s" : "features  ", "");
			column = 10;
		}
		printf(" %s", json_string_value(feature));
		column += length;
	}
	printf(column < 80 ? "\n" : "");
}

static void print_traffic(const json_t *status)
{
	const json_t *processed = json_object_get(status, "processed");
	const json_t *latency = json_object_get(status, "latency_ns");
	double rate = cli_view_number(processed, "packets_per_second");
	double load = cli_view_load(status, rate);
	char packets[CLI_UNITS_SIZE], now[CLI_UNITS_SIZE];

	printf("traffic    %s packets/s, %s packets since the start\n",
	       cli_units_count(rate, now),
	       cli_units_count(cli_view_number(processed, "packets"), packets));
	if (load < 0)
		return;
	printf("program    %.0f ns a packet (99 %%: %.0f ns), about %.1f %% of "
	       "a CPU\n",
	       cli_view_number(latency, "mean"),
	       cli_view_number(latency, "p99"), load);
}

static void print_refused(const json_t *tables)
{
	const json_t *list = json_object_get(tables, "refused_entries"), *entry;
	const double n = cli_view_number(tables, "refused");
	size_t i;

	if (!n)
		return;
	printf("tables     %sno room for %.0f entries%s, which are tried "
	       "again; "
	       "all others are in force\n",
	       cli_table_colour(CLI_BAD), n, cli_table_colour(CLI_PLAIN));
	json_array_foreach(list, i, entry)
		printf("           %s\n", json_string_value(entry));
	if (json_array_size(list) < n)
		printf("           and %.0f more\n",
		       n - (double)json_array_size(list));
}

static void print_tables(const json_t *status)
{
	const json_t *tables = json_object_get(status, "tables");

	if (json_is_false(json_object_get(tables, "written")))
		printf("tables     %sNOT UP TO DATE%s: %s; repeated every "
		       "second\n",
		       cli_table_colour(CLI_BAD), cli_table_colour(CLI_PLAIN),
		       json_string_value(json_object_get(tables, "error")));
	print_refused(tables);
}

static void print_events(const json_t *status)
{
	const json_t *events = json_object_get(status, "events");

	printf("changes    %.0f reloads (%.0f refused), %.0f by commands; "
	       "%.0f times attached again\n",
	       cli_view_number(events, "reloads"),
	       cli_view_number(events, "reload_errors"),
	       cli_view_number(events, "changes"),
	       cli_view_number(events, "repairs"));
}

static void print_status(const json_t *status, const json_t *services)
{
	char uptime[CLI_UNITS_SIZE];

	printf("%sudplb %s%s on %s, mode %s, pid %d, up %s\n",
	       cli_table_colour(CLI_BOLD), cli_view_text(status, "version"),
	       cli_table_colour(CLI_PLAIN), cli_view_text(status, "interface"),
	       cli_view_text(status, "mode"),
	       (int)cli_view_number(status, "pid"),
	       cli_units_duration(cli_view_number(status, "uptime_seconds"),
				  uptime));
	print_program(status);
	printf("services   %zu; backends: ", json_array_size(services));
	cli_view_up(stdout, services);
	printf("\n");
	print_tables(status);
	print_traffic(status);
	print_events(status);
	printf("\n");
	cli_view_reasons(stdout, status, false, 0);
}

int cli_status(const struct cli_options *options, char **operands)
{
	json_t *json, *services = NULL;
	int status = get(options, "/v1/status", "/v1/status", &json);

	(void)operands;
	if (!status && options->json) {
		print_json(json);
	} else if (!status) {
		status =
			get(options, "/v1/services", "/v1/services", &services);
		if (!status)
			print_status(json, services);
	}
	json_decref(services);
	json_decref(json);
	return status;
}

int cli_config(const struct cli_options *options, char **operands)
{
	struct cli_client *client;
	char *text = NULL;
	json_t *json;
	int status;

	(void)operands;
	if (options->json) {
		status = get(options, "/v1/config", NULL, &json);
		if (!status)
			print_json(json);
		json_decref(json);
		return status;
	}
	status = cli_client_open(&client, options);
	if (!status)
		status = cli_client_ask(client, "GET", "/v1/config.yaml", NULL,
					&text);
	if (!status)
		fputs(text, stdout);
	free(text);
	cli_client_close(client);
	return status;
}
