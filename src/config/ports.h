/* SPDX-License-Identifier: GPL-2.0-only */
/* Which ports of which addresses are whose. */
#ifndef CONFIG_LOOKUP_H
#define CONFIG_LOOKUP_H

#include "config/rules.h"

/* Entries of each of the tables services and replies of bpf/lb_abi.h. */
#define CONFIG_LOOKUP_MAX 1000000

/* Among the sound services.  Adds mistakes.  0 or -ENOMEM. */
int config_lookup_check(const struct config_peers *peers);

#endif
