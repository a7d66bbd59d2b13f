/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The format: https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * A page with one malformed byte is thrown away whole by its reader, so this
 * file accepts any bytes as a label value and never writes a malformed page:
 * names of counters and firmware versions are what a driver made of them, and
 * not always UTF-8.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "metrics/expo.h"

struct expo {
	char *text;
	size_t length, size;
	bool failed; /* no memory: text ends somewhere before */
	const struct expo_label *common;
	size_t n_common;
	const char *family, *help;
	enum expo_type type;
	bool introduced; /* HELP and TYPE of the family are written */
};

/*
 * Not open_memstream(): glibc's loses what does not fit into memory without
 * telling, neither by ferror() nor by fclose().
 */
static void write_bytes(struct expo *expo, const char *bytes, size_t n)
{
	if (expo->size - expo->length < n + 1) {
		size_t size = 2 * expo->size + n + 4096;
		char *text = expo->failed ? NULL : realloc(expo->text, size);

		if (!text) {
			expo->failed = true;
			return;
		}
		expo->text = text;
		expo->size = size;
	}
	memcpy(expo->text + expo->length, bytes, n);
	expo->length += n;
	expo->text[expo->length] = '\0';
}

static void write_text(struct expo *expo, const char *text)
{
	write_bytes(expo, text, strlen(text));
}

int expo_begin(struct expo **out, const struct expo_label *common, size_t n)
{
	struct expo *expo = calloc(1, sizeof(*expo));

	if (!expo)
		return -ENOMEM;
	expo->common = common;
	expo->n_common = n;
	*out = expo;
	return 0;
}

void expo_family(struct expo *expo, const char *name, enum expo_type type,
		 const char *help)
{
	expo->family = name;
	expo->help = help;
	expo->type = type;
	expo->introduced = false;
}

static void introduce(struct expo *expo)
{
	static const char *const types[] = {
		[EXPO_GAUGE] = "gauge",
		[EXPO_COUNTER] = "counter",
		[EXPO_HISTOGRAM] = "histogram",
	};

	write_text(expo, "# HELP ");
	write_text(expo, expo->family);
	write_text(expo, " ");
	for (const char *c = expo->help; *c; c++) {
		if (*c == '\\')
			write_text(expo, "\\\\");
		else if (*c == '\n')
			write_text(expo, "\\n");
		else
			write_bytes(expo, c, 1);
	}
	write_text(expo, "\n# TYPE ");
	write_text(expo, expo->family);
	write_text(expo, " ");
	write_text(expo, types[expo->type]);
	write_text(expo, "\n");
	expo->introduced = true;
}

static void write_label(struct expo *expo, const struct expo_label *label)
{
	const char *c = label->value;

	write_text(expo, label->name);
	write_text(expo, "=\"");
	while (*c) {
		size_t length = utf8_length(c);

		if (length == 0)
			write_text(expo, "\xef\xbf\xbd"); /* U+FFFD */
		else if (*c == '\n')
			write_text(expo, "\\n");
		else if (*c == '\\' || *c == '"')
			write_bytes(expo, (char[]){ '\\', *c }, 2);
		else
			write_bytes(expo, c, length);
		c += length ? length : 1;
	}
	write_text(expo, "\"");
}

/* Of best and labels[], the label with the lowest name above after's. */
static const struct expo_label *next_label(const struct expo_label *labels,
					   size_t n,
					   const struct expo_label *after,
					   const struct expo_label *best)
{
	for (size_t i = 0; i < n; i++) {
		if (after && strcmp(labels[i].name, after->name) <= 0)
			continue;
		if (!best || strcmp(labels[i].name, best->name) < 0)
			best = &labels[i];
	}
	return best;
}

/* Everything of a sample's line up to its value. */
static void write_series(struct expo *expo, const char *suffix,
			 const struct expo_label *labels, size_t n)
{
	const struct expo_label *label = NULL;
	const char *before = "{";

	if (!expo->introduced)
		introduce(expo);
	write_text(expo, expo->family);
	write_text(expo, suffix);
	for (;;) {
		label = next_label(
			labels, n, label,
			next_label(expo->common, expo->n_common, label, NULL));
		if (!label)
			break;
		write_text(expo, before);
		write_label(expo, label);
		before = ",";
	}
	write_text(expo, *before == ',' ? "} " : " ");
}

static void write_u64(struct expo *expo, const char *suffix, uint64_t value,
		      const struct expo_label *labels, size_t n)
{
	char text[32];

	write_series(expo, suffix, labels, n);
	snprintf(text, sizeof(text), "%" PRIu64 "\n", value);
	write_text(expo, text);
}

void expo_sample_u64(struct expo *expo, uint64_t value,
		     const struct expo_label *labels, size_t n)
{
	write_u64(expo, "", value, labels, n);
}

/* 15 digits always suffice for what was typed in, 17 for every double; the
 * shortest that reads back the same is the pleasant one. */
static const char *format_double(double value, char text[32])
{
	if (isnan(value))
		return "NaN";
	if (isinf(value))
		return value > 0 ? "+Inf" : "-Inf";
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return text;
}

static void write_double(struct expo *expo, const char *suffix, double value,
			 const struct expo_label *labels, size_t n)
{
	char text[32];

	write_series(expo, suffix, labels, n);
	write_text(expo, format_double(value, text));
	write_text(expo, "\n");
}

void expo_sample(struct expo *expo, double value,
		 const struct expo_label *labels, size_t n)
{
	write_double(expo, "", value, labels, n);
}

void expo_histogram(struct expo *expo, const double *bounds,
		    const uint64_t *counts, size_t n, double sum)
{
	uint64_t so_far = 0;
	char bound[32];

	for (size_t i = 0; i <= n; i++) {
		const struct expo_label le = {
			"le", format_double(i < n ? bounds[i] : INFINITY, bound)
		};

		so_far += counts[i];
		write_u64(expo, "_bucket", so_far, &le, 1);
	}
	write_double(expo, "_sum", sum, NULL, 0);
	write_u64(expo, "_count", so_far, NULL, 0);
}

int expo_take(struct expo *expo, const char **text, size_t *length)
{
	write_text(expo, ""); /* an empty page is a string, too */
	if (expo->failed)
		return -ENOMEM;
	*text = expo->text;
	*length = expo->length;
	expo->length = 0;
	return 0;
}

void expo_free(struct expo *expo)
{
	if (!expo)
		return;
	free(expo->text);
	free(expo);
}
