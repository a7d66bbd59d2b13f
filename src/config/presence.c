/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/presence.h"

#include <string.h>

#define INTERVAL_DEFAULT_MS 60000
#define INTERVAL_MIN_MS	    1000

static const struct config_word announce_words[] = {
	{ "auto", PRESENCE_AUTO },
	{ "yes", PRESENCE_YES },
	{ "no", PRESENCE_NO },
	{ NULL, 0 },
};

static const struct config_word assign_words[] = {
	{ "none", PRESENCE_NOWHERE },
	{ "interface", PRESENCE_INTERFACE },
	{ "loopback", PRESENCE_LOOPBACK },
	{ NULL, 0 },
};

static void check_interval(const struct config_place *place, const char *text,
			   struct model_presence *out)
{
	out->interval_ms = INTERVAL_DEFAULT_MS;
	if (text && !strcmp(text, "off"))
		out->interval_ms = 0;
	else
		config_value_duration(place, "presence.interval", text,
				      INTERVAL_MIN_MS, ", or off",
				      &out->interval_ms);
}

void config_presence_check(const struct config_place *place,
			   const struct raw_presence *raw,
			   struct model_presence *out)
{
	static const struct raw_presence absent;

	if (!raw)
		raw = &absent;
	out->announce = (enum presence_announce)config_value_word(
		place, "presence.announce", raw->announce, announce_words,
		PRESENCE_AUTO);
	check_interval(place, raw->interval, out);
	out->assign = (enum presence_assign)config_value_word(
		place, "presence.assign", raw->assign, assign_words,
		PRESENCE_NOWHERE);
}
