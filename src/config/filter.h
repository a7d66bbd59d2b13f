/* SPDX-License-Identifier: GPL-2.0-only */
/* Whom a service is for: allow and deny. */
#ifndef CONFIG_FILTER_H
#define CONFIG_FILTER_H

#include "config/raw.h"
#include "config/value.h"

/*
 * Fills out->filters, the longest prefixes first, and out->deny_others; the
 * service's address must be known.  Adds mistakes.  0 or -ENOMEM.
 */
int config_filter_check(const struct config_place *place,
			const struct raw_service *raw,
			struct model_service *out);

#endif
