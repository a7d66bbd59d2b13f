/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "config_cases.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void show(const struct config_errors *errors)
{
	for (size_t i = 0; i < config_errors_count(errors); i++)
		print_error("  %s\n", config_errors_text(errors, i));
}

static void assert_messages(const struct config_case *c,
			    const struct config_errors *errors, bool warnings)
{
	size_t n = 0;

	while (n < CASE_MESSAGES && c->messages[n])
		n++;
	for (size_t i = 0; i < n || i < config_errors_count(errors); i++) {
		const char *text = i < config_errors_count(errors)
					   ? config_errors_text(errors, i)
					   : "(nothing)";

		if (i >= n || strncmp(text, c->messages[i],
				      strlen(c->messages[i])) != 0) {
			show(errors);
			fail_msg("message %zu: expected %s, got %s", i,
				 i < n ? c->messages[i] : "(nothing)", text);
		}
		assert_int_equal(config_errors_is_warning(errors, i), warnings);
	}
}

static void run_case(const struct config_case *c, int expected, bool warnings)
{
	struct config_errors *errors;
	struct model *model;
	int ret;

	ret = config_parse("f", c->text, c->length, &model, &errors);
	assert_messages(c, errors, warnings);
	assert_int_equal(ret, expected);
	assert_int_equal(model != NULL, expected == 0);
	config_free(model);
	config_errors_free(errors);
}

static void test_mistakes(void **state)
{
	run_case(*state, -EINVAL, false);
}

static void test_warnings(void **state)
{
	run_case(*state, 0, true);
}

static void test_sound(void **state)
{
	run_case(*state, 0, false);
}

static struct model *parsed(const char *text)
{
	struct config_errors *errors;
	struct model *model;
	int ret = config_parse("f", text, strlen(text), &model, &errors);

	if (ret)
		show(errors);
	config_errors_free(errors);
	assert_int_equal(ret, 0);
	return model;
}

static void assert_addr(const struct addr *addr, const char *text)
{
	char buf[ADDR_STRLEN];

	assert_string_equal(addr_format(addr, buf), text);
}

static void test_defaults(void **state)
{
	struct model *m = parsed(TOP PLAIN);
	const struct model_service *s = &m->services[0];

	(void)state;
	assert_string_equal(m->interface, "eth0");
	assert_int_equal(m->mode, MODE_AUTO);
	assert_true(m->latency);
	assert_false(addr_is_set(&m->gateway));
	assert_addr(&m->metrics_address, "127.0.0.1");
	assert_int_equal(m->metrics_port, 8000);
	assert_null(m->admin_socket);
	assert_int_equal(m->n_services, 1);
	assert_string_equal(s->name, "10.0.0.1:53");
	assert_addr(&s->address, "10.0.0.1");
	assert_false(s->all_ports);
	assert_int_equal(s->n_ports, 1);
	assert_int_equal(s->ports[0].first, 53);
	assert_int_equal(s->ports[0].last, 53);
	assert_int_equal(s->balance, LB_BALANCE_FLOW);
	assert_int_equal(s->forward, LB_FORWARD_NAT);
	assert_int_equal(s->health.type, HEALTH_NONE);
	assert_int_equal(s->health.interval_ms, 1000);
	assert_int_equal(s->health.rise, 2);
	assert_int_equal(s->health.fall, 3);
	assert_int_equal(s->ring_size, MODEL_RING_SIZE_DEFAULT_MIN);
	assert_int_equal(s->n_backends, 1);
	assert_addr(&s->backends[0].address, "10.0.0.2");
	assert_int_equal(s->backends[0].port, 0);
	assert_int_equal(s->backends[0].weight, 1);
	assert_false(s->backends[0].has_mac);
	config_free(m);
}

/* Slots for a first backend of weight 1 and n others of this weight. */
static uint32_t default_slots(unsigned int n, unsigned int weight)
{
	static char text[16384];
	size_t used;
	struct model *m;
	uint32_t slots;

	used = (size_t)snprintf(text, sizeof(text),
				"interface: eth0\nservices:\n"
				"- address: 10.0.0.1\n  ports: 53\n"
				"  backends:\n  - {address: 10.1.0.1}\n");
	for (unsigned int i = 0; i < n; i++)
		used += (size_t)snprintf(
			text + used, sizeof(text) - used,
			"  - {address: 10.2.0.%u, weight: %u}\n", i + 1,
			weight);
	m = parsed(text);
	slots = m->services[0].ring_size;
	config_free(m);
	return slots;
}

static void test_default_ring_size(void **state)
{
	(void)state;
	assert_int_equal(default_slots(1, 1), 4096);
	assert_int_equal(default_slots(31, 1), 4096);
	assert_int_equal(default_slots(32, 1), 8192);
	assert_int_equal(default_slots(1, 511), 4096);
	assert_int_equal(default_slots(1, 512), 8192);
	assert_int_equal(default_slots(100, 1000), 65536);
}

static void test_everything_given(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0xab, 1};
	struct model *m = parsed(
		"interface: enp23s0f0np0\nmode: drv\nlatency: no\n"
		"gateway: 10.0.0.254\nmetrics: {listen: \"[::1]:9100\"}\n"
		"admin: {socket: /run/x.sock}\nservices:\n"
		"- name: first\n  address: 10.0.0.1\n  ports: 5353\n"
		"  balance: source\n  forward: nat\n  ring_size: 1024\n"
		"  backends:\n"
		"  - {address: 10.0.0.2, port: 53, weight: 1000,"
		" mac: \"02:00:00:00:AB:01\"}\n"
		"  - {address: 10.0.0.3}\n"
		"  health: {type: udp, interval: 500ms, rise: 1, fall: 100,"
		" send: ping, expect: pong}\n"
		"- {address: 10.0.0.4, ports: all, balance: packet,"
		" forward: dsr, backends: [{address: 10.0.0.2}],"
		" health: {type: http, interval: 60m}}\n");
	const struct model_service *s = m->services;

	(void)state;
	assert_string_equal(m->interface, "enp23s0f0np0");
	assert_int_equal(m->mode, MODE_DRV);
	assert_false(m->latency);
	assert_addr(&m->gateway, "10.0.0.254");
	assert_addr(&m->metrics_address, "::1");
	assert_int_equal(m->metrics_port, 9100);
	assert_string_equal(m->admin_socket, "/run/x.sock");
	assert_int_equal(m->n_services, 2);
	assert_string_equal(s[0].name, "first");
	assert_int_equal(s[0].balance, LB_BALANCE_SOURCE);
	assert_int_equal(s[0].ring_size, 1024);
	assert_int_equal(s[0].n_backends, 2);
	assert_int_equal(s[0].backends[0].port, 53);
	assert_int_equal(s[0].backends[0].weight, 1000);
	assert_true(s[0].backends[0].has_mac);
	assert_memory_equal(s[0].backends[0].mac, mac, MAC_LEN);
	assert_addr(&s[0].backends[1].address, "10.0.0.3");
	assert_int_equal(s[0].health.type, HEALTH_UDP);
	assert_int_equal(s[0].health.interval_ms, 500);
	assert_int_equal(s[0].health.rise, 1);
	assert_int_equal(s[0].health.fall, 100);
	assert_string_equal(s[1].name, "10.0.0.4:all");
	assert_true(s[1].all_ports);
	assert_int_equal(s[1].n_ports, 0);
	assert_int_equal(s[1].balance, LB_BALANCE_PACKET);
	assert_int_equal(s[1].forward, LB_FORWARD_DSR);
	assert_int_equal(s[1].health.type, HEALTH_HTTP);
	assert_int_equal(s[1].health.interval_ms, 3600000);
	config_free(m);
}

static void test_ports_are_sorted(void **state)
{
	static const struct model_ports expected[] = {
		{1, 1}, {53, 53}, {54, 60}, {5000, 5005}, {65535, 65535}};
	struct model *m = parsed(TOP SERVICE(
		"10.0.0.1", "[5000-5005, 53, 65535, 1-1, 54-60]") BACKEND);

	(void)state;
	assert_int_equal(m->services[0].n_ports, COUNT(expected));
	assert_memory_equal(m->services[0].ports, expected, sizeof(expected));
	assert_string_equal(m->services[0].name, "10.0.0.1:1");
	config_free(m);
}

/* head, then n times the item with its number from 0, then tail. */
static char *repeated(const char *head, const char *item, unsigned int n,
		      const char *tail)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fputs(head, out);
	for (unsigned int i = 0; i < n; i++) {
		const char *hash = strchr(item, '#');

		fprintf(out, "%.*s%u.%u%s", (int)(hash - item), item, i / 250,
			i % 250 + 1, hash + 1);
	}
	fputs(tail, out);
	fclose(out);
	return text;
}

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
	config_free(model);
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
	assert_first_message(
		repeated(MANY_BACKENDS, MANY_ITEM, MODEL_BACKENDS_MAX, ""),
		NULL);
	assert_first_message(
		repeated(MANY_BACKENDS, MANY_ITEM, MODEL_BACKENDS_MAX + 1, ""),
		"f:5: services[0].backends: expected at most 4096 "
		"backends, got 4097");
	assert_first_message(
		repeated(TOP, SERVICE_ITEM, MODEL_SERVICES_MAX, ""), NULL);
	assert_first_message(
		repeated(TOP, SERVICE_ITEM, MODEL_SERVICES_MAX + 1, ""),
		"f:2: services: expected at most 4096 services, "
		"got 4097");
}

#define WIDE_ITEM                                                              \
	"  - {address: 10.2.#, ports: 1-65535, forward: snat, "                \
	"backends: [{address: 10.0.0.2}]}\n"

static void test_too_many_ports(void **state)
{
	(void)state;
	assert_first_message(repeated(TOP, WIDE_ITEM, 15, ""), NULL);
	assert_first_message(repeated(TOP, WIDE_ITEM, 16, ""),
			     "f:2: services: 1048560 ports are more than the "
			     "1000000 that all services may have together");
}

/* The tests are run in the project's directory. */
static void test_samples(void **state)
{
	static const char *const paths[] = {
		"conf/udplb.yaml", "conf/nat-dns.yaml",
		"conf/snat-collectors.yaml", "conf/dsr.yaml"};
	struct config_errors *errors;
	struct model *model;

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		int ret = config_load(paths[i], &model, &errors);

		show(errors);
		assert_int_equal(ret, 0);
		assert_int_equal(config_errors_count(errors), 0);
		config_free(model);
		config_errors_free(errors);
	}
}

static void test_too_many_values(void **state)
{
	char *text = repeated("a: [", "#,", 1000001, "]\n");

	(void)state;
	assert_first_message(text, "f:1: more than 1000000 keys and values");
}

static void test_too_many_keys(void **state)
{
	char *text = repeated("", "k#: 1\n", 101, "");
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
	char *text = repeated(MANY_BACKENDS, "    - {port: x#}\n", 1500, "");
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
	char *text = repeated("mode: xxx", "\xe2\x82\xac#", 20, "\n");
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
	config_free(model);
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
	config_free(NULL);
	config_errors_free(NULL);
	assert_int_equal(config_errors_count(NULL), 0);
}

static size_t add_cases(struct CMUnitTest *tests, size_t n,
			const struct config_case *cases, size_t n_cases,
			CMUnitTestFunction fn)
{
	for (size_t i = 0; i < n_cases; i++)
		tests[n++] = (struct CMUnitTest){
			.name = cases[i].name,
			.test_func = fn,
			.initial_state = (void *)&cases[i],
		};
	return n;
}

static const struct CMUnitTest others[] = {
	cmocka_unit_test(test_defaults),
	cmocka_unit_test(test_default_ring_size),
	cmocka_unit_test(test_everything_given),
	cmocka_unit_test(test_ports_are_sorted),
	cmocka_unit_test(test_limits),
	cmocka_unit_test(test_too_many_ports),
	cmocka_unit_test(test_samples),
	cmocka_unit_test(test_too_many_values),
	cmocka_unit_test(test_too_many_keys),
	cmocka_unit_test(test_messages_are_bounded),
	cmocka_unit_test(test_long_text_is_shortened),
	cmocka_unit_test(test_load),
	cmocka_unit_test(test_load_refuses),
	cmocka_unit_test(test_free_nothing),
};

#define TESTS                                                                  \
	(COUNT(config_cases) + COUNT(config_warnings) + COUNT(config_sound) +  \
	 COUNT(others))

int main(void)
{
	static struct CMUnitTest tests[TESTS];
	size_t n = 0;

	n = add_cases(tests, n, config_cases, COUNT(config_cases),
		      test_mistakes);
	n = add_cases(tests, n, config_warnings, COUNT(config_warnings),
		      test_warnings);
	n = add_cases(tests, n, config_sound, COUNT(config_sound), test_sound);
	memcpy(tests + n, others, sizeof(others));
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
