/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

char *doctor_text(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return text;
}

/* Room for one more of this size; NULL, and the old array stays, without. */
static void *grow(void *array, size_t n, size_t *room, size_t size)
{
	void *grown;

	if (n < *room)
		return array;
	grown = reallocarray(array, *room ? 2 * *room : 16, size);
	if (grown)
		*room = *room ? 2 * *room : 16;
	return grown;
}

void doctor_report_add(struct doctor_report *report, enum doctor_level level,
		       char *what, char *why, char *mend)
{
	struct doctor_finding *grown =
		grow(report->finding, report->n, &report->room,
		     sizeof(*report->finding));

	if (grown)
		report->finding = grown;
	if (grown && what && why && mend) {
		report->finding[report->n++] = (struct doctor_finding){
			.level = level,
			.what = what,
			.why = why,
			.mend = mend,
		};
		return;
	}
	report->failed = true;
	free(what);
	free(why);
	free(mend);
}

void doctor_report_free(struct doctor_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		free(report->finding[i].what);
		free(report->finding[i].why);
		free(report->finding[i].mend);
	}
	free(report->finding);
	*report = (struct doctor_report){ 0 };
}

size_t doctor_report_problems(const struct doctor_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		n += report->finding[i].level == DOCTOR_PROBLEM;
	return n;
}

void doctor_lines_add(struct doctor_lines *lines, char *line)
{
	char **grown =
		grow(lines->line, lines->n, &lines->room, sizeof(*lines->line));

	if (grown)
		lines->line = grown;
	if (grown && line) {
		lines->line[lines->n++] = line;
		return;
	}
	lines->failed = true;
	free(line);
}

void doctor_lines_free(struct doctor_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->line[i]);
	free(lines->line);
	*lines = (struct doctor_lines){ 0 };
}
