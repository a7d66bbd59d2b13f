/* SPDX-License-Identifier: GPL-2.0-only */
/* A configuration file (YAML) becomes a model, or a list of its mistakes. */
#ifndef CONFIG_H
#define CONFIG_H

#include "model/model.h"

struct config_errors;

/*
 * Reads and checks all of the file.  0 and *out, to be freed by model_free();
 * or -EINVAL (mistakes), -errno (not readable), -ENOMEM.  In each case *errors
 * holds what to tell the user (also warnings, when 0); free it too.
 */
int config_load(const char *path, struct model **out,
		struct config_errors **errors);

/* The same for text in memory; name stands for the file in messages. */
int config_parse(const char *name, const char *text, size_t length,
		 struct model **out, struct config_errors **errors);

/*
 * Each message is one line, "FILE:LINE: PATH: what is wrong, what was
 * expected", in the order of the file.  Valid until config_errors_free().
 */
size_t config_errors_count(const struct config_errors *errors);
const char *config_errors_text(const struct config_errors *errors, size_t i);
bool config_errors_is_warning(const struct config_errors *errors, size_t i);
void config_errors_free(struct config_errors *errors);

#endif
