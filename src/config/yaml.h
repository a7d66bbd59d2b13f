/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML text becomes a tree that knows its lines.  Only what a configuration
 * needs of YAML is let through: one document, of bounded size and depth,
 * without anchors, aliases and tags.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <yaml.h>

#include "config/errors.h"

#define CONFIG_YAML_VALUES_MAX 1000000 /* keys and values together */
#define CONFIG_YAML_DEPTH_MAX  16

/*
 * 0 and a document with a root, for yaml_document_delete(); -EINVAL with the
 * mistakes added to errors; -ENOMEM.
 */
int config_yaml_load(const char *text, size_t length,
		     struct config_errors *errors, yaml_document_t *document);

/*
 * The line where the value of a path like "services[2].backends[0].port"
 * begins, with its key if it has one; else that of the innermost value above.
 */
size_t config_yaml_line(yaml_document_t *document, const char *path);

/* Whether there is a value, be it empty, at such a path. */
bool config_yaml_has(yaml_document_t *document, const char *path);

#endif
