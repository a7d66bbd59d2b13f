/* SPDX-License-Identifier: GPL-2.0-only */
/* The expected frames were written down from the RFCs, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "presence/frame.h"

#define MAC	"\x02\x00\x00\x00\x00\x01"
#define VIP6	"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\x12\x34\x56"
#define NOBODY6 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const uint8_t mac[] = MAC;

static const uint8_t announcement[] = "\xff\xff\xff\xff\xff\xff" MAC "\x08\x06"
				      "\0\x01"
				      "\x08\0"
				      "\x06\x04"
				      "\0\x01" MAC "\xc0\0\x02\x35"
				      "\0\0\0\0\0\0"
				      "\xc0\0\x02\x35";

static const uint8_t probe[] = "\xff\xff\xff\xff\xff\xff" MAC "\x08\x06"
			       "\0\x01"
			       "\x08\0"
			       "\x06\x04"
			       "\0\x01" MAC "\0\0\0\0"
			       "\0\0\0\0\0\0"
			       "\xc0\0\x02\x35";

static const uint8_t advertisement[] =
	"\x33\x33\0\0\0\x01" MAC "\x86\xdd"
	"\x60\0\0\0"
	"\0\x20"
	"\x3a\xff" VIP6 "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
	"\x88\0"
	"\x90\x5c"
	"\x20\0\0\0" VIP6 "\x02\x01" MAC;

static const uint8_t solicitation[] =
	"\x33\x33\xff\x12\x34\x56" MAC "\x86\xdd"
	"\x60\0\0\0"
	"\0\x18"
	"\x3a\xff" NOBODY6 "\xff\x02\0\0\0\0\0\0\0\0\0\x01\xff\x12\x34\x56"
	"\x87\0"
	"\xe4\x1e"
	"\0\0\0\0" VIP6;

static struct addr parse(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

/* One's complement sum by the RFC's definition, a byte at a time. */
static void assert_checksum(const uint8_t *frame, size_t length)
{
	unsigned long sum = 58 + (length - 54);

	for (size_t i = 22; i < length; i++)
		sum += (unsigned long)frame[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	assert_int_equal(sum, 0xffff);
}

static void test_announce(void **state)
{
	const struct addr v4 = parse("192.0.2.53");
	const struct addr v6 = parse("2001:db8::12:3456");
	uint8_t frame[PRESENCE_FRAME_MAX];
	size_t length;

	(void)state;
	length = presence_frame_announce(frame, mac, &v4);
	assert_int_equal(length, sizeof(announcement) - 1);
	assert_memory_equal(frame, announcement, length);
	length = presence_frame_announce(frame, mac, &v6);
	assert_checksum(frame, length);
	assert_int_equal(length, sizeof(advertisement) - 1);
	assert_memory_equal(frame, advertisement, length);
}

static void test_ask(void **state)
{
	const struct addr v4 = parse("192.0.2.53");
	const struct addr v6 = parse("2001:db8::12:3456");
	uint8_t frame[PRESENCE_FRAME_MAX];
	size_t length;

	(void)state;
	length = presence_frame_ask(frame, mac, &v4);
	assert_int_equal(length, sizeof(probe) - 1);
	assert_memory_equal(frame, probe, length);
	length = presence_frame_ask(frame, mac, &v6);
	assert_checksum(frame, length);
	assert_int_equal(length, sizeof(solicitation) - 1);
	assert_memory_equal(frame, solicitation, length);
}

static void test_claims(void **state)
{
	static const struct {
		const uint8_t *frame;
		size_t length;
		const char *address;
		bool claims;
	} table[] = {
		{ announcement, sizeof(announcement) - 1, "192.0.2.53", true },
		{ announcement, sizeof(announcement) - 1, "192.0.2.54", false },
		{ announcement, sizeof(announcement) - 2, "192.0.2.53", false },
		{ probe, sizeof(probe) - 1, "192.0.2.53", false },
		{ advertisement, sizeof(advertisement) - 1, "2001:db8::12:3456",
		  true },
		{ advertisement, sizeof(advertisement) - 1, "2001:db8::12:3457",
		  false },
		{ advertisement, sizeof(advertisement) - 2, "2001:db8::12:3456",
		  false },
		{ solicitation, sizeof(solicitation) - 1, "2001:db8::12:3456",
		  false },
		{ advertisement, sizeof(advertisement) - 1, "192.0.2.53",
		  false },
		{ announcement, sizeof(announcement) - 1, "2001:db8::12:3456",
		  false },
		{ announcement, 0, "192.0.2.53", false },
	};
	struct addr address;
	uint8_t found[MAC_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		address = parse(table[i].address);
		memset(found, 0, sizeof(found));
		assert_int_equal(presence_frame_claims(table[i].frame,
						       table[i].length,
						       &address, found),
				 table[i].claims);
		if (table[i].claims)
			assert_memory_equal(found, mac, MAC_LEN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_announce),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests_name("presence_frame", tests, NULL, NULL);
}
