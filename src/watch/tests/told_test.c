/* SPDX-License-Identifier: GPL-2.0-only */
/* What the log tells of few, and of many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "watch/told.h"

#define MANY 1000

struct fixture {
	sd_event *event;
	struct told *told;
	struct model_service services[2 * TOLD_SERVICES];
	char names[2 * TOLD_SERVICES][16];
	FILE *file;
	int stderr_was;
	char text[100000];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_true(sd_event_new(&f->event) >= 0);
	assert_int_equal(told_open(&f->told, f->event), 0);
	for (size_t i = 0; i < 2 * TOLD_SERVICES; i++) {
		snprintf(f->names[i], sizeof(f->names[i]), "s%zu", i);
		f->services[i].name = f->names[i];
		f->services[i].n_backends = MANY;
	}
	f->file = tmpfile();
	f->stderr_was = dup(STDERR_FILENO);
	dup2(fileno(f->file), STDERR_FILENO);
	log_init(false);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	told_close(f->told);
	sd_event_unref(f->event);
	free(f);
	return 0;
}

static void change(struct fixture *f, size_t service, uint32_t backend, bool up)
{
	const struct model_backend who = {
		.address = { .family = AF_INET,
			     .v4.s_addr = htonl(0x0a000000 + backend) },
	};
	const struct health_result result = {
		.up = up,
		.reason = up ? "answered" : "no answer",
	};

	told_change(f->told, &f->services[service], &who, &result);
}

static const char *said(struct fixture *f)
{
	size_t n;

	dup2(f->stderr_was, STDERR_FILENO);
	close(f->stderr_was);
	rewind(f->file);
	n = fread(f->text, 1, sizeof(f->text) - 1, f->file);
	f->text[n] = '\0';
	fclose(f->file);
	return f->text;
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* The second ends when the loop says so. */
static void end_second(struct fixture *f)
{
	assert_int_equal(sd_event_run(f->event, 20000000), 1);
}

static void test_few(void **state)
{
	struct fixture *f = *state;
	const char *text;

	for (uint32_t i = 0; i < TOLD_BACKENDS; i++)
		change(f, i % 2, i, i % 3);
	end_second(f);
	text = said(f);
	assert_int_equal(count(text, "\n"), TOLD_BACKENDS);
	assert_int_equal(count(text, "service s0: backend 10.0.0.0 is down: "
				     "no answer"),
			 1);
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	const char *text;

	for (uint32_t i = 0; i < MANY; i++)
		change(f, 0, i, false);
	change(f, 1, 5000, true);
	end_second(f);
	change(f, 0, 1, true); /* of the next second */
	text = said(f);
	assert_int_equal(count(text, "\n"), TOLD_BACKENDS + 3);
	assert_int_equal(count(text,
			       "service s0: 1000 of its 1000 backends are "
			       "down, all at once (the first: 10.0.0.0, "
			       "10.0.0.1, 10.0.0.2): no answer\n"),
			 1);
	assert_int_equal(count(text,
			       "service s1: 1 of its 1000 backends are "
			       "up, all at once (the first: 10.0.19.136)"),
			 1);
	assert_int_equal(count(text, "service s0: backend 10.0.0.1 is up"), 1);
}

static void test_many_services(void **state)
{
	struct fixture *f = *state;
	const char *text;

	for (uint32_t i = 0; i < TOLD_BACKENDS; i++)
		change(f, 0, i, false);
	for (uint32_t i = 0; i < MANY; i++)
		change(f, i % (2 * TOLD_SERVICES), i, false);
	end_second(f);
	text = said(f);
	assert_int_equal(count(text, "all at once"), TOLD_SERVICES);
	assert_int_equal(count(text, "and of 20 more services 500 backends are "
				     "down\n"),
			 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_few),
		TEST(test_many),
		TEST(test_many_services),
	};

	return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
