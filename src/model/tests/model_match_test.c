/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/match.h"

#define SERVICES 3
#define BACKENDS 40

/* Points into itself: never copied. */
struct world {
	struct model_backend backends[SERVICES][BACKENDS];
	struct model_service services[SERVICES];
	struct model model;
};

static void clear(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->model.services = w->services;
}

/* A service with a backend 10.0.0.C for each character C. */
static void add(struct world *w, const char *name, const char *last)
{
	const size_t at = w->model.n_services++;

	w->services[at] = (struct model_service){
		.name = (char *)name,
		.backends = w->backends[at],
		.n_backends = strlen(last),
	};
	for (size_t i = 0; last[i]; i++)
		w->backends[at][i].address = (struct addr){
			.family = AF_INET,
			.v4 = { htonl(10U << 24 | (uint8_t)last[i]) },
		};
}

static void assert_match(const struct world *from, const struct world *to,
			 const uint32_t *numbers)
{
	const size_t n = model_backends(&to->model);
	uint32_t *out = malloc((n + 1) * sizeof(*out));

	memset(out, 0xff, (n + 1) * sizeof(*out));
	assert_int_equal(model_match(&from->model, &to->model, out), 0);
	assert_int_equal(out[0], 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(out[i + 1], numbers[i]);
	free(out);
}

static void test_match(void **state)
{
	struct world a, b;

	(void)state;
	clear(&a);
	add(&a, "one", "abc");
	add(&a, "two", "abd");
	assert_match(&a, &a, (uint32_t[]){ 1, 2, 3, 4, 5, 6 });
	/* One goes, one comes, the services change places. */
	clear(&b);
	add(&b, "two", "bda");
	add(&b, "three", "ab");
	add(&b, "one", "acx");
	assert_match(&a, &b, (uint32_t[]){ 5, 6, 4, 0, 0, 1, 3, 0 });
	clear(&b);
	assert_match(&a, &b, (uint32_t[]){ 0 });
	assert_match(&b, &a, (uint32_t[]){ 0, 0, 0, 0, 0, 0 });
}

/* With another port it is another one. */
static void test_port(void **state)
{
	struct world a, b;

	(void)state;
	clear(&a);
	add(&a, "one", "aab");
	a.backends[0][1].port = 53;
	clear(&b);
	add(&b, "one", "aba");
	b.backends[0][0].port = 53;
	b.backends[0][1].port = 53;
	assert_match(&a, &b, (uint32_t[]){ 2, 0, 1 });
}

static void test_any(void **state)
{
	(void)state;
	srand(1);
	for (size_t round = 0; round < 1000; round++) {
		char of_a[BACKENDS + 1] = "", of_b[BACKENDS + 1] = "";
		uint32_t wanted[BACKENDS];
		struct world a, b;
		size_t n = 0, m = 0;

		for (char c = 'A'; c < 'A' + BACKENDS / 2; c++) {
			if (rand() % 4)
				of_a[n++] = c;
			if (rand() % 4)
				of_b[m++] = c;
		}
		for (size_t i = 0; m > 1 && i < (size_t)rand() % 4; i++) {
			size_t x = (size_t)rand() % m, y = (size_t)rand() % m;
			char c = of_b[x];

			of_b[x] = of_b[y];
			of_b[y] = c;
		}
		clear(&a);
		add(&a, "s", of_a);
		clear(&b);
		add(&b, "s", of_b);
		for (size_t i = 0; i < m; i++) {
			const char *at = strchr(of_a, of_b[i]);

			wanted[i] = at ? (uint32_t)(at - of_a) + 1 : 0;
		}
		assert_match(&a, &b, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
