/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "health/dns.h"

#define ANSWER_MAX 512

struct dialogue {
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	size_t query_length;
	uint8_t answer[ANSWER_MAX];
	size_t length;
};

/* A good answer to "example.com A": with its one record. */
static struct dialogue good_dialogue(void)
{
	static const uint8_t record[] = { 0xc0, 12, 0, 1, 0,   1, 0, 0,
					  1,	0,  0, 4, 192, 0, 2, 53 };
	struct dialogue d = { .length = 0 };
	int n = health_dns_query(d.query, "example.com", 1, 0x1234);

	assert_int_equal(n, 12 + 13 + 4);
	d.query_length = (size_t)n;
	memcpy(d.answer, d.query, d.query_length);
	d.answer[2] |= 0x80;
	d.answer[3] |= 0x80;
	d.answer[7] = 1;
	memcpy(d.answer + d.query_length, record, sizeof(record));
	d.length = d.query_length + sizeof(record);
	return d;
}

static void assert_judged(const struct dialogue *d, const char *why)
{
	char said[128] = "";
	const bool good = health_dns_judge(d->query, d->query_length, d->answer,
					   d->length, said, sizeof(said));

	assert_string_equal(said, why ? why : "");
	assert_int_equal(good, !why);
}

static void test_query(void **state)
{
	static const uint8_t expected[] = {
		0x12, 0x34, 1,	 0,   0,   1,	0,   0,	  0,   0,   0,
		0,    3,    'w', 'w', 'w', 7,	'e', 'x', 'a', 'm', 'p',
		'l',  'e',  3,	 'c', 'o', 'm', 0,   0,	  28,  0,   1,
	};
	uint8_t query[HEALTH_DNS_QUERY_MAX];

	(void)state;
	assert_int_equal(health_dns_query(query, "www.example.com", 28, 0x1234),
			 sizeof(expected));
	assert_memory_equal(query, expected, sizeof(expected));
	assert_int_equal(
		health_dns_query(query, "www.example.com.", 28, 0x1234),
		sizeof(expected));
	assert_memory_equal(query, expected, sizeof(expected));
	assert_int_equal(health_dns_query(query, ".", 2, 1), 12 + 1 + 4);
	assert_int_equal(query[12], 0);
}

/* A label of 63 and a name of 255 bytes on the wire are the longest. */
static void test_names(void **state)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	char name[300];

	(void)state;
	assert_int_equal(health_dns_query(query, "", 1, 1), -EINVAL);
	assert_int_equal(health_dns_query(query, "a..b", 1, 1), -EINVAL);
	assert_int_equal(health_dns_query(query, ".a", 1, 1), -EINVAL);
	assert_int_equal(health_dns_query(query, "..", 1, 1), -EINVAL);
	memset(name, 'x', sizeof(name));
	name[64] = '\0';
	assert_int_equal(health_dns_query(query, name, 1, 1), -EINVAL);
	name[63] = '\0';
	assert_int_equal(health_dns_query(query, name, 1, 1), 12 + 65 + 4);
	name[64] = 'x';
	name[63] = name[127] = name[191] = '.';
	name[253] = '\0';
	assert_int_equal(health_dns_query(query, name, 1, 1), 12 + 255 + 4);
	name[253] = 'x';
	name[254] = '\0';
	assert_int_equal(health_dns_query(query, name, 1, 1), -EINVAL);
}

static void test_good(void **state)
{
	struct dialogue d = good_dialogue();

	(void)state;
	assert_judged(&d, NULL);
	/* Names are equal whatever their case. */
	d.answer[13] = 'E';
	assert_judged(&d, NULL);
	/* Truncated: the records did not fit. */
	d.answer[7] = 0;
	d.answer[2] |= 2;
	assert_judged(&d, NULL);
}

static void test_not_an_answer(void **state)
{
	static const char not_one[] = "answer is not one to the DNS query";
	static const struct {
		size_t byte;
		uint8_t value;
	} damages[] = {
		{ 0, 0x13 },	{ 1, 0x35 }, /* id */
		{ 2, 0x01 },		     /* a query */
		{ 2, 0xa9 },		     /* opcode 5 */
		{ 5, 2 },		     /* two questions */
		{ 13, 'f' },		     /* another name */
		{ 12, 7 + 32 },		     /* a length is no letter */
		{ 26, 2 },	{ 28, 3 },   /* type, class */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct dialogue d = good_dialogue();

		d.answer[damages[i].byte] = damages[i].value;
		assert_judged(&d, not_one);
	}
	for (size_t length = 0; length < 12 + 13 + 4; length++) {
		struct dialogue d = good_dialogue();

		d.length = length;
		assert_judged(&d, not_one);
	}
}

static void test_errors(void **state)
{
	struct dialogue d = good_dialogue();

	(void)state;
	d.answer[3] |= 2;
	assert_judged(&d, "DNS server says SERVFAIL");
	d.answer[3] ^= 0x2 ^ 0x3;
	assert_judged(&d, "DNS server says NXDOMAIN");
	d.answer[3] ^= 0x3 ^ 0x5;
	assert_judged(&d, "DNS server says REFUSED");
	/* Some leave the question out then. */
	d.length = 12;
	d.answer[5] = 0;
	assert_judged(&d, "DNS server says REFUSED");
	d.answer[3] ^= 5 ^ 9;
	assert_judged(&d, "DNS server says code 9");
	d = good_dialogue();
	d.answer[7] = 0;
	assert_judged(&d, "DNS answer has no record");
}

static void test_types(void **state)
{
	(void)state;
	assert_int_equal(health_dns_qtype("A"), 1);
	assert_int_equal(health_dns_qtype("soa"), 6);
	assert_int_equal(health_dns_qtype("AAAA"), 28);
	assert_int_equal(health_dns_qtype("AAA"), 0);
	assert_int_equal(health_dns_qtype(""), 0);
	for (uint16_t i = 0; i < 100; i++)
		if (health_dns_word(i))
			assert_int_equal(health_dns_qtype(health_dns_word(i)),
					 i);
	assert_string_equal(health_dns_word(28), "AAAA");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_not_an_answer),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests_name("health_dns", tests, NULL, NULL);
}
