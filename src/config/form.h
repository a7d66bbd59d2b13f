/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes any document fit a libcyaml schema, and tells what did not. */
#ifndef CONFIG_PRUNE_H
#define CONFIG_PRUNE_H

#include <cyaml/cyaml.h>
#include <yaml.h>

#include "config/errors.h"

/*
 * The schema: mappings, sequences and strings; the top is a mapping.  Whatever
 * does not fit is added to errors and left out; what remains is written to
 * *text as YAML, to be freed.  0; -EINVAL where not even the top fits; -ENOMEM.
 */
int config_prune(yaml_document_t *document, const cyaml_schema_value_t *schema,
		 struct config_errors *errors, char **text, size_t *length);

#endif
