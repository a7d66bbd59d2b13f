/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control/saved.h"

static char directory[] = "/tmp/udplb-saved-XXXXXX";
static char path[64];

static unsigned int writes;

/* The library's, also for other libraries; counted. */
ssize_t write(int fd, const void *data, size_t size)
{
	writes++;
	return syscall(SYS_write, fd, data, size);
}

static int setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/eth0.json", directory);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void write_text(const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void test_written_and_read(void **state)
{
	char first[] = "dns 10.0.0.1:53", second[] = "a\"b 2001:db8::1";
	char dns[] = "dns";
	struct carry_backend backends[] = {
		{ .name = NULL },
		{ .name = first, .count = { 1ULL << 62, 7 } },
		{ .name = second, .count = { 0, 1 } },
	};
	struct carry_service sums[] = {
		{ .name = second },
		{ .name = dns, .count = { 1ULL << 61, 3 } },
	};
	struct carry_gone gone[] = { { .place = 3, .service = 1 },
				     { .place = 2, .service = 0 },
				     { .place = 1U << 24, .service = 1 } };
	uint64_t cpus[] = { 5, 6 };
	struct carry carry = { .backends = backends,
			       .n_backends = 3,
			       .services = sums,
			       .n_services = 2,
			       .gone = gone,
			       .n_gone = 3,
			       .cpus = cpus,
			       .n_cpus = 2 };
	struct places_name places_of[] = { { first, 7 }, { second, 1 } };
	struct places_name services[] = { { dns, 65535 } };
	struct places places = { places_of, 2, services, 1 };
	struct control_names drained = { 0 }, fresh = { 0 };
	struct control_saved saved;

	(void)state;
	assert_int_equal(control_names_push(&fresh, first), 0);
	carry.reasons[LB_REASON_DENIED] = (struct lb_counter){ 8, 9 };
	assert_int_equal(control_names_add(&drained, second), 0);
	assert_int_equal(control_saved_write(path, 17, &carry, &places,
					     &drained, &fresh),
			 0);
	assert_int_equal(control_saved_read(path, &saved), 0);
	assert_int_equal(saved.prog_id, 17);
	assert_int_equal(saved.carry.n_backends, 3);
	assert_string_equal(saved.carry.backends[1].name, first);
	assert_int_equal(saved.carry.backends[1].count.packets, 1ULL << 62);
	assert_string_equal(saved.carry.backends[2].name, second);
	assert_int_equal(saved.carry.backends[2].count.bytes, 1);
	assert_int_equal(saved.carry.reasons[LB_REASON_DENIED].bytes, 9);
	assert_int_equal(saved.carry.n_services, 2);
	assert_string_equal(saved.carry.services[1].name, dns);
	assert_int_equal(saved.carry.services[1].count.packets, 1ULL << 61);
	assert_int_equal(saved.carry.n_gone, 3);
	assert_int_equal(saved.carry.gone[0].place, 3);
	assert_int_equal(saved.carry.gone[1].place, 2);
	assert_int_equal(saved.carry.gone[1].service, 0);
	assert_int_equal(saved.carry.gone[2].place, 1U << 24);
	assert_int_equal(saved.carry.gone[2].service, 1);
	assert_int_equal(saved.places.n_backends, 2);
	assert_string_equal(saved.places.backends[0].name, first);
	assert_int_equal(saved.places.backends[0].at, 7);
	assert_int_equal(saved.places.backends[1].at, 1);
	assert_int_equal(saved.places.n_services, 1);
	assert_string_equal(saved.places.services[0].name, "dns");
	assert_int_equal(saved.places.services[0].at, 65535);
	assert_int_equal(saved.carry.n_cpus, 2);
	assert_int_equal(saved.carry.cpus[1], 6);
	assert_true(control_names_has(&saved.drained, second));
	assert_false(control_names_has(&saved.drained, first));
	assert_int_equal(saved.fresh.n, 1);
	assert_string_equal(saved.fresh.name[0], first);
	control_saved_free(&saved);
	control_names_free(&drained);
	control_names_free(&fresh);
}

/*
 * Not a system call for each word (sysrepo/sysrepo#3568): with 10,000 backends
 * that took the loop two seconds, after each reload.
 */
static void test_written_at_once(void **state)
{
	char name[] = "dns 10.0.0.1:53";
	struct carry_backend backends[64] = { { .name = NULL } };
	struct carry carry = { .backends = backends, .n_backends = 64 };
	struct places_name list[63];
	struct places places = { list, 63, NULL, 0 };
	struct control_names none = { 0 };
	struct control_saved saved;

	(void)state;
	for (size_t i = 1; i < 64; i++) {
		backends[i].name = name;
		list[i - 1] = (struct places_name){ name, (uint32_t)i };
	}
	writes = 0;
	assert_int_equal(
		control_saved_write(path, 17, &carry, &places, &none, &none),
		0);
	assert_int_equal(writes, 1);
	assert_int_equal(control_saved_read(path, &saved), 0);
	assert_int_equal(saved.places.n_backends, 63);
	control_saved_free(&saved);
}

static void test_nothing_left(void **state)
{
	struct control_names drained = { 0 };
	struct control_saved saved;

	(void)state;
	assert_int_equal(
		control_saved_write(path, 0, NULL, NULL, &drained, &drained),
		0);
	assert_int_equal(control_saved_read(path, &saved), 0);
	assert_int_equal(saved.prog_id, 0);
	assert_int_equal(saved.carry.n_backends, 0);
	control_saved_free(&saved);
}

#define PLACES(text)                                                           \
	"{\"format\": 2, \"abi\": 7, \"program\": 5, \"drained\": [],"         \
	" \"places\": " text "}"

/* Whatever stands there, it is refused as a whole. */
static void test_damaged(void **state)
{
	static const char *const damaged[] = {
		"",
		"{",
		"[]",
		"{\"format\": 2}",
		"{\"format\": 2, \"abi\": 7, \"program\": 5, \"drained\": [1]}",
		"{\"format\": 2, \"abi\": 7, \"program\": 5, \"drained\": [],"
		" \"counted\": {\"backends\": [{\"name\": 1}],"
		" \"reasons\": [], \"cpus\": []}}",
		"{\"format\": 2, \"abi\": 7, \"program\": 5, \"drained\": [],"
		" \"counted\": []}",
		PLACES("[]"),
		PLACES("{\"backends\": []}"),
		PLACES("{\"backends\": [[\"a\", 0]], \"services\": []}"),
		PLACES("{\"backends\": [[\"a\", 16777217]],"
		       " \"services\": []}"),
		PLACES("{\"backends\": [[\"a\", 1]],"
		       " \"services\": [[\"a\", 65536]]}"),
	};
	struct control_saved saved;

	(void)state;
	_Static_assert(LB_ABI_VERSION == 7, "the texts above say 7");
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++) {
		write_text(damaged[i]);
		assert_int_equal(control_saved_read(path, &saved), -EINVAL);
		assert_null(saved.carry.backends);
	}
	write_text("{\"format\": 1, \"abi\": 5}");
	assert_int_equal(control_saved_read(path, &saved), -EPROTO);
	unlink(path);
	assert_int_equal(control_saved_read(path, &saved), -ENOENT);
}

static void write_services(const char *services)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fprintf(out,
		"{\"format\": 2, \"abi\": %d, \"program\": 5, "
		"\"drained\": [], \"counted\": {\"backends\": [], "
		"\"cpus\": [], \"reasons\": [[0, 0]",
		LB_ABI_VERSION);
	for (size_t i = 1; i < LB_COUNT_END; i++)
		fputs(", [0, 0]", out);
	fprintf(out, "]%s}}", services);
	fclose(out);
}

/* Of services that forwarded by backends which they have no more. */
static void test_services(void **state)
{
#define ONE(before, gone)                                                      \
	", \"services\": [{\"name\": \"a\", \"before\": " before "}], "        \
	"\"gone\": [" gone "]"
	static const char *const damaged[] = {
		", \"services\": [1]",	    ONE("[1]", ""),
		ONE("[1, 2]", "5"),	    ONE("[1, 2]", "[5]"),
		ONE("[1, 2]", "[0, 0]"),    ONE("[1, 2]", "[16777217, 0]"),
		ONE("[1, 2]", "[5, 1]"),    ONE("[1, 2]", "[5, -1]"),
		ONE("[1, 2]", "[5, 0], 1"),
	};
	struct control_saved saved;

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++) {
		write_services(damaged[i]);
		assert_int_equal(control_saved_read(path, &saved), -EINVAL);
		assert_null(saved.carry.services);
	}
	write_services(ONE("[1, 2]", "[5, 0]"));
	assert_int_equal(control_saved_read(path, &saved), 0);
	assert_int_equal(saved.carry.services[0].count.bytes, 2);
	assert_int_equal(saved.carry.gone[0].place, 5);
	control_saved_free(&saved);
	/* Who wrote this one knew nothing of them. */
	write_services("");
	assert_int_equal(control_saved_read(path, &saved), 0);
	assert_int_equal(saved.carry.n_services, 0);
	control_saved_free(&saved);
}

static void test_no_directory(void **state)
{
	struct control_names drained = { 0 };

	(void)state;
	assert_int_equal(control_saved_write("/nonexistent/x.json", 0, NULL,
					     NULL, &drained, &drained),
			 -ENOENT);
}

static void test_list_of_names(void **state)
{
	struct control_names names = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(control_names_add(&names, "a"), 0);
		assert_int_equal(control_names_add(&names, "b"), 0);
	}
	assert_int_equal(names.n, 2);
	control_names_remove(&names, "a");
	control_names_remove(&names, "nobody");
	assert_int_equal(names.n, 1);
	assert_true(control_names_has(&names, "b"));
	control_names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_and_read),
		cmocka_unit_test(test_written_at_once),
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_list_of_names),
	};

	return cmocka_run_group_tests_name("control_saved", tests, setup,
					   teardown);
}
