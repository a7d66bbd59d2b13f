/* SPDX-License-Identifier: GPL-2.0-only */
/* Single texts: what several tables and types need of them. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config/key.h"

#define CONFIG_PREFIX_SIZE (ADDR_STRLEN + sizeof("/128"))

/* Whether all of the text is a decimal number, then in *out. */
bool config_decimal(const char *text, size_t length, uint32_t *out);

/* " (write it in decimal, ...)" behind what looks like octal, or "". */
const char *config_decimal_hint(const char *text);

/* The value of one of the words, or a mistake and otherwise. */
int config_word_value(const struct config_place *place, const char *key,
		      const char *text, const struct config_word *words,
		      int otherwise);

/*
 * "192.0.2.0/24", "::/0", of the family (AF_UNSPEC: either).  Whether *out was
 * set; else what is wrong was told.
 */
bool config_prefix_read(const struct config_place *place, const char *key,
			const char *text, sa_family_t family,
			struct model_prefix *out);

/* "192.0.2.0/24" into buf, which is returned. */
const char *config_prefix_format(const struct model_prefix *prefix,
				 char buf[CONFIG_PREFIX_SIZE]);

/* By family, then the longest first, then by address; 0 where equal. */
int config_prefix_compare(const struct model_prefix *a,
			  const struct model_prefix *b);

/* "IPv4" or "IPv6". */
const char *config_family_name(sa_family_t family);

/* true, yes, on; false, no, off: the values are 1 and 0. */
extern const struct config_word config_bool_words[];

/* A copy; without memory config_read() will fail. */
void config_string_set(const struct config_place *place, char **to,
		       const char *text);

/* Prints the text where it is not empty; that of a char *. */
void config_print_string(struct config_printer *printer,
			 const struct config_key *key, const void *from);
void config_print_string_at(struct config_printer *printer,
			    const struct config_key *key, const void *from);

#endif
