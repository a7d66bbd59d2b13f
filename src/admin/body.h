/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bodies of requests.  Each function: 0; or -EINVAL with the mistakes in
 * *errors, NULL before; or -ENOMEM.
 */
#ifndef ADMIN_BODY_H
#define ADMIN_BODY_H

#include <jansson.h>
#include <stdbool.h>

#include "yaml/errors.h"
#include "model/model.h"

/* Text as it came; *out is the caller's. */
int admin_body_parse(const char *text, size_t length, json_t **out,
		     struct config_errors **errors);

/* {"drain": true} */
int admin_body_drain(json_t *body, bool *drain, struct config_errors **errors);

/* {"weight": 5}; whether it is in range is not asked. */
int admin_body_weight(json_t *body, unsigned int *weight,
		      struct config_errors **errors);

/*
 * {"backends": [{"address": ..., ...}]}, with the keys that a backend has in
 * the configuration.  *out is to be freed by admin_body_free_backends().
 */
int admin_body_backends(json_t *body, struct model_backend **out, size_t *n,
			struct config_errors **errors);
void admin_body_free_backends(struct model_backend *backends, size_t n);

#endif
