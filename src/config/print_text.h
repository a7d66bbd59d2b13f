/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts and times of a configuration, as YAML. */
#ifndef CONFIG_PRINT_TEXT_H
#define CONFIG_PRINT_TEXT_H

#include <stdint.h>
#include <stdio.h>

/* In double quotes; of any bytes, those that are no UTF-8 are left out. */
void config_print_text(FILE *out, const char *text);

/* "500ms", "1s", "5m": the largest unit that is exact. */
void config_print_duration(FILE *out, uint32_t ms);

#endif
