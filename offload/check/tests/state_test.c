/* SPDX-License-Identifier: GPL-2.0-only */
/* Which states of a path are as good as one that was followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "offload/check/state.h"

/* A state covers another only if it knows less, or the same. */
static void states_cover(void **state)
{
	struct nfp_state *a = nfp_state_new(), *b;

	(void)state;
	assert_non_null(a);
	a->frame[0]->reg[1] = nfp_reg_scalar(nfp_scalar_loaded(2));
	b = nfp_state_copy(a);
	assert_non_null(b);
	assert_true(nfp_state_covers(a, b));
	b->frame[0]->reg[1] = nfp_reg_scalar(nfp_scalar_const(7));
	assert_true(nfp_state_covers(a, b));
	assert_false(nfp_state_covers(b, a));
	/* R1 = R2 on one side only. */
	a->frame[0]->reg[1].id = a->frame[0]->reg[2].id = 4;
	a->frame[0]->reg[2].kind = NFP_SCALAR;
	assert_false(nfp_state_covers(a, b));
	/* An unread byte of the stack does not matter, a spilled one does. */
	a->frame[0]->reg[1].id = a->frame[0]->reg[2].id = 0;
	a->frame[0]->reg[2].kind = NFP_UNSET;
	b->frame[0]->byte[504] = NFP_BYTE_SET;
	assert_true(nfp_state_covers(a, b));
	a->frame[0]->byte[504] = NFP_BYTE_SPILL;
	assert_false(nfp_state_covers(a, b));
	nfp_state_free(a);
	nfp_state_free(b);
}

/* What nobody asked of a state may differ; what somebody did may not. */
static void unneeded_is_forgotten(void **state)
{
	struct nfp_state *a = nfp_state_new(), *b;
	struct nfp_uses uses = { 0 };
	struct nfp_reg *reg;

	(void)state;
	assert_non_null(a);
	reg = a->frame[0]->reg;
	for (int i = 1; i <= 3; i++)
		reg[i] = nfp_reg_scalar(nfp_scalar_const(7));
	a->frame[0]->byte[0] = a->frame[0]->byte[8] = NFP_BYTE_ZERO;
	assert_int_equal(nfp_state_renew_uses(a, &uses), 0);
	b = nfp_state_copy(a);
	assert_non_null(b);
	assert_int_equal(nfp_state_renew_uses(b, &uses), 0);
	/* Of R1 and the second slot only what they are, of R2 the number. */
	nfp_use_need(b->frame[0]->reg[1].use, NFP_NEED_KIND);
	nfp_use_need(b->frame[0]->spill[1].use, NFP_NEED_KIND);
	reg = b->frame[0]->reg;
	nfp_use_need(nfp_use_join(&uses, reg[1].use, reg[2].use),
		     NFP_NEED_KIND);
	nfp_use_need(nfp_use_join(&uses, NULL, reg[2].use), NFP_NEED_NUMBER);
	nfp_state_forget_unneeded(a);

	reg[1] = reg[3] = nfp_reg_scalar(nfp_scalar_const(8));
	reg[3].kind = NFP_CTX;
	b->frame[0]->byte[0] = NFP_BYTE_SPILL;
	b->frame[0]->byte[8] = NFP_BYTE_SPILL;
	b->frame[0]->spill[1].kind = NFP_SCALAR;
	assert_true(nfp_state_covers(a, b));
	b->frame[0]->spill[1].kind = NFP_PACKET;
	assert_false(nfp_state_covers(a, b));
	b->frame[0]->byte[8] = NFP_BYTE_ZERO;
	reg[1].kind = NFP_CTX;
	assert_false(nfp_state_covers(a, b));
	reg[1].kind = NFP_SCALAR;
	reg[2].s = nfp_scalar_const(8);
	assert_false(nfp_state_covers(a, b));
	nfp_state_free(a);
	nfp_state_free(b);
	nfp_uses_free(&uses);
}

/* A path that ends at a checkpoint needs what the checkpoint's paths needed. */
static void needs_are_passed_on(void **state)
{
	struct nfp_state *seen = nfp_state_new(), *now = nfp_state_new();
	struct nfp_uses uses = { 0 };

	(void)state;
	assert_non_null(seen);
	assert_non_null(now);
	for (int i = 1; i <= 2; i++)
		seen->frame[0]->reg[i] = now->frame[0]->reg[i] =
			nfp_reg_scalar(nfp_scalar_const(7));
	assert_int_equal(nfp_state_renew_uses(seen, &uses), 0);
	assert_int_equal(nfp_state_renew_uses(now, &uses), 0);
	nfp_use_need(seen->frame[0]->reg[2].use, NFP_NEED_NUMBER);
	nfp_state_need_alike(now, seen);
	assert_int_equal(now->frame[0]->reg[1].use->need, NFP_NEED_NOTHING);
	assert_int_equal(now->frame[0]->reg[2].use->need, NFP_NEED_NUMBER);
	nfp_state_free(seen);
	nfp_state_free(now);
	nfp_uses_free(&uses);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_cover),
		cmocka_unit_test(unneeded_is_forgotten),
		cmocka_unit_test(needs_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
