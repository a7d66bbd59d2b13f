/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of metrics, read back.  Whatever a Prometheus server would refuse, or
 * would warn of, fails the running test.
 */
#ifndef METRICS_TEST_PAGE_H
#define METRICS_TEST_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct page_line {
	const char *series, *value;
};

struct page {
	char *text;
	struct page_line lines[512];
	size_t n_lines;
	const char *families[128];
	size_t n_families;
	bool histogram; /* the last of them */
};

/* Takes text over; page_free() the page. */
struct page *page_read(char *text, size_t length);
void page_free(struct page *page);

/* How many samples a family has. */
size_t page_count(const struct page *page, const char *family);

/* The series is on the page, with this value. */
void page_expect(const struct page *page, const char *series,
		 const char *value);

#endif
