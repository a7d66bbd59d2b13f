/* SPDX-License-Identifier: GPL-2.0-only */
#include "config_print_health.h"

#include "config_print_text.h"

void config_print_health(FILE *out, const struct model_health *health)
{
	fprintf(out, "type: %s, interval: ", model_health_name(health->type));
	config_print_duration(out, health->interval_ms);
	fprintf(out, ", rise: %u, fall: %u", health->rise, health->fall);
}
