/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/copy.h"
#include "config/tests/cases.h"
#include "config/tests/text.h"

static void assert_first_message(char *text, const char *expected)
{
	struct config_errors *errors;
	struct model *model;
	int ret = config_parse("f", text, strlen(text), &model, &errors);

	free(text);
	assert_int_equal(ret, expected ? -EINVAL : 0);
	if (expected)
		assert_int_equal(strncmp(config_errors_text(errors, 0),
					 expected, strlen(expected)),
				 0);
	model_free(model);
	config_errors_free(errors);
}

#define MANY_BACKENDS TOP SERVICE("10.0.0.1", "53") "    backends:\n"
#define MANY_ITEM     "    - {address: 10.1.#}\n"
#define SERVICE_ITEM                                                           \
	"  - {address: 10.2.#, ports: 53, forward: snat, "                     \
	"backends: [{address: 10.0.0.2}]}\n"

static void test_limits(void **state)
{
	(void)state;
	assert_first_message(config_test_repeat(MANY_BACKENDS, MANY_ITEM,
						MODEL_BACKENDS_MAX, ""),
			     NULL);
	assert_first_message(config_test_repeat(MANY_BACKENDS, MANY_ITEM,
						MODEL_BACKENDS_MAX + 1, ""),
			     "f:5: services[0].backends: expected at most 4096 "
			     "backends, got 4097");
	assert_first_message(
		config_test_repeat(TOP, SERVICE_ITEM, MODEL_SERVICES_MAX, ""),
		NULL);
	assert_first_message(config_test_repeat(TOP, SERVICE_ITEM,
						MODEL_SERVICES_MAX + 1, ""),
			     "f:2: services: expected at most 4096 services, "
			     "got 4097");
}

#define WIDE_ITEM                                                              \
	"  - {address: 10.2.#, ports: 1-65535, forward: snat, "                \
	"backends: [{address: 10.0.0.2}]}\n"

static void test_too_many_ports(void **state)
{
	(void)state;
	assert_first_message(config_test_repeat(TOP, WIDE_ITEM, 15, ""), NULL);
	assert_first_message(config_test_repeat(TOP, WIDE_ITEM, 16, ""),
			     "f:2: services: 1048560 ports are more than the "
			     "1000000 that all services may have together");
}

/* The tests are run in the project's directory. */
static void test_samples(void **state)
{
	static const char *const paths[] = { "conf/nat-dns.yaml",
					     "conf/ipv6-dns.yaml",
					     "conf/quic.yaml",
					     "conf/tunnel-gue.yaml",
					     "conf/snat-collectors.yaml",
					     "conf/dsr.yaml" };
	struct config_errors *errors;
	struct model *model;

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		int ret = config_load(paths[i], &model, &errors);

		config_test_show(errors);
		assert_int_equal(ret, 0);
		assert_int_equal(config_errors_count(errors), 0);
		model_free(model);
		config_errors_free(errors);
	}
}

/*
 * What is installed says no interface, so that nobody takes a VIP by starting
 * it as it is (acassen/keepalived#20 is such a story); all else is sound.
 */
static void test_installed(void **state)
{
	struct config_errors *errors;
	struct model *model;

	(void)state;
	assert_int_equal(config_load("conf/udplb.yaml", &model, &errors),
			 -EINVAL);
	config_test_show(errors);
	assert_int_equal(config_errors_count(errors), 1);
	assert_non_null(strstr(config_errors_text(errors, 0),
			       "interface: has no value"));
	config_errors_free(errors);
}

/* Each is sorted and compared with all others. */
static void test_many_prefixes(void **state)
{
	(void)state;
	assert_first_message(config_test_repeat(TOP PLAIN "    allow:\n",
						"    - 10.1.#/32\n", 50000, ""),
			     NULL);
	assert_first_message(config_test_repeat(TOP PLAIN "    allow:\n",
						"    - 10.1.#/32\n", 50000,
						"    - 10.1.199.250/32\n"),
			     "f:50007: services[0].allow[50000]: "
			     "10.1.199.250/32 is allow[49999] as well");
}

static void test_too_many_values(void **state)
{
	char *text = config_test_repeat("a: [", "#,", 1000001, "]\n");

	(void)state;
	assert_first_message(text, "f:1: more than 1000000 keys and values");
}

static void test_too_many_keys(void **state)
{
	char *text = config_test_repeat("", "k#: 1\n", 101, "");
	struct config_errors *errors;
	struct model *model;

	(void)state;
	assert_int_equal(config_parse("f", text, strlen(text), &model, &errors),
			 -EINVAL);
	/* The keys, the missing interface and services, and that it is cut. */
	assert_int_equal(config_errors_count(errors), 103);
	assert_string_equal(config_errors_text(errors, 102),
			    "f:101: more than 100 keys in one group");
	config_errors_free(errors);
	free(text);
}

static void test_messages_are_bounded(void **state)
{
	char *text = config_test_repeat(MANY_BACKENDS, "    - {port: x#}\n",
					1500, "");
	struct config_errors *errors;
	struct model *model;

	(void)state;
	assert_int_equal(config_parse("f", text, strlen(text), &model, &errors),
			 -EINVAL);
	assert_int_equal(config_errors_count(errors), 1001);
	assert_string_equal(config_errors_text(errors, 1000),
			    "f: 2000 more are not shown");
	config_errors_free(errors);
	free(text);
}

static void test_long_text_is_shortened(void **state)
{
	/* Cut between characters, not within the third of U+20AC. */
	char *text = config_test_repeat("mode: xxx", "\xe2\x82\xac#", 20, "\n");
	struct config_errors *errors;
	struct model *model;
	const char *message, *dots;

	(void)state;
	config_parse("f", text, strlen(text), &model, &errors);
	message = config_errors_text(errors, 1);
	dots = strstr(message, "...\"");
	assert_non_null(dots);
	assert_in_range(dots - strchr(message, '"'), 50, 64);
	assert_in_range(dots[-1], '0', '9');
	config_errors_free(errors);
	free(text);
}

/* A file of the given size, all blanks after text; unlinked by the caller. */
static void write_file(char *path, const char *text, off_t size)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	if (size)
		assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static void test_load(void **state)
{
	char path[] = "/tmp/udplb-config-XXXXXX";
	struct config_errors *errors;
	struct model *model;

	(void)state;
	write_file(path, TOP PLAIN, 0);
	assert_int_equal(config_load(path, &model, &errors), 0);
	assert_int_equal(config_errors_count(errors), 0);
	assert_string_equal(model->services[0].name, "10.0.0.1:53");
	unlink(path);
	model_free(model);
	config_errors_free(errors);
}

static void assert_load_fails(const char *path, int expected,
			      const char *message)
{
	struct config_errors *errors;
	struct model *model;

	assert_int_equal(config_load(path, &model, &errors), expected);
	assert_null(model);
	assert_int_equal(config_errors_count(errors), 1);
	assert_non_null(strstr(config_errors_text(errors, 0), message));
	assert_int_equal(
		strncmp(config_errors_text(errors, 0), path, strlen(path)), 0);
	config_errors_free(errors);
}

static void test_load_refuses(void **state)
{
	char large[] = "/tmp/udplb-config-XXXXXX";

	(void)state;
	assert_load_fails("/nonexistent/file", -ENOENT,
			  ": cannot be read: No such file or directory");
	assert_load_fails("/tmp", -EISDIR, ": cannot be read: Is a directory");
	assert_load_fails("/dev/zero", -EINVAL, ": the file is too large");
	write_file(large, TOP PLAIN, 100 << 20);
	assert_load_fails(large, -EINVAL,
			  ": the file is too large; expected at most 16 MiB");
	unlink(large);
}

static void test_free_nothing(void **state)
{
	(void)state;
	model_free(NULL);
	config_errors_free(NULL);
	assert_int_equal(config_errors_count(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_many_ports),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_installed),
		cmocka_unit_test(test_many_prefixes),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_too_many_keys),
		cmocka_unit_test(test_messages_are_bounded),
		cmocka_unit_test(test_long_text_is_shortened),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_refuses),
		cmocka_unit_test(test_free_nothing),
	};

	return cmocka_run_group_tests_name("config_limits", tests, NULL, NULL);
}
