/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work that grows with the configuration breathes at least once for each
 * backend, or is beside the loop.  In the place of base/breathe.c here: who
 * counts.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/breathe.h"
#include "config/config.h"
#include "control/saved.h"
#include "metrics/carry.h"
#include "model/copy.h"
#include "tables/plan.h"
#include "tables/tables.h"

#define SERVICES 4
#define EACH	 64
#define ALL	 (SERVICES * EACH)

static unsigned int breaths, pieces;

int breathe(void)
{
	breaths++;
	return 0;
}

int breathe_during(int (*piece)(void *arg), void *arg)
{
	pieces++;
	return piece(arg);
}

void breathe_with(int (*fn)(void *arg), void *arg)
{
	(void)fn, (void)arg;
}

void breathe_begin(void)
{
}

void breathe_end(void)
{
}

void breathe_between(void)
{
}

static struct model *model;
static struct plan *plan;

static int setup(void **state)
{
	struct config_errors *errors;
	size_t length;
	char *text, why[256];
	FILE *out = open_memstream(&text, &length);
	int err;

	(void)state;
	fputs("interface: eth0\nservices:\n", out);
	for (unsigned int s = 0; s < SERVICES; s++) {
		fprintf(out, " - {name: s%u, address: 198.51.100.%u, ", s, s);
		fputs("ports: 53, backends: [", out);
		for (unsigned int k = 0; k < EACH; k++)
			fprintf(out, "{address: 10.0.%u.%u, port: 53}, ", s, k);
		fputs("]}\n", out);
	}
	fclose(out);
	breaths = 0;
	err = config_parse("test", text, length, &model, &errors);
	config_errors_free(errors);
	free(text);
	return err ? err
		   : plan_build(model, &(struct plan_limits){ 0 }, &plan, why,
				sizeof(why));
}

static int teardown(void **state)
{
	(void)state;
	plan_free(plan);
	model_free(model);
	return 0;
}

static void test_reading(void **state)
{
	(void)state;
	assert_true(breaths >= ALL);
}

static void test_counting(void **state)
{
	struct carry carry;

	(void)state;
	breaths = 0;
	assert_int_equal(carry_start(&carry, plan, 1), 0);
	assert_true(breaths >= ALL);
	carry_free(&carry);
}

/* Once for each name that is made, and again for each that is written. */
static void test_saving(void **state)
{
	char path[] = "/tmp/udplb-breath-XXXXXX";
	const int fd = mkstemp(path);
	struct control_names none = { 0 };
	struct places places;
	struct carry carry;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	breaths = 0;
	assert_int_equal(places_of(plan, &places), 0);
	assert_true(breaths >= ALL);
	assert_int_equal(carry_start(&carry, plan, 1), 0);
	breaths = pieces = 0;
	assert_int_equal(
		control_saved_write(path, 7, &carry, &places, &none, &none), 0);
	assert_true(breaths >= 2 * ALL);
	assert_int_equal(pieces, 1);
	carry_free(&carry);
	places_free(&places);
	unlink(path);
}

/* A ring takes a millisecond, or a hundred. */
static void test_tables(void **state)
{
	struct tables_hop *hops = calloc(ALL + 1, sizeof(*hops));
	bool *serves = calloc(ALL + 1, sizeof(*serves));
	const struct tables_state at = {
		.backends = hops,
		.serves = serves,
		.stays = serves,
		.waits = serves,
	};
	struct tables *tables;

	(void)state;
	assert_true(hops && serves);
	breaths = 0;
	assert_int_equal(tables_build(plan, &at, &tables), 0);
	assert_true(breaths >= SERVICES);
	tables_free(tables);
	free(hops);
	free(serves);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_counting),
		cmocka_unit_test(test_saving),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests_name("control_breath", tests, setup,
					   teardown);
}
