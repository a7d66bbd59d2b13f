/* SPDX-License-Identifier: GPL-2.0-only */
/* "key: value" after another, in lines or between braces. */
#ifndef CONFIG_PRINTER_H
#define CONFIG_PRINTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct config_printer {
	FILE *out;
	const char *between; /* ", ", or "\n" and an indent */
	bool any;	     /* something was printed */
};

/* "key: " behind what there is; the value is to follow. */
FILE *config_printer_key(struct config_printer *printer, const char *key);

/* In double quotes; of any bytes, those that are no UTF-8 are left out. */
void config_print_text(FILE *out, const char *text);

/* "500ms", "1s", "5m": the largest unit that is exact. */
void config_print_duration(FILE *out, uint32_t ms);

#endif
