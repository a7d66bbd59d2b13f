/* SPDX-License-Identifier: GPL-2.0-only */
/* One service, its backends and its health check. */
#ifndef CONFIG_SERVICE_H
#define CONFIG_SERVICE_H

#include "config/key.h"

extern const struct config_type config_filters, config_server_ids;

/* A service whose single keys are sound, judged as a whole.  0 or -ENOMEM. */
int config_service_judge(const struct config_place *place,
			 struct model_service *service);

/*
 * Whether its backends suit it and its ring, and are not alike.  Sets a port
 * where the forwarding implies one.  0 or -ENOMEM.
 */
int config_backends_judge(const struct config_place *place,
			  struct model_service *service);

/* Whether it is known where each backend is to be asked. */
void config_health_judge(const struct config_place *place,
			 const struct model_service *service);

/*
 * Puts the filters, as they were listed, into the order that the model wants:
 * the longest prefixes first.  0 or -ENOMEM.
 */
int config_filters_judge(const struct config_place *place,
			 struct model_service *service);

/* Whether all backends' server ids go together.  0 or -ENOMEM. */
int config_quic_judge(const struct config_place *place,
		      const struct model_service *service);

#endif
