/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/units.h"

#include <stddef.h>
#include <stdio.h>

/* Three digits at least, so that what is shown is off by half a per cent. */
static int decimals(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

const char *cli_units_count(double value, char buf[CLI_UNITS_SIZE])
{
	static const char units[] = " kMGTPE";
	const char *unit = units;

	if (value < 999.5) {
		snprintf(buf, CLI_UNITS_SIZE, "%.*f",
			 value > 0 && value < 9.95 && value != (int)value ? 1
									  : 0,
			 value);
		return buf;
	}
	while (value >= 999.5 && unit[1]) {
		value /= 1000;
		unit++;
	}
	snprintf(buf, CLI_UNITS_SIZE, "%.*f%c", decimals(value), value, *unit);
	return buf;
}

const char *cli_units_duration(double seconds, char buf[CLI_UNITS_SIZE])
{
	static const struct {
		unsigned long long seconds;
		char unit, below;
		unsigned int per_unit; /* of those below */
	} scale[] = {
		{ 86400, 'd', 'h', 3600 },
		{ 3600, 'h', 'm', 60 },
		{ 60, 'm', 's', 1 },
	};
	unsigned long long s = seconds > 0 ? (unsigned long long)seconds : 0;

	for (size_t i = 0; i < sizeof(scale) / sizeof(*scale); i++) {
		if (s < scale[i].seconds)
			continue;
		snprintf(buf, CLI_UNITS_SIZE, "%llu%c %llu%c",
			 s / scale[i].seconds, scale[i].unit,
			 s % scale[i].seconds / scale[i].per_unit,
			 scale[i].below);
		return buf;
	}
	snprintf(buf, CLI_UNITS_SIZE, "%llus", s);
	return buf;
}

const char *cli_units_time(double seconds, char buf[CLI_UNITS_SIZE])
{
	static const char *const units[] = { "s", "ms", "us", "ns" };
	size_t i = 0;

	while (seconds < 0.9995 && i < 3) {
		seconds *= 1000;
		i++;
	}
	snprintf(buf, CLI_UNITS_SIZE, "%.*f%s", i == 3 ? 0 : decimals(seconds),
		 seconds, units[i]);
	return buf;
}
