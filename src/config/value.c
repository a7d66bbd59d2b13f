/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/yaml.h"

#define PATH_SIZE    128
#define MESSAGE_SIZE 512

struct config_place config_value_item(const struct config_place *place,
				      const char *list, size_t index)
{
	struct config_place item = *place;
	size_t length = strlen(item.path);

	snprintf(item.path + length, sizeof(item.path) - length, "%s%s[%zu]",
		 length ? "." : "", list, index);
	return item;
}

static const char *join(const struct config_place *place, const char *key,
			char path[PATH_SIZE])
{
	const char *dot = *place->path && *key ? "." : "";

	snprintf(path, PATH_SIZE, "%s%s%s", place->path, dot, key);
	return path;
}

bool config_value_given(const struct config_place *place, const char *key)
{
	char path[PATH_SIZE];

	return config_yaml_has(place->document, join(place, key, path));
}

static void tell(const struct config_place *place, bool warning,
		 const char *key, const char *message)
{
	char path[PATH_SIZE];
	size_t line = 0;

	join(place, key, path);
	if (place->document)
		line = config_yaml_line(place->document, path);
	if (warning)
		config_errors_warn(place->errors, line, path, "%s", message);
	else
		config_errors_add(place->errors, line, path, "%s", message);
}

void config_value_fail(const struct config_place *place, const char *key,
		       const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	tell(place, false, key, message);
}

void config_value_warn(const struct config_place *place, const char *key,
		       const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	tell(place, true, key, message);
}

void config_value_require(const struct config_place *place, const char *key,
			  const char *text, const char *expected)
{
	if (!text)
		config_value_fail(place, key, "is missing; expected %s",
				  expected);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * YAML 1.1 would read 010 as eight and 1:30 as ninety; who writes such a thing
 * means something else, so it is refused.
 */
bool config_value_decimal(const char *text, size_t length, uint32_t *out)
{
	uint64_t value = 0;

	if (length == 0 || (length > 1 && *text == '0'))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_digit(text[i]))
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)value;
	return true;
}

/* Catches 010, 0x35 and 0o17. */
static const char *decimal_hint(const char *text)
{
	return text[0] == '0' && text[1] && text[1] != '-'
		       ? " (write it in decimal, without leading zeros)"
		       : "";
}

void config_value_number(const struct config_place *place, const char *key,
			 const char *text, const char *what, uint32_t min,
			 uint32_t max, uint32_t *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	uint32_t value;

	if (!text)
		return;
	if (!config_value_decimal(text, strlen(text), &value) || value < min ||
	    value > max) {
		config_value_fail(place, key,
				  "expected %s from %u to %u, got %s%s", what,
				  min, max, config_errors_quote(text, quoted),
				  decimal_hint(text));
		return;
	}
	*out = value;
}

void config_value_port(const struct config_place *place, const char *key,
		       const char *text, uint16_t *out)
{
	uint32_t value = *out;

	config_value_number(place, key, text, "a port", 1, UINT16_MAX, &value);
	*out = (uint16_t)value;
}

static bool parse_port(const char *text, size_t length, uint16_t *out)
{
	uint32_t value;

	if (!config_value_decimal(text, length, &value))
		return false;
	if (value < 1 || value > UINT16_MAX)
		return false;
	*out = (uint16_t)value;
	return true;
}

static bool parse_ports(const char *text, struct model_ports *out)
{
	size_t length = strcspn(text, "-");

	if (!parse_port(text, length, &out->first))
		return false;
	out->last = out->first;
	if (!text[length])
		return true;
	text += length + 1;
	return parse_port(text, strlen(text), &out->last);
}

bool config_value_ports(const struct config_place *place, const char *key,
			const char *text, struct model_ports *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct model_ports ports;

	if (!parse_ports(text, &ports)) {
		config_value_fail(place, key,
				  "expected a port from 1 to 65535 or a range "
				  "of them like 5000-5005, got %s%s",
				  config_errors_quote(text, quoted),
				  decimal_hint(text));
		return false;
	}
	if (ports.first > ports.last) {
		config_value_fail(place, key,
				  "the range is reversed; expected %u-%u",
				  ports.last, ports.first);
		return false;
	}
	*out = ports;
	return true;
}

#define DURATION_MAX_MS 3600000U

static bool parse_duration(const char *text, uint32_t min_ms, uint32_t *out_ms)
{
	static const struct {
		const char *name;
		uint32_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	size_t length = strspn(text, "0123456789");
	uint32_t count;

	if (!config_value_decimal(text, length, &count))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		uint64_t ms = (uint64_t)count * units[i].ms;

		if (strcmp(text + length, units[i].name) != 0)
			continue;
		if (ms < min_ms || ms > DURATION_MAX_MS)
			return false;
		*out_ms = (uint32_t)ms;
		return true;
	}
	return false;
}

void config_value_duration(const struct config_place *place, const char *key,
			   const char *text, uint32_t min_ms, const char *other,
			   uint32_t *out_ms)
{
	bool whole = min_ms % 1000 == 0;
	char quoted[CONFIG_QUOTED_SIZE];

	if (text && !parse_duration(text, min_ms, out_ms))
		config_value_fail(place, key,
				  "expected a time from %u%s to 60m with its "
				  "unit, like %s1s or 1m%s, got %s",
				  whole ? min_ms / 1000 : min_ms,
				  whole ? "s" : "ms", whole ? "" : "500ms, ",
				  other, config_errors_quote(text, quoted));
}

/* "flow, source or packet" */
static void list_words(const struct config_word *words, char *buf, size_t size)
{
	size_t used = 0;

	for (const struct config_word *w = words; w->text && used < size; w++) {
		const char *separator = w[1].text ? ", " : " or ";

		used += (size_t)snprintf(buf + used, size - used, "%s%s",
					 used ? separator : "", w->text);
	}
}

int config_value_word(const struct config_place *place, const char *key,
		      const char *text, const struct config_word *words,
		      int otherwise)
{
	char expected[128], quoted[CONFIG_QUOTED_SIZE];

	if (!text)
		return otherwise;
	for (const struct config_word *w = words; w->text; w++)
		if (!strcmp(w->text, text))
			return w->value;
	list_words(words, expected, sizeof(expected));
	config_value_fail(place, key, "expected %s, got %s", expected,
			  config_errors_quote(text, quoted));
	return otherwise;
}

/* YAML 1.1 knows all of these; users do, too. */
static const struct config_word bool_words[] = {
	{ "true", true }, { "false", false }, { "yes", true }, { "no", false },
	{ "on", true },	  { "off", false },   { NULL, 0 },
};

bool config_value_bool(const struct config_place *place, const char *key,
		       const char *text, bool otherwise)
{
	return config_value_word(place, key, text, bool_words, otherwise);
}
