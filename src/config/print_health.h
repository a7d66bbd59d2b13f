/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONFIG_PRINT_HEALTH_H
#define CONFIG_PRINT_HEALTH_H

#include <stdio.h>

#include "model/model.h"

/* "type: icmp, interval: 1s, ...": what stands between the braces. */
void config_print_health(FILE *out, const struct model_health *health);

#endif
