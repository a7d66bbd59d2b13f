/* SPDX-License-Identifier: GPL-2.0-only */
/* A page of many backends: its pieces, who is on it, and who comes and goes
 * while it is written. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/page.h"

#define SERVICES 3
#define EACH	 400
#define ALL	 (SERVICES * EACH)
#define LARGEST	 16384 /* what a piece may be */

struct world {
	struct model model;
	struct model_service services[SERVICES];
	struct model_backend config[ALL];
	struct plan plan;
	struct plan_service plan_services[SERVICES];
	struct snapshot_backend backends[1 + ALL];
	struct snapshot_service gone[SERVICES];
	struct snapshot snapshot;
	bool open[SERVICES];
	char *text;
	size_t length, room;
};

static char names[SERVICES][8] = { "one", "two", "three" };

static void fill_service(struct world *w, size_t i)
{
	w->services[i] = (struct model_service){
		.name = names[i],
		.all_ports = true,
		.backends = &w->config[i * EACH],
		.n_backends = EACH,
	};
	assert_int_equal(addr_parse("203.0.113.1", &w->services[i].address), 0);
	w->plan_services[i] = (struct plan_service){
		.config = &w->services[i],
		.ring_size = 1024,
		.first_backend = (uint32_t)(1 + i * EACH),
	};
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	for (size_t i = 0; i < SERVICES; i++)
		fill_service(w, i);
	for (uint32_t i = 0; i < ALL; i++) {
		w->config[i].address.family = AF_INET;
		w->config[i].address.v4.s_addr = htonl(0x0a000000 + i);
		w->config[i].weight = 1;
		w->backends[1 + i] = (struct snapshot_backend){
			.up = true,
			.healthy = true,
			.has_mac = true,
		};
	}
	w->plan.model = &w->model;
	w->plan.services = w->plan_services;
	w->plan.n_services = SERVICES;
	w->plan.sizes.backends = 1 + ALL;
	w->snapshot.plan = &w->plan;
	w->snapshot.host = "h";
	w->snapshot.interface = "eth0";
	w->snapshot.mode = MODE_DRV;
	w->snapshot.backends = w->backends;
	w->snapshot.services = w->gone;
	w->snapshot.open = w->open;
	w->snapshot.no_latency_why = "";
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	free(w->text);
	free(w);
	return 0;
}

static int next(struct world *w, struct metrics_page *page)
{
	const char *text;
	size_t n;
	int more = metrics_page_next(page, &w->snapshot, &text, &n);

	assert_in_range(more, 0, 1);
	assert_in_range(n, 0, LARGEST);
	if (w->length + n + 1 > w->room) {
		w->room = 2 * w->room + n + 1;
		w->text = realloc(w->text, w->room);
		assert_non_null(w->text);
	}
	memcpy(w->text + w->length, text, n);
	w->length += n;
	w->text[w->length] = '\0';
	return more;
}

/* change() is done when so many bytes are there. */
static void render(struct world *w, size_t when, void (*change)(struct world *))
{
	struct metrics_page *page;
	bool done = !change;

	assert_int_equal(metrics_page_begin(&page, &w->snapshot), 0);
	while (next(w, page)) {
		if (done || w->length < when)
			continue;
		change(w);
		w->snapshot.generation++;
		done = true;
	}
	assert_true(done);
	assert_int_equal(next(w, page), 0);
	metrics_page_free(page);
}

/* How many lines begin so. */
static size_t count(const struct world *w, const char *begin)
{
	size_t n = 0, length = strlen(begin);

	for (const char *at = w->text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		n += !strncmp(at, begin, length);
		if (!*at)
			break;
	}
	return n;
}

static void expect_hidden(const struct world *w, size_t n)
{
	char line[100];

	snprintf(line, sizeof(line),
		 "udplb_backends_hidden{host=\"h\",interface=\"eth0\"} %zu\n",
		 n);
	assert_int_equal(count(w, line), 1);
}

static void test_all(void **state)
{
	struct world *w = *state;

	render(w, 0, NULL);
	assert_int_equal(count(w, "udplb_backend_up{"), ALL);
	assert_int_equal(count(w, "udplb_backend_info{"), ALL);
	assert_int_equal(count(w, "udplb_service_backends_up{"), SERVICES);
	/* Nobody is checked, and nothing is sticky. */
	assert_int_equal(count(w, "udplb_backend_health_"), 0);
	assert_int_equal(count(w, "# HELP udplb_backend_flows"), 0);
	expect_hidden(w, 0);
}

static void test_down(void **state)
{
	struct world *w = *state;

	w->snapshot.shown = METRICS_DOWN;
	w->backends[5].up = false;
	w->backends[6].healthy = false;
	w->backends[7].draining = true;
	w->backends[ALL].has_mac = false;
	render(w, 0, NULL);
	assert_int_equal(count(w, "udplb_backend_up{"), 4);
	assert_int_equal(count(w, "udplb_backend_slots{"), 4);
	assert_int_equal(count(w, "udplb_service_packets_total{"), SERVICES);
	expect_hidden(w, ALL - 4);
}

/* Not when all fail at once, either. */
static void test_down_is_bounded(void **state)
{
	struct world *w = *state;

	w->snapshot.shown = METRICS_DOWN;
	for (size_t i = 1; i <= ALL; i++)
		w->backends[i].healthy = false;
	render(w, 0, NULL);
	assert_int_equal(count(w, "udplb_backend_up{"), METRICS_DOWN_MAX);
	assert_int_equal(count(w, "udplb_backend_slots{"), METRICS_DOWN_MAX);
	expect_hidden(w, ALL - METRICS_DOWN_MAX);
}

static void test_none(void **state)
{
	struct world *w = *state;

	w->snapshot.shown = METRICS_NONE;
	w->backends[5].up = false;
	render(w, 0, NULL);
	assert_int_equal(count(w, "udplb_backend_"), 0);
	assert_int_equal(count(w, "udplb_service_backends_up{"), SERVICES);
	expect_hidden(w, ALL);
}

static void nothing(struct world *w)
{
	(void)w;
}

static void first_service_goes(struct world *w)
{
	memmove(w->plan_services, w->plan_services + 1,
		(SERVICES - 1) * sizeof(*w->plan_services));
	w->plan.n_services--;
}

static void last_service_goes(struct world *w)
{
	w->plan.n_services--;
}

static void all_but_one_go(struct world *w)
{
	w->plan.n_services = 1;
	w->services[0].n_backends = 1;
}

static void half_of_each_go(struct world *w)
{
	for (size_t i = 0; i < SERVICES; i++)
		w->services[i].n_backends = EACH / 2;
}

static void first_backend_goes(struct world *w)
{
	for (size_t i = 0; i < SERVICES; i++) {
		w->services[i].backends++;
		w->services[i].n_backends--;
		w->plan_services[i].first_backend++;
	}
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No series and no introduction stands there twice. */
static void expect_each_once(const struct world *w)
{
	char *text = strdup(w->text), *rest, *line;
	const char **lines = calloc(w->length / 10, sizeof(*lines));
	size_t n = 0;

	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *value = strrchr(line, ' ');

		if (*line != '#')
			*value = '\0';
		lines[n++] = line;
	}
	qsort(lines, n, sizeof(*lines), compare_lines);
	for (size_t i = 1; i < n; i++)
		assert_string_not_equal(lines[i - 1], lines[i]);
	free(lines);
	free(text);
}

/* At many points of the page, in the middle of a service and between two. */
static void test_changes_meanwhile(void **state)
{
	static void (*const changes[])(struct world *) = {
		nothing,	first_service_goes, last_service_goes,
		all_but_one_go, half_of_each_go,    first_backend_goes,
	};
	struct world *w = *state, *fresh = malloc(sizeof(*fresh));

	render(w, 0, NULL);
	*fresh = *w;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		for (size_t part = 0; part < 8; part++) {
			size_t when = w->length / 8 * part;

			w->length = 0;
			render(w, when, changes[i]);
			expect_each_once(w);
			/* Whoever was there all the time is on the page. */
			assert_true(count(w, "udplb_backend_packets_total{"
					     "backend=\"10.0.") >=
				    (changes[i] == all_but_one_go ? 1 : 500));
			memcpy(&w->services, &fresh->services,
			       sizeof(w->services));
			memcpy(&w->plan_services, &fresh->plan_services,
			       sizeof(w->plan_services));
			w->plan = fresh->plan;
			w->length = fresh->length; /* of the whole page */
		}
	}
	free(fresh);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_all),
		TEST(test_down),
		TEST(test_down_is_bounded),
		TEST(test_none),
		TEST(test_changes_meanwhile),
	};

	return cmocka_run_group_tests_name("metrics_page", tests, NULL, NULL);
}
