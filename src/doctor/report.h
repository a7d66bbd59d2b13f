/* SPDX-License-Identifier: GPL-2.0-only */
/* What the doctor found, and lines to paste.  Pure. */
#ifndef DOCTOR_REPORT_H
#define DOCTOR_REPORT_H

#include <stdbool.h>
#include <stddef.h>

enum doctor_level {
	DOCTOR_HINT,	/* works, could be better; or depends */
	DOCTOR_PROBLEM, /* some packets will not arrive */
};

/* All are set; mend is empty where there is no command for it. */
struct doctor_finding {
	enum doctor_level level;
	char *what, *why, *mend;
};

struct doctor_report {
	struct doctor_finding *finding;
	size_t n, room;
	bool failed; /* memory ran out: something is missing */
};

/* printf into memory of its own; NULL where there is none. */
char *doctor_text(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Takes the three texts, each made by doctor_text(). */
void doctor_report_add(struct doctor_report *report, enum doctor_level level,
		       char *what, char *why, char *mend);
void doctor_report_free(struct doctor_report *report);

size_t doctor_report_problems(const struct doctor_report *report);

struct doctor_lines {
	char **line;
	size_t n, room;
	bool failed;
};

/* Takes a line made by doctor_text(). */
void doctor_lines_add(struct doctor_lines *lines, char *line);
void doctor_lines_free(struct doctor_lines *lines);

#endif
