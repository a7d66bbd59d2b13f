/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML text becomes a tree.  Only what a configuration needs of YAML is let
 * through: one document, of bounded size and depth, without anchors, aliases
 * and tags.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include "yaml/errors.h"
#include "yaml/tree.h"

#define CONFIG_YAML_VALUES_MAX 1000000 /* keys and values together */

/*
 * 0 and *tree, empty before, with a root; -EINVAL with the mistakes added to
 * errors; -ENOMEM.  To be freed in each case.
 */
int config_yaml_load(const char *text, size_t length,
		     struct config_errors *errors, struct config_tree *tree);

#endif
