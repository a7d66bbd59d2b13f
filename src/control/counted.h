/* SPDX-License-Identifier: GPL-2.0-only */
/* What was counted, as it stands in the small file of saved.h. */
#ifndef CONTROL_COUNTED_H
#define CONTROL_COUNTED_H

#include <jansson.h>

#include "base/json_out.h"
#include "metrics/carry.h"

/* An object.  Breathes. */
void counted_put(struct json_out *out, const struct carry *carry);

/* 0; -EINVAL; -ENOMEM; then, too, *out is to be freed by carry_free(). */
int counted_from_json(json_t *json, struct carry *out);

#endif
