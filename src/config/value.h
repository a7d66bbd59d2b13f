/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One text of the configuration becomes one value, or a mistake.  All leave
 * *out alone where the text is absent (NULL) or wrong, so that it can hold the
 * default before.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include <yaml.h>

#include "config/errors.h"
#include "model/model.h"

/* Where in the file we are, so that mistakes get their path and line. */
struct config_place {
	struct config_errors *errors;
	yaml_document_t *document; /* NULL: of no file, so without lines */
	char path[64];		   /* "services[1].backends[0]", or "" */
};

/* The place of an item of a list that the place holds. */
struct config_place config_value_item(const struct config_place *place,
				      const char *list, size_t index);

/* key stands below the place's path; "" is the place itself. */
void config_value_fail(const struct config_place *place, const char *key,
		       const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void config_value_warn(const struct config_place *place, const char *key,
		       const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Tells that the text is missing, where it is. */
void config_value_require(const struct config_place *place, const char *key,
			  const char *text, const char *expected);

/* Whether the file has the key at all, even with an empty list. */
bool config_value_given(const struct config_place *place, const char *key);

/* Whether all of the text is a decimal number, then in *out. */
bool config_value_decimal(const char *text, size_t length, uint32_t *out);

/* what: "a weight", as in "expected a weight from 1 to 1000". */
void config_value_number(const struct config_place *place, const char *key,
			 const char *text, const char *what, uint32_t min,
			 uint32_t max, uint32_t *out);
void config_value_port(const struct config_place *place, const char *key,
		       const char *text, uint16_t *out);

/* "53" or "5000-5005".  Whether *out was set. */
bool config_value_ports(const struct config_place *place, const char *key,
			const char *text, struct model_ports *out);

/* "500ms", "1s", "1m": from min_ms to an hour.  other: ", or off", or "". */
void config_value_duration(const struct config_place *place, const char *key,
			   const char *text, uint32_t min_ms, const char *other,
			   uint32_t *out_ms);

struct config_word {
	const char *text; /* NULL ends a list */
	int value;
};

/* The value of the word, or otherwise where there is none. */
int config_value_word(const struct config_place *place, const char *key,
		      const char *text, const struct config_word *words,
		      int otherwise);

/* true, yes, on; false, no, off; otherwise where there is none. */
bool config_value_bool(const struct config_place *place, const char *key,
		       const char *text, bool otherwise);

#endif
