/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/health_ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "health/dns.h"
#include "health/match.h"

#define KEY_SIZE 64

static const struct config_word match_words[] = {
	{ "contains", HEALTH_EXPECT_CONTAINS },
	{ "exact", HEALTH_EXPECT_EXACT },
	{ "prefix", HEALTH_EXPECT_PREFIX },
	{ "regex", HEALTH_EXPECT_REGEX },
	{ NULL, 0 },
};

#define TYPE(name) (1U << HEALTH_##name)
#define ANSWERS	   (TYPE(UDP) | TYPE(HTTP) | TYPE(HTTPS))
#define WEB	   (TYPE(HTTP) | TYPE(HTTPS))
#define PORTS	   (ANSWERS | TYPE(DNS) | TYPE(TCP))

static void tell_only(const struct config_place *place, const char *key,
		      const char *text, enum health_type type,
		      unsigned int types)
{
	char name[KEY_SIZE], list[64] = "";
	size_t used = 0;

	if (!text || types & 1U << type)
		return;
	for (int i = HEALTH_ICMP; i <= HEALTH_HTTPS; i++) {
		const unsigned int later = types >> (i + 1);

		if (types & 1U << i)
			used += (size_t)snprintf(
				list + used, sizeof(list) - used, "%s%s",
				model_health_name((enum health_type)i),
				!later		      ? ""
				: later & (later - 1) ? ", "
						      : " or ");
	}
	snprintf(name, sizeof(name), "health.%s", key);
	config_value_fail(place, name, "is only for type: %s; remove it", list);
}

static void check_keys(const struct config_place *place,
		       const struct raw_health *raw, enum health_type type)
{
	const struct {
		const char *key, *text;
		unsigned int types;
	} keys[] = {
		{ "address", raw->address, PORTS | TYPE(ICMP) },
		{ "port", raw->port, PORTS },
		{ "send", raw->send, TYPE(UDP) },
		{ "send_hex", raw->send_hex, TYPE(UDP) },
		{ "expect", raw->expect, ANSWERS },
		{ "expect_hex", raw->expect_hex, ANSWERS },
		{ "match", raw->match, ANSWERS },
		{ "name", raw->name, TYPE(DNS) },
		{ "record", raw->record, TYPE(DNS) },
		{ "path", raw->path, WEB },
		{ "host", raw->host, WEB },
		{ "status", raw->status, WEB },
		{ "verify", raw->verify, TYPE(HTTPS) },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		tell_only(place, keys[i].key, keys[i].text, type,
			  keys[i].types);
}

/* The length; 0 where there is neither text, or a mistake. */
static uint16_t read_bytes(const struct config_place *place, const char *key,
			   const char *text, const char *hex, uint8_t *out)
{
	char name[KEY_SIZE], quoted[CONFIG_QUOTED_SIZE];
	int length = -E2BIG;

	snprintf(name, sizeof(name), "health.%s%s", key, hex ? "_hex" : "");
	if (text && hex) {
		config_value_fail(place, name,
				  "expected %s or %s_hex, got both", key, key);
		return 0;
	}
	if (hex)
		length = health_match_hex(hex, out, HEALTH_BYTES_MAX);
	else if (!text)
		length = 0;
	else if (strlen(text) <= HEALTH_BYTES_MAX)
		length = (int)strlen(text);
	if (text && length > 0)
		memcpy(out, text, (size_t)length);
	if (length == -E2BIG)
		config_value_fail(place, name, "expected at most %d bytes",
				  HEALTH_BYTES_MAX);
	else if (length < 0 || (hex && !length))
		config_value_fail(place, name,
				  "expected pairs of hexadecimal digits like "
				  "\"0a ff\", got %s",
				  config_errors_quote(hex, quoted));
	return length > 0 ? (uint16_t)length : 0;
}

static void check_expect(const struct config_place *place,
			 const struct raw_health *raw,
			 struct health_expect *out)
{
	const bool given = raw->expect || raw->expect_hex;
	const int kind = config_value_word(place, "health.match", raw->match,
					   match_words, HEALTH_EXPECT_CONTAINS);

	out->length = read_bytes(place, "expect", raw->expect, raw->expect_hex,
				 out->bytes);
	if (given)
		out->kind = (enum health_expect_kind)kind;
	else if (raw->match)
		config_value_fail(place, "health.match",
				  "tells how the answer is compared with "
				  "expect, which is missing");
	if (raw->expect_hex && kind == HEALTH_EXPECT_REGEX)
		config_value_fail(place, "health.expect_hex",
				  "a regular expression is a text; expected "
				  "the key expect");
}

static void check_udp(const struct config_place *place,
		      const struct raw_health *raw,
		      struct model_health_udp *out)
{
	out->length =
		read_bytes(place, "send", raw->send, raw->send_hex, out->send);
	check_expect(place, raw, &out->expect);
}

static void check_text(const struct config_place *place, const char *key,
		       const char *text, char *out, size_t size)
{
	if (text && (size_t)snprintf(out, size, "%s", text) >= size)
		config_value_fail(place, key, "expected at most %zu bytes",
				  size - 1);
}

static void check_dns(const struct config_place *place,
		      const struct raw_health *raw,
		      struct model_health_dns *out)
{
	char quoted[CONFIG_QUOTED_SIZE];

	check_text(place, "health.name", raw->name, out->name,
		   sizeof(out->name));
	out->qtype = health_dns_qtype(raw->record ? raw->record : "A");
	if (!out->qtype)
		config_value_fail(place, "health.record",
				  "expected A, AAAA, CNAME, MX, NS, PTR, SOA, "
				  "SRV or TXT, got %s",
				  config_errors_quote(raw->record, quoted));
}

/* "200", "200-399". */
static bool read_status(const char *text, uint16_t *first, uint16_t *last)
{
	const size_t length = strcspn(text, "-");
	uint32_t from, to;

	if (!config_value_decimal(text, length, &from))
		return false;
	to = from;
	if (text[length] &&
	    !config_value_decimal(text + length + 1, strlen(text + length + 1),
				  &to))
		return false;
	*first = (uint16_t)from;
	*last = (uint16_t)to;
	return from >= 100 && from <= to && to <= 599;
}

static void check_http(const struct config_place *place,
		       const struct raw_health *raw,
		       struct model_health_http *out)
{
	char quoted[CONFIG_QUOTED_SIZE];

	check_text(place, "health.path", raw->path, out->path,
		   sizeof(out->path));
	check_text(place, "health.host", raw->host, out->host,
		   sizeof(out->host));
	if (raw->status &&
	    !read_status(raw->status, &out->status_first, &out->status_last))
		config_value_fail(place, "health.status",
				  "expected a status or a range of them within "
				  "100-599, like 200-299, got %s",
				  config_errors_quote(raw->status, quoted));
	check_expect(place, raw, &out->expect);
}

void config_health_ask(const struct config_place *place,
		       const struct raw_health *raw, struct model_health *out)
{
	check_keys(place, raw, out->type);
	switch (out->type) {
	case HEALTH_UDP:
		check_udp(place, raw, &out->udp);
		break;
	case HEALTH_DNS:
		check_dns(place, raw, &out->dns);
		break;
	case HEALTH_HTTPS:
		out->http.verify = config_value_bool(place, "health.verify",
						     raw->verify, true);
		check_http(place, raw, &out->http);
		break;
	case HEALTH_HTTP:
		check_http(place, raw, &out->http);
		break;
	default:
		break;
	}
}
