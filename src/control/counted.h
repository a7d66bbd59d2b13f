/* SPDX-License-Identifier: GPL-2.0-only */
/* What was counted, as it stands in the small file of saved.h. */
#ifndef CONTROL_COUNTED_H
#define CONTROL_COUNTED_H

#include <jansson.h>

#include "metrics/carry.h"

/* NULL without memory. */
json_t *counted_to_json(const struct carry *carry);

/* 0; -EINVAL; -ENOMEM; then, too, *out is to be freed by carry_free(). */
int counted_from_json(json_t *json, struct carry *out);

#endif
