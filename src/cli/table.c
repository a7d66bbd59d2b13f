/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP	  2 /* between columns */
#define WIDTH_MIN 8 /* of a column that shrinks */

struct cell {
	char *text;
	enum cli_colour colour;
};

struct cli_table {
	const struct cli_column *columns;
	size_t n_columns;
	struct cell *cells;
	size_t n, size;
};

unsigned int cli_table_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return columns ? (unsigned int)strtoul(columns, NULL, 10) : 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

static bool is_coloured(void)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 &&
	       !(no_color && *no_color);
}

const char *cli_table_colour(enum cli_colour colour)
{
	static const char *const sequences[] = {
		[CLI_PLAIN] = "\033[0m", [CLI_BOLD] = "\033[1m",
		[CLI_GOOD] = "\033[32m", [CLI_WARN] = "\033[33m",
		[CLI_BAD] = "\033[31m",	 [CLI_FAINT] = "\033[2m",
	};

	return is_coloured() ? sequences[colour] : "";
}

struct cli_table *cli_table_new(const struct cli_column *columns)
{
	struct cli_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	while (columns[table->n_columns].title)
		table->n_columns++;
	return table;
}

static bool grow(struct cli_table *table)
{
	size_t size = table->size ? 2 * table->size : 64;
	struct cell *cells = realloc(table->cells, size * sizeof(*cells));

	if (!cells)
		return false;
	table->cells = cells;
	table->size = size;
	return true;
}

void cli_table_add(struct cli_table *table, enum cli_colour colour,
		   const char *format, ...)
{
	va_list args;
	char *text;

	if (!table || (table->n == table->size && !grow(table)))
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	table->cells[table->n++] = (struct cell){ text, colour };
}

static size_t length_of(const struct cell *cell)
{
	return cell->text ? strlen(cell->text) : 0;
}

/* The widest of those that shrink; n_columns where none can any more. */
static size_t find_widest(const struct cli_table *table, const size_t *widths)
{
	size_t widest = table->n_columns;

	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].shrinks && widths[i] > WIDTH_MIN &&
		    (widest == table->n_columns || widths[i] > widths[widest]))
			widest = i;
	return widest;
}

static void find_widths(const struct cli_table *table, size_t *widths)
{
	size_t limit = cli_table_width(), total = 0, widest;

	for (size_t i = 0; i < table->n_columns; i++)
		widths[i] = strlen(table->columns[i].title);
	for (size_t i = 0; i < table->n; i++) {
		size_t *width = &widths[i % table->n_columns];

		if (length_of(&table->cells[i]) > *width)
			*width = length_of(&table->cells[i]);
	}
	for (size_t i = 0; i < table->n_columns; i++)
		total += widths[i] + (i ? GAP : 0);
	while (limit && total > limit) {
		widest = find_widest(table, widths);
		if (widest == table->n_columns)
			break;
		widths[widest]--;
		total--;
	}
}

static void print_cell(FILE *out, const struct cell *cell, size_t width,
		       bool right, bool last)
{
	size_t length = length_of(cell), shown = length, pad;

	if (length > width)
		shown = width - 2;
	pad = length > width ? 0 : width - length;
	if (right)
		fprintf(out, "%*s", (int)pad, "");
	if (cell->colour != CLI_PLAIN)
		fputs(cli_table_colour(cell->colour), out);
	fprintf(out, "%.*s%s", (int)shown, cell->text ? cell->text : "",
		length > width ? ".." : "");
	if (cell->colour != CLI_PLAIN)
		fputs(cli_table_colour(CLI_PLAIN), out);
	/* No spaces at the end of a line. */
	if (!right && !last)
		fprintf(out, "%*s", (int)pad, "");
	fputs(last ? "\n" : "  ", out);
}

static void print_row(const struct cli_table *table, FILE *out,
		      const struct cell *cells, const size_t *widths)
{
	for (size_t i = 0; i < table->n_columns; i++)
		print_cell(out, &cells[i], widths[i], table->columns[i].right,
			   i == table->n_columns - 1);
}

void cli_table_print(const struct cli_table *table, FILE *out,
		     unsigned int rows_max)
{
	size_t widths[CLI_TABLE_COLUMNS], rows;
	struct cell titles[CLI_TABLE_COLUMNS];

	if (!table || !table->n_columns)
		return;
	find_widths(table, widths);
	for (size_t i = 0; i < table->n_columns; i++)
		titles[i] = (struct cell){ (char *)table->columns[i].title,
					   CLI_BOLD };
	print_row(table, out, titles, widths);
	rows = table->n / table->n_columns;
	if (rows_max && rows > rows_max)
		rows = rows_max;
	for (size_t i = 0; i < rows; i++)
		print_row(table, out, &table->cells[i * table->n_columns],
			  widths);
}

void cli_table_free(struct cli_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->n; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
}
