/* SPDX-License-Identifier: GPL-2.0-only */
/* One service of the configuration, judged by itself. */
#ifndef CONFIG_SERVICE_H
#define CONFIG_SERVICE_H

#include "config/raw.h"
#include "config/value.h"

/*
 * Fills *out, all zero before.  Mistakes are added to the place's errors; what
 * they concern keeps its default.  0 or -ENOMEM.
 */
int config_service_check(const struct config_place *place,
			 const struct raw_service *raw,
			 struct model_service *out);

#endif
