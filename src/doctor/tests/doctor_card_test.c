/* SPDX-License-Identifier: GPL-2.0-only */
/* Which firmware file is found, in folders that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "card/card.h"

static char root[] = "/tmp/doctor_card_test.XXXXXX";

static void __attribute__((format(printf, 1, 2))) shell(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

/* An ELF file that offers map_update and nothing else. */
static void put_firmware(const char *path)
{
	shell("mkdir -p %s/$(dirname %s) && printf '.globl "
	      "_abi_bpf_capabilities\\n.data\\n_abi_bpf_capabilities: .long "
	      "1, 8, 2, 1\\n.size _abi_bpf_capabilities, 16\\n' | "
	      "as --64 -o %s/%s -",
	      root, path, root, path);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(strrchr(root, '.') + 1, "XXXXXX");
	return !mkdtemp(root);
}

static int tear_down(void **state)
{
	(void)state;
	shell("rm -r %s", root);
	return 0;
}

static void test_none(void **state)
{
	struct card_firmware firmware;

	(void)state;
	card_firmware_find(&firmware, root);
	assert_int_equal(firmware.files + firmware.others, 0);
	assert_string_equal(firmware.damaged, "");
	assert_ptr_equal(card_caps(&firmware), &nfp_caps_default);
}

static void test_order(void **state)
{
	struct card_firmware firmware;
	char text[640];

	(void)state;
	put_firmware("lib/firmware/netronome/bpf/c.nffw");
	card_firmware_find(&firmware, root);
	assert_non_null(strstr(firmware.path, "/bpf/c.nffw"));
	put_firmware("lib/firmware/netronome/b.nffw");
	card_firmware_find(&firmware, root);
	assert_int_equal(firmware.files, 2);
	assert_non_null(strstr(firmware.path, "/netronome/b.nffw"));
	put_firmware("lib/firmware/updates/netronome/a.nffw");
	card_firmware_find(&firmware, root);
	assert_non_null(strstr(firmware.path, "/updates/netronome/a.nffw"));
	assert_true(card_caps(&firmware)->map_update);
	card_firmware_offers(&firmware, text, sizeof(text));
	assert_non_null(strstr(text, "helpers: map_update; missing: "
				     "map_lookup, map_delete"));
}

static void test_damaged(void **state)
{
	struct card_firmware firmware;

	(void)state;
	put_firmware("lib/firmware/netronome/bpf/c.nffw");
	shell("echo nothing >%s/lib/firmware/netronome/a.nffw", root);
	card_firmware_find(&firmware, root);
	assert_int_equal(firmware.files, 1);
	assert_non_null(strstr(firmware.damaged, "a.nffw: no firmware"));
	shell("mv %s/lib/firmware/netronome/a.nffw "
	      "%s/lib/firmware/netronome/a.nffw.xz",
	      root, root);
	card_firmware_find(&firmware, root);
	assert_non_null(strstr(firmware.damaged, "a.nffw.xz: compressed"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_order),
		TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
