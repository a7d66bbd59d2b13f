/* SPDX-License-Identifier: GPL-2.0-only */
/* What the outer headers of tunnels have. */
#ifndef CONFIG_TUNNEL_H
#define CONFIG_TUNNEL_H

#include "config/key.h"

extern const struct config_group config_tunnel;

/* Warns of an MTU within which services cannot do what IPv6 promises. */
void config_tunnel_check(const struct config_place *place,
			 const struct model *model);

#endif
