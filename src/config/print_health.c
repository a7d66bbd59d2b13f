/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/print_health.h"

#include <string.h>

#include "config/print_text.h"
#include "health/dns.h"

static bool is_text(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] > '~')
			return false;
	return true;
}

/* A regular expression was given as text, so it is one. */
static void print_bytes(FILE *out, const char *key, const uint8_t *bytes,
			size_t length, bool text)
{
	char copy[HEALTH_BYTES_MAX + 1] = "";

	if (text || is_text(bytes, length)) {
		memcpy(copy, bytes, length);
		fprintf(out, ", %s: ", key);
		config_print_text(out, copy);
		return;
	}
	fprintf(out, ", %s_hex: \"", key);
	for (size_t i = 0; i < length; i++)
		fprintf(out, "%02x", bytes[i]);
	fprintf(out, "\"");
}

static void print_expect(FILE *out, const struct health_expect *expect)
{
	static const char *const names[] = {
		[HEALTH_EXPECT_EXACT] = "exact",
		[HEALTH_EXPECT_PREFIX] = "prefix",
		[HEALTH_EXPECT_CONTAINS] = "contains",
		[HEALTH_EXPECT_REGEX] = "regex",
	};

	if (expect->kind == HEALTH_EXPECT_ANYTHING)
		return;
	print_bytes(out, "expect", expect->bytes, expect->length,
		    expect->kind == HEALTH_EXPECT_REGEX);
	fprintf(out, ", match: %s", names[expect->kind]);
}

static void print_http(FILE *out, const struct model_health_http *http)
{
	fprintf(out, ", path: ");
	config_print_text(out, http->path);
	if (*http->host) {
		fprintf(out, ", host: ");
		config_print_text(out, http->host);
	}
	fprintf(out, ", status: %u", http->status_first);
	if (http->status_last != http->status_first)
		fprintf(out, "-%u", http->status_last);
	print_expect(out, &http->expect);
}

static void print_question(FILE *out, const struct model_health *health)
{
	switch (health->type) {
	case HEALTH_UDP:
		print_bytes(out, "send", health->udp.send, health->udp.length,
			    false);
		print_expect(out, &health->udp.expect);
		break;
	case HEALTH_DNS:
		fprintf(out, ", name: ");
		config_print_text(out, health->dns.name);
		fprintf(out, ", record: %s",
			health_dns_word(health->dns.qtype));
		break;
	case HEALTH_HTTPS:
		print_http(out, &health->http);
		fprintf(out, ", verify: %s",
			health->http.verify ? "true" : "false");
		break;
	case HEALTH_HTTP:
		print_http(out, &health->http);
		break;
	default:
		break;
	}
}

void config_print_health(FILE *out, const struct model_health *health)
{
	char address[ADDR_STRLEN];

	fprintf(out, "type: %s, interval: ", model_health_name(health->type));
	config_print_duration(out, health->interval_ms);
	fprintf(out, ", timeout: ");
	config_print_duration(out, health->timeout_ms);
	fprintf(out, ", rise: %u, fall: %u", health->rise, health->fall);
	if (addr_is_set(&health->address))
		fprintf(out, ", address: \"%s\"",
			addr_format(&health->address, address));
	if (health->port)
		fprintf(out, ", port: %u", health->port);
	print_question(out, health);
}
