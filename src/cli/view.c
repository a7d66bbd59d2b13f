/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/view.h"

#include <stdlib.h>
#include <string.h>

#include "cli/table.h"
#include "cli/units.h"

double cli_view_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

const char *cli_view_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void add_rates(struct cli_table *table, const json_t *object)
{
	char buf[CLI_UNITS_SIZE];

	cli_table_add(
		table, CLI_PLAIN, "%s",
		cli_units_count(cli_view_number(object, "packets_per_second"),
				buf));
	cli_table_add(
		table, CLI_PLAIN, "%s",
		cli_units_count(8 * cli_view_number(object, "bytes_per_second"),
				buf));
}

/* "53", "53,5000-5005", "all"; free() it. */
static char *ports_text(const json_t *ports)
{
	char *text = NULL;
	size_t size, i;
	json_t *port;
	FILE *out;

	if (json_is_string(ports))
		return strdup(json_string_value(ports));
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	json_array_foreach(ports, i, port)
	{
		fputs(i ? "," : "", out);
		if (json_is_string(port))
			fputs(json_string_value(port), out);
		else
			fprintf(out, "%d", (int)json_integer_value(port));
	}
	fclose(out);
	return text;
}

static void add_service(struct cli_table *table, const json_t *service)
{
	size_t n = json_array_size(json_object_get(service, "backends"));
	int up = (int)cli_view_number(service, "backends_up");
	char *ports = ports_text(json_object_get(service, "ports"));
	enum cli_colour colour = CLI_GOOD;

	if (up < (int)n)
		colour = up ? CLI_WARN : CLI_BAD;
	cli_table_add(table, CLI_PLAIN, "%s", cli_view_text(service, "name"));
	cli_table_add(table, CLI_PLAIN, "%s",
		      cli_view_text(service, "address"));
	cli_table_add(table, CLI_PLAIN, "%s", ports ? ports : "");
	cli_table_add(table, CLI_PLAIN, "%s",
		      cli_view_text(service, "balance"));
	cli_table_add(table, CLI_PLAIN, "%s",
		      cli_view_text(service, "forward"));
	if (json_is_true(json_object_get(service, "open")))
		cli_table_add(table, CLI_BAD, "open %d/%zu", up, n);
	else
		cli_table_add(table, colour, "%d/%zu", up, n);
	add_rates(table, service);
	free(ports);
}

void cli_view_services(FILE *out, const json_t *services)
{
	static const struct cli_column columns[] = {
		{ "SERVICE", false, true },
		{ "ADDRESS", false, true },
		{ "PORTS", false, true },
		{ "BALANCE", false, false },
		{ "FORWARD", false, false },
		{ "UP", true, false },
		{ "PKT/S", true, false },
		{ "BIT/S", true, false },
		{ 0 },
	};
	struct cli_table *table = cli_table_new(columns);
	json_t *service;
	size_t i;

	json_array_foreach((json_t *)services, i, service)
		add_service(table, service);
	cli_table_print(table, out, 0);
	cli_table_free(table);
}

/* A backend, and the slots of its service that its share is of. */
struct row {
	const json_t *backend;
	double slots, rate;
	size_t order; /* in the configuration */
};

static struct row *list_rows(const json_t *services, size_t *n)
{
	struct row *rows = NULL;
	json_t *service, *backend;
	size_t i, k, size = 0;

	*n = 0;
	json_array_foreach((json_t *)services, i, service) size +=
		json_array_size(json_object_get(service, "backends"));
	rows = calloc(size + 1, sizeof(*rows));
	if (!rows)
		return NULL;
	json_array_foreach((json_t *)services, i, service)
	{
		json_array_foreach(json_object_get(service, "backends"), k,
				   backend)
		{
			rows[*n] = (struct row){
				.backend = backend,
				.slots = cli_view_number(service, "slots"),
				.rate = cli_view_number(backend,
							"packets_per_second"),
				.order = *n,
			};
			++*n;
		}
	}
	return rows;
}

static int compare_rates(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->rate != y->rate)
		return x->rate > y->rate ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static enum cli_colour state_colour(const char *state)
{
	if (!strcmp(state, "up"))
		return CLI_GOOD;
	return strcmp(state, "draining") ? CLI_BAD : CLI_WARN;
}

static void add_health(struct cli_table *table, const json_t *backend)
{
	const json_t *health = json_object_get(backend, "health");
	bool up = json_is_true(json_object_get(health, "up"));
	double latency = cli_view_number(health, "latency_seconds");
	char buf[CLI_UNITS_SIZE];

	if (!json_is_object(health))
		cli_table_add(table, CLI_FAINT, "-");
	else if (up && latency > 0)
		cli_table_add(table, CLI_PLAIN, "%s %s",
			      cli_view_text(health, "type"),
			      cli_units_time(latency, buf));
	else
		cli_table_add(table, up ? CLI_PLAIN : CLI_BAD, "%s %s",
			      cli_view_text(health, "type"),
			      up ? "up" : "down");
}

static void add_flows(struct cli_table *table, const json_t *backend)
{
	const json_t *flows = json_object_get(backend, "flows");

	if (json_is_integer(flows))
		cli_table_add(table, CLI_PLAIN, "%lld",
			      (long long)json_integer_value(flows));
	else
		cli_table_add(table, CLI_FAINT, "-");
}

static void add_backend(struct cli_table *table, const struct row *row,
			bool flows)
{
	const json_t *backend = row->backend;
	const char *state = cli_view_text(backend, "state");
	double slots = cli_view_number(backend, "slots");

	cli_table_add(table, CLI_PLAIN, "%s",
		      cli_view_text(backend, "service"));
	cli_table_add(table, CLI_PLAIN, "%s",
		      cli_view_text(backend, "backend"));
	cli_table_add(table, CLI_PLAIN, "%d",
		      (int)cli_view_number(backend, "weight"));
	cli_table_add(table, state_colour(state), "%s", state);
	cli_table_add(table, CLI_PLAIN, "%.1f%%",
		      row->slots > 0 ? 100 * slots / row->slots : 0);
	add_rates(table, backend);
	if (flows)
		add_flows(table, backend);
	add_health(table, backend);
}

/* What the table has no room for. */
static void print_failures(FILE *out, const struct row *rows, size_t n)
{
	char buf[CLI_UNITS_SIZE];

	for (size_t i = 0; i < n; i++) {
		const json_t *health =
			json_object_get(rows[i].backend, "health");
		const char *reason = cli_view_text(health, "reason");

		if (!json_is_false(json_object_get(health, "up")) || !*reason)
			continue;
		fprintf(out, "%s %s: %s (down for %s)\n",
			cli_view_text(rows[i].backend, "service"),
			cli_view_text(rows[i].backend, "backend"), reason,
			cli_units_duration(
				cli_view_number(health, "since_seconds"), buf));
	}
}

static bool any_sticky(const json_t *services)
{
	json_t *service;
	size_t i;

	json_array_foreach(
		(json_t *)services, i,
		service) if (cli_view_number(service, "sticky_seconds") >
			     0) return true;
	return false;
}

void cli_view_backends(FILE *out, const json_t *services, bool by_rate,
		       unsigned int rows_max)
{
	static const struct cli_column with_flows[] = {
		{ "SERVICE", false, true }, { "BACKEND", false, true },
		{ "WEIGHT", true, false },  { "STATE", false, false },
		{ "SHARE", true, false },   { "PKT/S", true, false },
		{ "BIT/S", true, false },   { "FLOWS", true, false },
		{ "HEALTH", false, true },  { 0 },
	}, without[] = {
		{ "SERVICE", false, true }, { "BACKEND", false, true },
		{ "WEIGHT", true, false },  { "STATE", false, false },
		{ "SHARE", true, false },   { "PKT/S", true, false },
		{ "BIT/S", true, false },   { "HEALTH", false, true },
		{ 0 },
	};
	bool flows = any_sticky(services);
	struct cli_table *table = cli_table_new(flows ? with_flows : without);
	size_t n;
	struct row *rows = list_rows(services, &n);

	if (rows && by_rate)
		qsort(rows, n, sizeof(*rows), compare_rates);
	for (size_t i = 0; rows && i < n && (!rows_max || i < rows_max); i++)
		add_backend(table, &rows[i], flows);
	cli_table_print(table, out, 0);
	if (rows && !by_rate)
		print_failures(out, rows, n);
	free(rows);
	cli_table_free(table);
}

void cli_view_reasons(FILE *out, const json_t *status, bool by_rate,
		      unsigned int rows_max)
{
	static const struct cli_column columns[] = {
		{ "REASON", false, false }, { "VERDICT", false, false },
		{ "PACKETS", true, false }, { "PKT/S", true, false },
		{ "BIT/S", true, false },   { 0 },
	};
	const char *key = by_rate ? "packets_per_second" : "packets";
	struct cli_table *table = cli_table_new(columns);
	char buf[CLI_UNITS_SIZE];
	json_t *reason;
	size_t i;

	json_array_foreach(json_object_get(status, "reasons"), i, reason)
	{
		if (cli_view_number(reason, key) <= 0)
			continue;
		cli_table_add(table, CLI_PLAIN, "%s",
			      cli_view_text(reason, "reason"));
		cli_table_add(table, CLI_PLAIN, "%s",
			      cli_view_text(reason, "action"));
		cli_table_add(table, CLI_PLAIN, "%s",
			      cli_units_count(
				      cli_view_number(reason, "packets"), buf));
		add_rates(table, reason);
	}
	cli_table_print(table, out, rows_max);
	cli_table_free(table);
}

void cli_view_up(FILE *out, const json_t *services)
{
	size_t i, n = 0;
	json_t *service;
	double up = 0;

	json_array_foreach((json_t *)services, i, service)
	{
		n += json_array_size(json_object_get(service, "backends"));
		up += cli_view_number(service, "backends_up");
	}
	fprintf(out, "%.0f of %zu up", up, n);
}

double cli_view_load(const json_t *status, double packets_per_second)
{
	const json_t *latency = json_object_get(status, "latency_ns");

	if (!json_is_true(json_object_get(latency, "measured")) ||
	    cli_view_number(latency, "samples") <= 0)
		return -1;
	return cli_view_number(latency, "mean") * packets_per_second / 1e7;
}
