/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define RULE_ENTRY(id, name, text) { name, text },
static const struct {
	const char *name, *text;
} rules[] = { NFP_RULES(RULE_ENTRY) };
#undef RULE_ENTRY

const char *nfp_rule_name(enum nfp_rule rule)
{
	return rules[rule].name;
}

const char *nfp_rule_text(enum nfp_rule rule)
{
	return rules[rule].text;
}

const char *nfp_verdict_name(enum nfp_verdict verdict)
{
	static const char *const names[] = {
		[NFP_FINE] = "fine",
		[NFP_HINT] = "hint",
		[NFP_UNDECIDED] = "cannot decide",
		[NFP_REFUSED] = "refused",
	};

	return names[verdict];
}

static bool is_known(const struct nfp_report *report, enum nfp_rule rule,
		     enum nfp_verdict verdict, struct nfp_where where,
		     const char *text)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct nfp_finding *f = &report->findings[i];

		if (f->rule == rule && f->verdict == verdict &&
		    f->where.line == where.line &&
		    f->where.file == where.file && !strcmp(f->text, text))
			return true;
	}
	return false;
}

void nfp_report_add(struct nfp_report *report, enum nfp_rule rule,
		    enum nfp_verdict verdict, struct nfp_where where,
		    const char *format, ...)
{
	struct nfp_finding *grown;
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		report->out_of_memory = true;
		return;
	}
	if (is_known(report, rule, verdict, where, text)) {
		free(text);
		return;
	}
	grown = reallocarray(report->findings, report->count + 1,
			     sizeof(*grown));
	if (!grown) {
		report->out_of_memory = true;
		free(text);
		return;
	}
	report->findings = grown;
	grown[report->count++] =
		(struct nfp_finding){ rule, verdict, where, text };
}

enum nfp_verdict nfp_report_rule(const struct nfp_report *report,
				 enum nfp_rule rule)
{
	enum nfp_verdict worst = NFP_FINE;

	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].rule == rule &&
		    report->findings[i].verdict > worst)
			worst = report->findings[i].verdict;
	return worst;
}

enum nfp_verdict nfp_report_verdict(const struct nfp_report *report)
{
	enum nfp_verdict worst = NFP_FINE;

	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].verdict > worst)
			worst = report->findings[i].verdict;
	return worst;
}

void nfp_report_print(const struct nfp_report *report, FILE *out)
{
	for (int verdict = NFP_REFUSED; verdict > NFP_FINE; verdict--) {
		for (size_t i = 0; i < report->count; i++) {
			const struct nfp_finding *f = &report->findings[i];

			if (f->verdict != (enum nfp_verdict)verdict)
				continue;
			if (f->where.file)
				fprintf(out, "%s:%u: ", f->where.file,
					f->where.line);
			fprintf(out, "%s: %s [%s]\n",
				nfp_verdict_name(f->verdict), f->text,
				nfp_rule_name(f->rule));
		}
	}
}

void nfp_report_free(struct nfp_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		free(report->findings[i].text);
	free(report->findings);
	*report = (struct nfp_report){ 0 };
}
