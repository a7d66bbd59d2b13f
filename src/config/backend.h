/* SPDX-License-Identifier: GPL-2.0-only */
/* The backends of a service, judged by it and by each other. */
#ifndef CONFIG_BACKEND_H
#define CONFIG_BACKEND_H

#include "config/raw.h"
#include "config/value.h"

/* Fills out->backends.  Adds mistakes.  0 or -ENOMEM. */
int config_backend_check(const struct config_place *place,
			 const struct raw_service *raw,
			 struct model_service *out);

/*
 * Only for a service without mistakes so far: whether its backends suit it and
 * its ring, and are not alike.  Sets a port where the forwarding implies one.
 * 0 or -ENOMEM.
 */
int config_backend_check_all(const struct config_place *place,
			     struct model_service *service);

#endif
