/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in what was given we are, so that mistakes get their path and line. */
#ifndef CONFIG_PLACE_H
#define CONFIG_PLACE_H

#include "yaml/errors.h"
#include "yaml/tree.h"

#define CONFIG_PATH_SIZE 128

struct config_place {
	struct config_errors *errors;
	const struct config_tree *tree; /* NULL: a model, where all is given */
	const struct config_node *node; /* NULL: is absent */
	char path[CONFIG_PATH_SIZE];	/* "services[1].backends[0]", or "" */
};

/* The place of a key, and of an item of the list that a place is. */
struct config_place config_place_key(const struct config_place *place,
				     const char *key,
				     const struct config_node *node);
struct config_place config_place_item(const struct config_place *place,
				      size_t index,
				      const struct config_node *node);

/* key stands below the place's path; "" is the place itself. */
void config_fail(const struct config_place *place, const char *key,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));
void config_warn(const struct config_place *place, const char *key,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether the group of this place has the key at all, even with an empty list.
 */
bool config_given(const struct config_place *place, const char *key);

/* Whether there is a mistake at the key or below it. */
bool config_failed(const struct config_place *place, const char *key);

#endif
