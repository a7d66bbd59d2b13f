/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Columns that align.  On a terminal no line is wider than it: columns that may
 * shrink do, and what does not fit ends in "..".  Elsewhere nothing is cut,
 * unless COLUMNS says how wide it may be.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#define CLI_TABLE_COLUMNS 9

enum cli_colour {
	CLI_PLAIN,
	CLI_BOLD,
	CLI_GOOD,
	CLI_WARN,
	CLI_BAD,
	CLI_FAINT,
};

struct cli_column {
	const char *title; /* NULL ends the list */
	bool right;	   /* aligned to the right */
	bool shrinks;
};

struct cli_table;

/* columns is kept, not copied.  NULL without memory, which the others take. */
struct cli_table *cli_table_new(const struct cli_column *columns);

/* The next cell, from left to right, row by row. */
void cli_table_add(struct cli_table *table, enum cli_colour colour,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Not more than so many rows; 0: all. */
void cli_table_print(const struct cli_table *table, FILE *out,
		     unsigned int rows_max);
void cli_table_free(struct cli_table *table);

/* Of standard output; 0: any. */
unsigned int cli_table_width(void);

/* Sequences for colours; "" where there are none to be. */
const char *cli_table_colour(enum cli_colour colour);

#endif
