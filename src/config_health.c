/* SPDX-License-Identifier: GPL-2.0-only */
#include "config_health.h"

#define INTERVAL_MIN_MS 100

static const struct config_word health_words[] = {
	{"none", HEALTH_NONE}, {"icmp", HEALTH_ICMP}, {"udp", HEALTH_UDP},
	{"tcp", HEALTH_TCP},   {"http", HEALTH_HTTP}, {NULL, 0},
};

void config_health_check(const struct config_place *place,
			 const struct raw_health *raw, struct model_health *out)
{
	uint32_t rise = 2, fall = 3;

	out->interval_ms = 1000;
	if (raw) {
		config_value_require(place, "health.type", raw->type,
				     "none, icmp, udp, tcp or http");
		out->type = (enum health_type)config_value_word(
			place, "health.type", raw->type, health_words,
			HEALTH_NONE);
		config_value_duration(place, "health.interval", raw->interval,
				      INTERVAL_MIN_MS, "", &out->interval_ms);
		config_value_number(place, "health.rise", raw->rise, "a count",
				    1, 100, &rise);
		config_value_number(place, "health.fall", raw->fall, "a count",
				    1, 100, &fall);
	}
	out->rise = rise;
	out->fall = fall;
	if (raw && raw->send && out->type != HEALTH_UDP)
		config_value_fail(place, "health.send",
				  "is only for type: udp; remove it");
	if (raw && raw->expect && out->type != HEALTH_UDP)
		config_value_fail(place, "health.expect",
				  "is only for type: udp; remove it");
	if (out->type != HEALTH_NONE)
		config_value_warn(place, "health.type",
				  "health checks are not carried out by this "
				  "version; a backend serves while its "
				  "neighbour entry is valid");
}
