/* SPDX-License-Identifier: GPL-2.0-only */
#include "matrix.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packets.h"

static const char *const balances[] = {
	[LB_BALANCE_FLOW] = "flow",
	[LB_BALANCE_SOURCE] = "source",
	[LB_BALANCE_PACKET] = "packet",
};
static const char *const forwards[] = {
	[LB_FORWARD_NAT] = "nat",
	[LB_FORWARD_SNAT] = "snat",
	[LB_FORWARD_DSR] = "dsr",
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What is not wanted is written to the place after the last. */
static struct measurement *add(struct matrix *x, const char *group,
			       const char *name, const struct targets *t,
			       struct target *target, bool timed)
{
	struct measurement *m = &x->list[x->n];

	if (x->n == MATRIX_MAX - 1) {
		fprintf(stderr, "bench-packet: too many measurements\n");
		exit(1);
	}
	if (!x->wanted || strstr(name, x->wanted))
		x->n++;
	else
		free(m->readings);
	*m = (struct measurement){
		.group = group,
		.name = name,
		.object = t->object,
		.target = target,
		.timed = timed,
		.action = XDP_TX,
		.flows = 1,
		.vips = 1,
		.length = PACKET_LENGTH,
		.readings = calloc(x->rounds, sizeof(*m->readings)),
	};
	if (!m->readings)
		exit(1);
	packets_build_service(m->frame, m->length);
	return m;
}

static const uint32_t flow_counts[] = { 1, 1000, 100000, 1000000 };

static void add_modes(struct matrix *x, const struct targets *t,
		      struct target *target, bool timed)
{
	static char names[COUNT(balances)][COUNT(forwards)][32];

	for (size_t i = 0; i < COUNT(balances); i++)
		for (size_t j = 0; j < COUNT(forwards); j++)
			for (size_t f = 0; f < COUNT(flow_counts); f++) {
				struct measurement *m;

				snprintf(names[i][j], sizeof(names[i][j]),
					 "%s+%s", balances[i], forwards[j]);
				m = add(x, "modes", names[i][j], t, target,
					timed);
				m->balance = (enum lb_balance)i;
				m->forward = (enum lb_forward)j;
				m->flows = flow_counts[f];
				m->vips = target_shape(target)->services;
			}
}

static void add_sizes(struct matrix *x, const struct targets *t)
{
	static const uint16_t lengths[] = { 64, 280, 1400 };

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct measurement *m =
			add(x, "sizes", "flow+nat", t, t->one, false);

		m->flows = 100000;
		m->length = lengths[i];
		packets_build_service(m->frame, m->length);
	}
}

static void add_kinds(struct matrix *x, const struct targets *t,
		      struct target *target, bool timed)
{
	for (size_t i = 0; i < packet_kinds_count; i++) {
		const struct packet_kind *kind = &packet_kinds[i];
		struct measurement *m =
			add(x, "kinds", kind->name, t, target, timed);

		m->action = kind->action;
		m->length = (uint16_t)packets_build(kind, m->frame);
	}
}

/* The same packets, with everything switched on that is not needed. */
static void add_everything(struct matrix *x, const struct targets *t)
{
	struct measurement *m;

	for (size_t f = 0; f < COUNT(flow_counts); f++) {
		m = add(x, "all features", "flow+nat", t, t->everything, false);
		m->flows = flow_counts[f];
	}
}

void matrix_add(struct matrix *x, const struct targets *t)
{
	add_modes(x, t, t->one, false);
	add_kinds(x, t, t->one, false);
	add_everything(x, t);
	if (x->quick)
		return;
	add_modes(x, t, t->one, true);
	add_modes(x, t, t->thousand, false);
	add_modes(x, t, t->thousand, true);
	add_kinds(x, t, t->one, true);
	add_kinds(x, t, t->thousand, false);
	add_sizes(x, t);
}

void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->n; i++)
		free(matrix->list[i].readings);
	matrix->n = 0;
}
