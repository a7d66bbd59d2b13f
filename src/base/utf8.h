/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Of the well-formed sequence that a text begins with; 0 where it does not. */
size_t utf8_length(const char *s);

/* A whole text. */
bool utf8_is_valid(const char *s);

#endif
