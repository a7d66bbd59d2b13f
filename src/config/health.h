/* SPDX-License-Identifier: GPL-2.0-only */
/* How the backends of a service are asked whether they serve. */
#ifndef CONFIG_HEALTH_H
#define CONFIG_HEALTH_H

#include "config/raw.h"
#include "config/value.h"

/* raw may be NULL: *out gets the defaults.  Adds mistakes. */
void config_health_check(const struct config_place *place,
			 const struct raw_health *raw,
			 struct model_health *out);

/*
 * Only for a service without mistakes so far: whether it is known where each of
 * its backends is to be asked.
 */
void config_health_check_all(const struct config_place *place,
			     const struct model_service *service);

#endif
