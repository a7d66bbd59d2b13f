/* SPDX-License-Identifier: GPL-2.0-only */
#include "config_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config_yaml.h"

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

static void tell(const struct config_place *place, bool warning,
		 const char *key, const char *message)
{
	const char *dot = *place->path && *key ? "." : "";
	char path[PATH_SIZE];
	size_t line;

	snprintf(path, sizeof(path), "%s%s%s", place->path, dot, key);
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
 * Decimal only.  YAML 1.1 would read 010 as eight and 1:30 as ninety; who
 * writes such a thing means something else, so it is refused.
 */
static bool parse_decimal(const char *text, size_t length, uint32_t *out)
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
	if (!parse_decimal(text, strlen(text), &value) || value < min ||
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

	if (!parse_decimal(text, length, &value))
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

#define DURATION_MIN_MS 100U
#define DURATION_MAX_MS 3600000U

static bool parse_duration(const char *text, uint32_t *out_ms)
{
	static const struct {
		const char *name;
		uint32_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}};
	size_t length = strspn(text, "0123456789");
	uint32_t count;

	if (!parse_decimal(text, length, &count))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		uint64_t ms = (uint64_t)count * units[i].ms;

		if (strcmp(text + length, units[i].name) != 0)
			continue;
		if (ms < DURATION_MIN_MS || ms > DURATION_MAX_MS)
			return false;
		*out_ms = (uint32_t)ms;
		return true;
	}
	return false;
}

void config_value_duration(const struct config_place *place, const char *key,
			   const char *text, uint32_t *out_ms)
{
	char quoted[CONFIG_QUOTED_SIZE];

	if (text && !parse_duration(text, out_ms))
		config_value_fail(place, key,
				  "expected a time from 100ms to 60m with its "
				  "unit, like 500ms, 1s or 1m, got %s",
				  config_errors_quote(text, quoted));
}

void config_value_address(const struct config_place *place, const char *key,
			  const char *text, struct addr *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr addr;
	const char *why;

	if (!text)
		return;
	config_errors_quote(text, quoted);
	if (addr_parse(text, &addr)) {
		config_value_fail(place, key,
				  "expected an IPv4 address like 192.0.2.1, "
				  "got %s",
				  quoted);
		return;
	}
	if (addr.family == AF_INET6) {
		config_value_fail(place, key,
				  "IPv6 is not supported yet; expected an IPv4 "
				  "address, got %s",
				  quoted);
		return;
	}
	why = addr_not_unicast(&addr);
	if (why) {
		config_value_fail(place, key,
				  "expected the address of a host, got %s, %s",
				  quoted, why);
		return;
	}
	*out = addr;
}

bool config_value_mac(const struct config_place *place, const char *key,
		      const char *text, uint8_t mac[MAC_LEN])
{
	char quoted[CONFIG_QUOTED_SIZE];
	uint8_t parsed[MAC_LEN];

	if (!text)
		return false;
	config_errors_quote(text, quoted);
	if (mac_parse(text, parsed)) {
		config_value_fail(place, key,
				  "expected a MAC address like "
				  "00:11:22:aa:bb:cc, got %s",
				  quoted);
		return false;
	}
	if (!mac_is_unicast(parsed)) {
		config_value_fail(place, key,
				  "expected the MAC address of one host, got "
				  "%s, %s",
				  quoted,
				  parsed[0] & 1 ? "a group address"
						: "which is all zero");
		return false;
	}
	memcpy(mac, parsed, MAC_LEN);
	return true;
}

/* "flow, source or packet" */
static void list_words(const struct config_word *words, char *buf, size_t size)
{
	size_t used = 0, left = 0;

	for (const struct config_word *w = words; w->text; w++)
		left += w->value != CONFIG_WORD_UNSUPPORTED;
	for (; words->text && used < size; words++) {
		const char *separator = left == 1 ? " or " : ", ";

		if (words->value == CONFIG_WORD_UNSUPPORTED)
			continue;
		left--;
		used += (size_t)snprintf(buf + used, size - used, "%s%s",
					 used ? separator : "", words->text);
	}
}

int config_value_word(const struct config_place *place, const char *key,
		      const char *text, const struct config_word *words,
		      int otherwise)
{
	char expected[128], quoted[CONFIG_QUOTED_SIZE];
	const struct config_word *w = words;

	if (!text)
		return otherwise;
	while (w->text && strcmp(w->text, text) != 0)
		w++;
	if (w->text && w->value != CONFIG_WORD_UNSUPPORTED)
		return w->value;
	list_words(words, expected, sizeof(expected));
	config_errors_quote(text, quoted);
	if (w->text)
		config_value_fail(place, key,
				  "%s is not supported yet; expected %s",
				  quoted, expected);
	else
		config_value_fail(place, key, "expected %s, got %s", expected,
				  quoted);
	return otherwise;
}
