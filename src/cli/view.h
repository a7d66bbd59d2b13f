/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of the daemon as tables, for one look and for top. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The members of an object; 0 and "" where there is none of that type. */
double cli_view_number(const json_t *object, const char *key);
const char *cli_view_text(const json_t *object, const char *key);

/* services: the list of all services.  rows_max 0: all. */
void cli_view_services(FILE *out, const json_t *services);
/* by_rate: who has most first, and reasons of failures are left out. */
void cli_view_backends(FILE *out, const json_t *services, bool by_rate,
		       unsigned int rows_max);
/* Those that count anything; by_rate: that do so now. */
void cli_view_reasons(FILE *out, const json_t *status, bool by_rate,
		      unsigned int rows_max);

/* "12 of 14 up" */
void cli_view_up(FILE *out, const json_t *services);

/* The part of a CPU that the program takes for so many packets, in per cent;
 * -1: unknown. */
double cli_view_load(const json_t *status, double packets_per_second);

#endif
