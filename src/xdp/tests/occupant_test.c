/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "xdp/occupant.h"

#define OTHERS(in_mode)                                                        \
	.others = 1, .others_mode = (in_mode), .other = "xdp_filter"

static const struct xdp_occupant nobody;
static const struct xdp_occupant udplb = {
	.id = 7,
	.ours = true,
	.mode = XDP_MODE_NATIVE,
	.name = "udplb_timed",
};
static const struct xdp_occupant stranger = {
	.id = 8,
	.mode = XDP_MODE_NATIVE,
	.name = "xsk_def_prog",
};
static const struct xdp_occupant nameless = { .id = 9 };
static const struct xdp_occupant unreadable = {
	.id = 10,
	.mode = XDP_MODE_SKB,
	.name = XDP_DISPATCHER,
};
static const struct xdp_occupant company = { OTHERS(XDP_MODE_SKB) };
static const struct xdp_occupant both = {
	.id = 7,
	.ours = true,
	.mode = XDP_MODE_NATIVE,
	.dispatcher = 11,
	.name = "udplb",
	OTHERS(XDP_MODE_NATIVE),
};

struct request_case {
	const char *name;
	const struct xdp_occupant *occupant;
	struct xdp_request request;
	const char *why; /* NULL: it is let in */
};

static const struct request_case requests[] = {
	{ "free", &nobody, { .mode = MODE_DRV }, NULL },
	{ "free, alone",
	  &nobody,
	  { .mode = MODE_DRV, .dispatcher = DISPATCHER_NO },
	  NULL },
	{ "a udplb", &udplb, { .mode = MODE_DRV }, "attached already" },
	{ "to be replaced",
	  &udplb,
	  { .mode = MODE_DRV, .replace = true },
	  NULL },
	{ "a stranger",
	  &stranger,
	  { .mode = MODE_DRV, .replace = true },
	  "'xsk_def_prog', id 8" },
	{ "without CAP_SYS_ADMIN",
	  &nameless,
	  { .mode = MODE_DRV, .replace = true },
	  "not known whose" },
	{ "another dispatcher",
	  &unreadable,
	  { .mode = MODE_SKB, .dispatcher = DISPATCHER_YES },
	  "that this libxdp cannot read" },
	{ "company", &company, { .mode = MODE_SKB }, NULL },
	{ "company, alone",
	  &company,
	  { .mode = MODE_SKB, .dispatcher = DISPATCHER_NO },
	  "'xdp_filter' is attached in libxdp's dispatcher" },
	{ "company, on the card",
	  &company,
	  { .mode = MODE_HW, .dispatcher = DISPATCHER_NO },
	  NULL },
	{ "among others, not asked", &both, { .mode = MODE_DRV }, "already" },
	{ "among others", &both, { .mode = MODE_DRV, .replace = true }, NULL },
	{ "among others, now alone",
	  &both,
	  { .mode = MODE_DRV, .replace = true, .dispatcher = DISPATCHER_NO },
	  "'dispatcher: no'" },
};

static void check(const char *name, int err, int wanted, const char *why,
		  const char *reason)
{
	if (err != (reason ? wanted : 0))
		fail_msg("%s: %d, %s", name, err, why);
	if (reason && !strstr(why, reason))
		fail_msg("%s: \"%s\" does not tell \"%s\"", name, why, reason);
}

static void test_who_is_let_in(void **state)
{
	char why[XDP_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		const struct request_case *c = &requests[i];

		*why = 0;
		check(c->name,
		      xdp_occupant_check(c->occupant, &c->request, why,
					 sizeof(why)),
		      -EBUSY, why, c->why);
	}
}

static const struct mode_case {
	const struct xdp_occupant *occupant;
	enum mode mode;
	const char *why;
} modes[] = {
	{ &nobody, MODE_DRV, NULL },
	{ &nobody, MODE_SKB, NULL },
	{ &udplb, MODE_HW, NULL },
	{ &udplb, MODE_DRV, NULL },
	{ &udplb, MODE_SKB, "udplb runs in mode drv (program id 7)" },
	{ &company, MODE_HW, NULL },
	{ &company, MODE_DRV, "'xdp_filter' is attached in mode skb" },
	{ &company, MODE_SKB, NULL },
	{ &both, MODE_DRV, NULL },
	{ &both, MODE_SKB, "udplb runs in mode drv" },
};

static void test_in_which_mode(void **state)
{
	char why[XDP_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		*why = 0;
		check(modes[i].occupant->name,
		      xdp_occupant_check_mode(modes[i].occupant, modes[i].mode,
					      why, sizeof(why)),
		      -EEXIST, why, modes[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_let_in),
		cmocka_unit_test(test_in_which_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
