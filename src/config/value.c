/* SPDX-License-Identifier: GPL-2.0-only */
/* The types of values that are numbers, times, words and texts. */
#include "config/value.h"

#include <stdio.h>
#include <string.h>

#define DURATION_MAX_MS 3600000U

/*
 * YAML 1.1 would read 010 as eight and 1:30 as ninety; who writes such a thing
 * means something else, so it is refused.
 */
bool config_decimal(const char *text, size_t length, uint32_t *out)
{
	uint64_t value = 0;

	if (length == 0 || (length > 1 && *text == '0'))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)value;
	return true;
}

/* Catches 010, 0x35 and 0o17. */
const char *config_decimal_hint(const char *text)
{
	return text[0] == '0' && text[1] && text[1] != '-'
		       ? " (write it in decimal, without leading zeros)"
		       : "";
}

/* Numbers, words and truths have the size that the model gives them. */
static void put(const struct config_key *key, uint32_t value, void *to)
{
	if (key->size == sizeof(uint8_t))
		*(uint8_t *)to = (uint8_t)value;
	else if (key->size == sizeof(uint16_t))
		*(uint16_t *)to = (uint16_t)value;
	else
		*(uint32_t *)to = value;
}

static uint32_t get(const struct config_key *key, const void *from)
{
	if (key->size == sizeof(uint8_t))
		return *(const uint8_t *)from;
	if (key->size == sizeof(uint16_t))
		return *(const uint16_t *)from;
	return *(const uint32_t *)from;
}

static void read_number(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];
	uint32_t value;

	if (config_decimal(text, strlen(text), &value) && value >= key->min &&
	    value <= key->max)
		put(key, value, to);
	else
		config_fail(place, key->name,
			    "expected %s from %u to %u, got "
			    "%s%s",
			    key->what, key->min, key->max,
			    config_errors_quote(text, quoted),
			    config_decimal_hint(text));
}

/* Unset is 0, and a default that says nothing new. */
static void print_number(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	uint32_t value = get(key, from), absent = 0;

	if (key->absent)
		config_decimal(key->absent, strlen(key->absent), &absent);
	if (value == absent && (key->silent || !key->absent))
		return;
	fprintf(config_printer_key(printer, key->name), "%u", value);
}

const struct config_type config_number = { .read = read_number,
					   .print = print_number };

static bool parse_duration(const char *text, uint32_t min_ms, uint32_t *out_ms)
{
	static const struct {
		const char *name;
		uint32_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	size_t length = strspn(text, "0123456789");
	uint32_t count;

	if (!config_decimal(text, length, &count))
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

/* "500ms", "1s", "1m" up to an hour; "off" is 0. */
static void read_duration(const struct config_place *place,
			  const struct config_key *key, const char *text,
			  void *to)
{
	bool whole = key->min % 1000 == 0;
	char quoted[CONFIG_QUOTED_SIZE];

	if (key->off && !strcmp(text, "off"))
		put(key, 0, to);
	else if (!parse_duration(text, key->min, to))
		config_fail(place, key->name,
			    "expected a time from %u%s to 60m with its unit, "
			    "like %s1s or 1m%s, got %s",
			    whole ? key->min / 1000 : key->min,
			    whole ? "s" : "ms", whole ? "" : "500ms, ",
			    key->off ? ", or off" : "",
			    config_errors_quote(text, quoted));
}

static void print_duration(struct config_printer *printer,
			   const struct config_key *key, const void *from)
{
	uint32_t ms = get(key, from);

	if (ms)
		config_print_duration(config_printer_key(printer, key->name),
				      ms);
	else if (key->off)
		fputs("\"off\"", config_printer_key(printer, key->name));
}

const struct config_type config_duration = { .read = read_duration,
					     .print = print_duration };

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

int config_word_value(const struct config_place *place, const char *key,
		      const char *text, const struct config_word *words,
		      int otherwise)
{
	char expected[128], quoted[CONFIG_QUOTED_SIZE];

	for (const struct config_word *w = words; w->text; w++)
		if (!strcmp(w->text, text))
			return w->value;
	list_words(words, expected, sizeof(expected));
	config_fail(place, key, "expected %s, got %s", expected,
		    config_errors_quote(text, quoted));
	return otherwise;
}

static void read_word(const struct config_place *place,
		      const struct config_key *key, const char *text, void *to)
{
	put(key,
	    (uint32_t)config_word_value(place, key->name, text, key->words,
					(int)get(key, to)),
	    to);
}

/* Some readers of YAML take these words for something else. */
static bool needs_quotes(const char *word)
{
	return !strcmp(word, "yes") || !strcmp(word, "no") ||
	       !strcmp(word, "on") || !strcmp(word, "off");
}

static void print_word(struct config_printer *printer,
		       const struct config_key *key, const void *from)
{
	const struct config_word *word = key->words;
	const char *quote;

	while (word->text && word->value != (int)get(key, from))
		word++;
	if (!word->text ||
	    (key->silent && key->absent && !strcmp(word->text, key->absent)))
		return;
	quote = needs_quotes(word->text) ? "\"" : "";
	fprintf(config_printer_key(printer, key->name), "%s%s%s", quote,
		word->text, quote);
}

const struct config_type config_word = { .read = read_word,
					 .print = print_word };

/* YAML 1.1 knows all of these; users do, too. */
const struct config_word config_bool_words[] = {
	{ "true", true }, { "false", false }, { "yes", true }, { "no", false },
	{ "on", true },	  { "off", false },   { NULL, 0 },
};

static void read_text(const struct config_place *place,
		      const struct config_key *key, const char *text, void *to)
{
	if (strlen(text) < key->size)
		memcpy(to, text, strlen(text) + 1);
	else
		config_fail(place, key->name, "expected at most %zu bytes",
			    key->size - 1);
}

void config_string_set(const struct config_place *place, char **to,
		       const char *text)
{
	*to = strdup(text);
	if (!*to)
		config_errors_no_memory(place->errors);
}

void config_print_string_at(struct config_printer *printer,
			    const struct config_key *key, const void *from)
{
	const char *text = *(char *const *)from;

	if (text)
		config_print_text(config_printer_key(printer, key->name), text);
}

void config_print_string(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	if (*(const char *)from)
		config_print_text(config_printer_key(printer, key->name), from);
}

const struct config_type config_text = { .read = read_text,
					 .print = config_print_string };
