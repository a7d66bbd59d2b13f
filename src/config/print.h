/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model as the text that would make it.  Every key is written, one in a line,
 * also those that have their default; what is unset is left out.
 */
#ifndef CONFIG_PRINT_H
#define CONFIG_PRINT_H

#include <stdio.h>

#include "model/model.h"

/* 0 and *text, which config_parse() makes the same model of; or -ENOMEM. */
int config_print(const struct model *model, char **text);

/*
 * Parts of it, for comparing: "key: value" lines of all but the services, and
 * of a service but its backends, each behind indent.
 */
void config_print_top(FILE *out, const struct model *model);
void config_print_service(FILE *out, const struct model_service *service,
			  const char *indent);

/* "address: A, port: P, ..."; share: with weight and drain. */
void config_print_backend(FILE *out, const struct model_backend *backend,
			  bool share);

#endif
