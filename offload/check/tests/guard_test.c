/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "offload/check/guard.h"

static int status(void *arg)
{
	return *(int *)arg;
}

static int crash(void *arg)
{
	signal(*(int *)arg, SIG_DFL);
	return raise(*(int *)arg);
}

static void test_status(void **state)
{
	char why[128] = "";

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(nfp_guard(status, &i, why, sizeof(why)), i);
	assert_string_equal(why, "");
}

/* libbpf/libbpf#484, #963: it reads beyond what an object has. */
static void test_crash(void **state)
{
	int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGXCPU };
	char why[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		*why = '\0';
		assert_int_equal(
			nfp_guard(crash, &signals[i], why, sizeof(why)),
			-EBADMSG);
		assert_non_null(strstr(why, "damaged"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_crash),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
