/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of a health check. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/service.h"
#include "config/value.h"
#include "health/check.h"
#include "health/dns.h"
#include "health/match.h"

static const struct config_word health_words[] = {
	{ "none", HEALTH_NONE },   { "icmp", HEALTH_ICMP },
	{ "udp", HEALTH_UDP },	   { "dns", HEALTH_DNS },
	{ "tcp", HEALTH_TCP },	   { "http", HEALTH_HTTP },
	{ "https", HEALTH_HTTPS }, { NULL, 0 },
};

static const struct config_word match_words[] = {
	{ "contains", HEALTH_EXPECT_CONTAINS },
	{ "exact", HEALTH_EXPECT_EXACT },
	{ "prefix", HEALTH_EXPECT_PREFIX },
	{ "regex", HEALTH_EXPECT_REGEX },
	{ NULL, 0 },
};

static const struct config_word skipped_words[] = {
	{ "keep", false },
	{ "fail", true },
	{ NULL, 0 },
};

#define TYPE(name) (1U << HEALTH_##name)
#define ANSWERS	   (TYPE(UDP) | TYPE(HTTP) | TYPE(HTTPS))
#define WEB	   (TYPE(HTTP) | TYPE(HTTPS))
#define PORTS	   (ANSWERS | TYPE(DNS) | TYPE(TCP))

static bool takes(const void *group, const struct config_key *key)
{
	const struct model_health *health = group;

	return key->only & 1U << health->type;
}

static void refuse(const struct config_place *place,
		   const struct config_key *key, const void *group)
{
	char list[64] = "";
	size_t used = 0;

	/* Without a type nothing is known of what it takes. */
	(void)group;
	if (!config_given(place, "type") || config_failed(place, "type"))
		return;
	for (int i = HEALTH_ICMP; i <= HEALTH_HTTPS; i++) {
		const unsigned int later = key->only >> (i + 1);

		if (key->only & 1U << i)
			used += (size_t)snprintf(
				list + used, sizeof(list) - used, "%s%s",
				model_health_name((enum health_type)i),
				!later		      ? ""
				: later & (later - 1) ? ", "
						      : " or ");
	}
	config_fail(place, key->name, "is only for type: %s; remove it", list);
}

static struct health_expect *expect_of(const struct model_health *health)
{
	return (struct health_expect *)(health->type == HEALTH_UDP
						? &health->udp.expect
						: &health->http.expect);
}

/* "send", "send_hex", "expect", "expect_hex". */
static uint8_t *bytes_of(const struct model_health *health,
			 const struct config_key *key, uint16_t **length)
{
	struct model_health_udp *udp = (void *)&health->udp;

	if (*key->name == 's') {
		*length = &udp->length;
		return udp->send;
	}
	*length = &expect_of(health)->length;
	return expect_of(health)->bytes;
}

static void read_bytes(const struct config_place *place,
		       const struct config_key *key, const char *text, void *to)
{
	uint16_t *length;
	uint8_t *bytes = bytes_of(to, key, &length);

	if (strlen(text) > HEALTH_BYTES_MAX) {
		config_fail(place, key->name, "expected at most %d bytes",
			    HEALTH_BYTES_MAX);
		return;
	}
	*length = (uint16_t)strlen(text);
	memcpy(bytes, text, *length);
}

static void read_hex(const struct config_place *place,
		     const struct config_key *key, const char *text, void *to)
{
	const int base = (int)strcspn(key->name, "_");
	char other[16], quoted[CONFIG_QUOTED_SIZE];
	uint16_t *length;
	uint8_t *bytes = bytes_of(to, key, &length);
	int n;

	snprintf(other, sizeof(other), "%.*s", base, key->name);
	if (config_given(place, other)) {
		config_fail(place, key->name, "expected %s or %s, got both",
			    other, key->name);
		return;
	}
	n = health_match_hex(text, bytes, HEALTH_BYTES_MAX);
	*length = n > 0 ? (uint16_t)n : 0;
	if (n == -E2BIG)
		config_fail(place, key->name, "expected at most %d bytes",
			    HEALTH_BYTES_MAX);
	else if (n <= 0)
		config_fail(place, key->name,
			    "expected pairs of hexadecimal digits like "
			    "\"0a ff\", got %s",
			    config_errors_quote(text, quoted));
}

static bool is_text(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] > '~')
			return false;
	return true;
}

/* A regular expression was given as text, so it is one. */
static bool is_printed_as_text(const struct model_health *health,
			       const struct config_key *key,
			       const uint8_t *bytes, size_t length)
{
	return is_text(bytes, length) ||
	       (*key->name == 'e' &&
		expect_of(health)->kind == HEALTH_EXPECT_REGEX);
}

static void print_bytes(struct config_printer *printer,
			const struct config_key *key, const void *from)
{
	char copy[HEALTH_BYTES_MAX + 1] = "";
	uint16_t *length;
	const uint8_t *bytes = bytes_of(from, key, &length);

	if (!*length || !is_printed_as_text(from, key, bytes, *length))
		return;
	memcpy(copy, bytes, *length);
	config_print_text(config_printer_key(printer, key->name), copy);
}

static void print_hex(struct config_printer *printer,
		      const struct config_key *key, const void *from)
{
	uint16_t *length;
	const uint8_t *bytes = bytes_of(from, key, &length);
	FILE *out;

	if (!*length || is_printed_as_text(from, key, bytes, *length))
		return;
	out = config_printer_key(printer, key->name);
	fputs("\"", out);
	for (size_t i = 0; i < *length; i++)
		fprintf(out, "%02x", bytes[i]);
	fputs("\"", out);
}

static void read_match(const struct config_place *place,
		       const struct config_key *key, const char *text, void *to)
{
	expect_of(to)->kind = (enum health_expect_kind)config_word_value(
		place, key->name, text, match_words, HEALTH_EXPECT_ANYTHING);
}

static void print_match(struct config_printer *printer,
			const struct config_key *key, const void *from)
{
	for (const struct config_word *w = match_words; w->text; w++)
		if (w->value == (int)expect_of(from)->kind)
			fputs(w->text, config_printer_key(printer, key->name));
}

static void read_record(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];
	uint16_t qtype = health_dns_qtype(text);

	if (qtype)
		*(uint16_t *)to = qtype;
	else
		config_fail(place, key->name,
			    "expected A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or "
			    "TXT, got %s",
			    config_errors_quote(text, quoted));
}

static void print_record(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	fputs(health_dns_word(*(const uint16_t *)from),
	      config_printer_key(printer, key->name));
}

/* "200", "200-399". */
static bool read_status(const char *text, uint16_t *first, uint16_t *last)
{
	const size_t length = strcspn(text, "-");
	uint32_t from, to;

	if (!config_decimal(text, length, &from))
		return false;
	to = from;
	if (text[length] &&
	    !config_decimal(text + length + 1, strlen(text + length + 1), &to))
		return false;
	*first = (uint16_t)from;
	*last = (uint16_t)to;
	return from >= 100 && from <= to && to <= 599;
}

static void read_statuses(const struct config_place *place,
			  const struct config_key *key, const char *text,
			  void *to)
{
	struct model_health_http *http = to;
	char quoted[CONFIG_QUOTED_SIZE];

	if (!read_status(text, &http->status_first, &http->status_last))
		config_fail(place, key->name,
			    "expected a status or a range of them within "
			    "100-599, like 200-299, got %s",
			    config_errors_quote(text, quoted));
}

static void print_statuses(struct config_printer *printer,
			   const struct config_key *key, const void *from)
{
	const struct model_health_http *http = from;
	FILE *out = config_printer_key(printer, key->name);

	fprintf(out, "%u", http->status_first);
	if (http->status_last != http->status_first)
		fprintf(out, "-%u", http->status_last);
}

static void check_expect(const struct config_place *place,
			 struct health_expect *expect)
{
	bool hex = config_given(place, "expect_hex");

	if (!hex && !config_given(place, "expect")) {
		if (config_given(place, "match"))
			config_fail(place, "match",
				    "tells how the answer is compared with "
				    "expect, which is missing");
		expect->kind = HEALTH_EXPECT_ANYTHING;
	} else if (expect->kind == HEALTH_EXPECT_ANYTHING) {
		expect->kind = HEALTH_EXPECT_CONTAINS;
	} else if (hex && expect->kind == HEALTH_EXPECT_REGEX) {
		config_fail(place, "expect_hex",
			    "a regular expression is a text; expected the key "
			    "expect");
	}
}

/* Bounds that depend on each other, what is absent. */
static int finish_health(const struct config_place *place, void *group)
{
	struct model_health *health = group;
	const char *key;
	char why[256];

	if (ANSWERS & 1U << health->type)
		check_expect(place, expect_of(health));
	if (config_failed(place, "") ||
	    (place->node && !config_given(place, "type")) ||
	    !health_check_sound(health, &key, why, sizeof(why)))
		return 0;
	if (!strcmp(key, "expect") && config_given(place, "expect_hex"))
		key = "expect_hex";
	config_fail(place, key, "%s", why);
	return 0;
}

static const struct config_type bytes_type = { .read = read_bytes,
					       .print = print_bytes };
static const struct config_type hex_type = { .read = read_hex,
					     .print = print_hex };
static const struct config_type match_type = { .read = read_match,
					       .print = print_match };
static const struct config_type record_type = { .read = read_record,
						.print = print_record };
static const struct config_type status_type = { .read = read_statuses,
						.print = print_statuses };

static const struct config_key health_keys[] = {
	{ "type", "what is asked", &config_word, CONFIG_AT(model_health, type),
	  .words = health_words, .absent = "none",
	  .required = "none, icmp, udp, dns, tcp, http or https" },
	{ "interval", "how often", &config_duration,
	  CONFIG_AT(model_health, interval_ms), .absent = "1s",
	  .min = HEALTH_INTERVAL_MIN_MS },
	{ "timeout", "how long an answer may take", &config_duration,
	  CONFIG_AT(model_health, timeout_ms), .min = HEALTH_TIMEOUT_MIN_MS },
	{ "rise", "good answers in a row that bring a backend back",
	  &config_number, CONFIG_AT(model_health, rise), .absent = "2",
	  .what = "a count", .min = 1, .max = HEALTH_COUNT_MAX },
	{ "fall", "bad ones that take it out", &config_number,
	  CONFIG_AT(model_health, fall), .absent = "3", .what = "a count",
	  .min = 1, .max = HEALTH_COUNT_MAX },
	{ "skipped", "what becomes of a backend that this host could not ask",
	  &config_word, CONFIG_AT(model_health, skipped_fails),
	  .words = skipped_words, .absent = "keep", .silent = true },
	{ "address", "whom to ask in the backends' place", &config_addr,
	  CONFIG_AT(model_health, address), .only = PORTS | TYPE(ICMP) },
	{ "port", "at which port", &config_number,
	  CONFIG_AT(model_health, port), .what = "a port", .min = 1,
	  .max = UINT16_MAX, .only = PORTS },
	{ "send", "what is sent", &bytes_type, CONFIG_WITHIN,
	  .only = TYPE(UDP) },
	{ "send_hex", "the same in hexadecimal", &hex_type, CONFIG_WITHIN,
	  .only = TYPE(UDP) },
	{ "name", "which domain name is asked for", &config_text,
	  CONFIG_AT(model_health, dns.name), .only = TYPE(DNS) },
	{ "record", "which record of it", &record_type,
	  CONFIG_AT(model_health, dns.qtype), .absent = "A",
	  .only = TYPE(DNS) },
	{ "path", "which page is asked for", &config_text,
	  CONFIG_AT(model_health, http.path), .only = WEB },
	{ "host", "of which host", &config_text,
	  CONFIG_AT(model_health, http.host), .only = WEB },
	{ "status", "which statuses are good", &status_type,
	  CONFIG_AT(model_health, http), .only = WEB },
	{ "expect", "what a good answer has", &bytes_type, CONFIG_WITHIN,
	  .only = ANSWERS },
	{ "expect_hex", "the same in hexadecimal", &hex_type, CONFIG_WITHIN,
	  .only = ANSWERS },
	{ "match", "how the answer is compared with it", &match_type,
	  CONFIG_WITHIN, .only = ANSWERS },
	{ "verify", "whether the certificate has to be valid", &config_word,
	  CONFIG_AT(model_health, http.verify), .words = config_bool_words,
	  .absent = "true", .only = TYPE(HTTPS) },
	{ NULL },
};

const struct config_group config_health = {
	.keys = health_keys,
	.takes = takes,
	.refuse = refuse,
	.finish = finish_health,
};

void config_health_judge(const struct config_place *place,
			 const struct model_service *service)
{
	struct model_health check;
	char name[ENDPOINT_STRLEN];

	for (size_t i = 0; i < service->n_backends; i++) {
		const struct model_backend *backend = &service->backends[i];

		if (!health_check_of(service, backend, &check) ||
		    check.type == HEALTH_ICMP || check.port)
			continue;
		config_fail(place, "health.port",
			    "is missing: the service has several ports, "
			    "so at which one is backend %s to be asked?",
			    model_backend_name(backend, name));
		return;
	}
}
