/* SPDX-License-Identifier: GPL-2.0-only */
#include "matrix.h"

#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packets.h"
#include "traffic.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Slots as the daemon chooses them for 16 backends. */
#define SLOTS	 4096
#define BACKENDS 16
#define MANY	 1000

struct mode {
	const char *name;
	enum lb_balance balance;
	enum lb_forward forward;
	bool ipv6, filtered, sticky;
	bool few; /* services only: what 1,000 take is too much for all */
};

#define MODE(mode, balance_, forward_, ...)                                    \
	{                                                                      \
		.name = mode, .balance = LB_BALANCE_##balance_,                \
		.forward = LB_FORWARD_##forward_, __VA_ARGS__                  \
	}

static const struct mode modes[] = {
	MODE("flow+nat", FLOW, NAT),
	MODE("flow+snat", FLOW, SNAT),
	MODE("flow+dsr", FLOW, DSR),
	MODE("source+nat", SOURCE, NAT),
	MODE("source+snat", SOURCE, SNAT),
	MODE("source+dsr", SOURCE, DSR),
	MODE("packet+nat", PACKET, NAT),
	MODE("packet+snat", PACKET, SNAT),
	MODE("packet+dsr", PACKET, DSR),
	MODE("flow+ipip", FLOW, IPIP),
	MODE("flow+gue", FLOW, GUE, .few = true),
	MODE("quic+nat", QUIC, NAT, .few = true),
	MODE("flow+nat, filtered", FLOW, NAT, .filtered = true, .few = true),
	MODE("flow+nat, sticky", FLOW, NAT, .sticky = true, .few = true),
	MODE("flow+nat, IPv6", FLOW, NAT, .ipv6 = true),
	MODE("flow+snat, IPv6", FLOW, SNAT, .ipv6 = true, .few = true),
	MODE("flow+dsr, IPv6", FLOW, DSR, .ipv6 = true, .few = true),
	MODE("flow+ipip, IPv6", FLOW, IPIP, .ipv6 = true, .few = true),
	MODE("flow+gue, IPv6", FLOW, GUE, .ipv6 = true, .few = true),
};

static struct target_shape shape_of(const struct mode *mode, uint32_t services)
{
	return (struct target_shape){
		.services = services,
		.slots = SLOTS,
		.backends = BACKENDS,
		.balance = mode->balance,
		.forward = mode->forward,
		.ipv6 = mode->ipv6,
		.filtered = mode->filtered,
		.sticky = mode->sticky,
	};
}

static bool is_same(const struct target_shape *a, const struct target_shape *b)
{
	return a->services == b->services && a->balance == b->balance &&
	       a->forward == b->forward && a->ipv6 == b->ipv6 &&
	       a->filtered == b->filtered && a->strict == b->strict &&
	       a->sticky == b->sticky && a->features == b->features;
}

static struct matrix_target *target_for(struct matrix *x, const char *object,
					const struct target_shape *shape)
{
	struct matrix_target *t;

	for (size_t i = 0; i < x->n_targets; i++) {
		t = &x->targets[i];
		if (t->object == object && is_same(&t->shape, shape))
			return t;
	}
	if (x->n_targets == MATRIX_TARGETS_MAX)
		abort();
	t = &x->targets[x->n_targets++];
	t->object = object;
	t->shape = *shape;
	return t;
}

/* What is not wanted is written to the place after the last. */
static struct measurement *add(struct matrix *x, const char *group,
			       const char *name, const char *object,
			       const struct target_shape *shape)
{
	struct measurement *m = &x->list[x->n];

	if (x->n == MATRIX_MAX - 1)
		abort();
	free(m->readings);
	*m = (struct measurement){
		.group = group,
		.name = name,
		.action = XDP_TX,
		.flows = 1,
		.vips = 1,
		.length = PACKETS_SHORT,
		.restore = shape->ipv6 ? 64 : TRAFFIC_SHORT,
		.readings = calloc(x->rounds, sizeof(*m->readings)),
	};
	if (!m->readings)
		exit(1);
	if (!x->wanted || strstr(name, x->wanted)) {
		m->of = target_for(x, object, shape);
		x->n++;
	}
	return m;
}

/* Packets that all are forwarded, of so many flows to so many services. */
static void add_mode(struct matrix *x, const char *group, const char *object,
		     const struct mode *mode, const struct measurement *how)
{
	struct target_shape shape = shape_of(mode, how->vips);
	struct measurement *m = add(x, group, mode->name, object, &shape);

	m->flows = how->flows;
	m->vips = how->vips;
	m->timed = how->timed;
	m->length = how->length ?: PACKETS_SHORT;
	m->grown = packets_grown(mode->forward);
	packets_question(mode->ipv6, mode->balance, m->frame, m->length);
}

static const struct measurement hows[] = {
	{ .flows = 1, .vips = 1 },
	{ .flows = 1000, .vips = 1 },
	{ .flows = 100000, .vips = 1 },
	{ .flows = 1000000, .vips = 1 },
	{ .flows = 1, .vips = 1, .timed = true },
	{ .flows = 100000, .vips = 1, .timed = true },
	{ .flows = 100000, .vips = MANY },
	{ .flows = 100000, .vips = MANY, .timed = true },
};

static void add_modes(struct matrix *x, const char *object)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		for (size_t h = 0; h < (x->quick ? 4 : COUNT(hows)); h++)
			if (hows[h].vips == 1 || !modes[i].few)
				add_mode(x, "modes", object, &modes[i],
					 &hows[h]);
}

static void add_sizes(struct matrix *x, const char *object)
{
	static const uint16_t lengths[] = { 64, 280, 1400 };
	static const struct mode sized[] = {
		MODE("flow+nat", FLOW, NAT),
		MODE("flow+dsr", FLOW, DSR),
		MODE("flow+ipip", FLOW, IPIP),
		MODE("flow+gue", FLOW, GUE),
		MODE("quic+nat", QUIC, NAT),
		MODE("flow+nat, IPv6", FLOW, NAT, .ipv6 = true),
	};

	for (size_t i = 0; i < COUNT(sized); i++)
		for (size_t l = 0; l < COUNT(lengths); l++) {
			const struct measurement how = {
				.flows = 100000,
				.vips = 1,
				.length = lengths[l],
			};

			add_mode(x, "sizes", object, &sized[i], &how);
		}
}

static void add_kind(struct matrix *x, const char *object,
		     const struct packet_kind *kind, uint32_t services,
		     bool timed)
{
	const struct target_shape shape = {
		.services = services,
		.slots = SLOTS,
		.backends = BACKENDS,
		.balance = kind->balance,
		.forward = kind->forward,
		.ipv6 = kind->ipv6,
		.filtered = kind->filtered,
		.strict = kind->strict,
	};
	struct measurement *m = add(x, "kinds", kind->name, object, &shape);

	m->timed = timed;
	m->action = kind->action;
	m->grown = kind->grown;
	m->length = packets_build(kind, m->frame);
	if (m->length == TRAFFIC_HEADER)
		m->restore = TRAFFIC_HEADER;
}

static bool is_default(const struct packet_kind *kind)
{
	return kind->balance == LB_BALANCE_FLOW &&
	       kind->forward == LB_FORWARD_NAT && !kind->ipv6 &&
	       !kind->filtered && !kind->strict;
}

static void add_kinds(struct matrix *x, const char *object)
{
	for (size_t i = 0; i < packet_kinds_count; i++) {
		const struct packet_kind *kind = &packet_kinds[i];

		add_kind(x, object, kind, 1, false);
		if (x->quick)
			continue;
		add_kind(x, object, kind, 1, true);
		if (is_default(kind))
			add_kind(x, object, kind, MANY, false);
	}
}

/* The same packets, with everything switched on that is not needed. */
static void add_everything(struct matrix *x, const char *object)
{
	struct target_shape shape = shape_of(&modes[0], 1);

	shape.features = LB_FEATURES_ALL;
	for (size_t h = 0; h < 4; h++) {
		struct measurement *m =
			add(x, "all features", "flow+nat", object, &shape);

		m->flows = hows[h].flows;
		packets_question(false, LB_BALANCE_FLOW, m->frame, m->length);
	}
}

int matrix_add(struct matrix *x, const char *object)
{
	size_t first = x->n_targets;
	int err = 0;

	add_modes(x, object);
	add_kinds(x, object);
	add_everything(x, object);
	if (!x->quick)
		add_sizes(x, object);
	for (size_t i = first; !err && i < x->n_targets; i++)
		err = target_open(&x->targets[i].target, object,
				  &x->targets[i].shape);
	return err;
}

void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i <= matrix->n; i++)
		free(matrix->list[i].readings);
	for (size_t i = 0; i < matrix->n_targets; i++)
		target_close(matrix->targets[i].target);
	matrix->n = matrix->n_targets = 0;
}
