/* SPDX-License-Identifier: GPL-2.0-only */
/* What is the VIP's rather than its services': ping, malformed. */
#ifndef CONFIG_VIPS_H
#define CONFIG_VIPS_H

#include "config/peers.h"

/*
 * Among the sound services: those of one address that do not say follow one
 * that does; two that say otherwise are a mistake.  0 or -ENOMEM.
 */
int config_vips_check(const struct config_peers *peers);

#endif
