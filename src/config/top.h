/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration as written becomes a model, if it makes sense. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/raw.h"
#include "config/value.h"

/*
 * Fills *out, all zero before; what it then holds is for model_free(), also
 * on failure.  Mistakes are added to the place's errors.  0 or -ENOMEM.
 */
int config_check(const struct config_place *place, const struct config_raw *raw,
		 struct model *out);

#endif
