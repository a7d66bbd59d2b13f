/* SPDX-License-Identifier: GPL-2.0-only */
/* The server ids by which packets of balance: quic find their backend. */
#ifndef CONFIG_QUIC_H
#define CONFIG_QUIC_H

#include "config/raw.h"
#include "config/value.h"

/* Fills out->server_ids.  Adds mistakes.  0 or -ENOMEM. */
int config_quic_parse(const struct config_place *place,
		      const struct raw_backend *raw, struct model_backend *out);

/* Whether all backends' ids go together.  Adds mistakes.  0 or -ENOMEM. */
int config_quic_check(const struct config_place *place,
		      const struct model_service *service);

#endif
