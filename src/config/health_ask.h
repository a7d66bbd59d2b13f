/* SPDX-License-Identifier: GPL-2.0-only */
/* What a health check sends, and which answer it takes for a good one. */
#ifndef CONFIG_HEALTH_ASK_H
#define CONFIG_HEALTH_ASK_H

#include "config/raw.h"
#include "config/value.h"

/*
 * out->type is known, the keys of all other types are mistakes.  Adds mistakes
 * of single keys; health_check_sound() knows more.
 */
void config_health_ask(const struct config_place *place,
		       const struct raw_health *raw, struct model_health *out);

#endif
