/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Make before break.  At every moment, each port of each VIP, and each endpoint
 * of a backend, has its old value or its new one: what does not change is found
 * all the time, and as it is.  And whatever can be found leads to something
 * that is there.  So what others point to comes first, in this order:
 *
 *   backends that have a MAC -> rows of replies -> their buckets -> slots ->
 *   prefixes, filters, quic_ids, quic_configs, tunnels -> rows of services ->
 *   their buckets
 *
 * (a backend that gets packets may answer at once, and its answers have to be
 * known by then) and what nothing points to any more goes in the opposite
 * order: buckets that become empty, rows, ..., slots of no service, backends
 * without a MAC.
 *
 * A bucket and the rows behind it say the same in two places, of which the
 * bucket tells which one counts:
 *
 *   alone -> asked  The rows are there, of the old endpoint as well, before the
 *                   bucket says to look for them.
 *   asked -> alone  The rows still are there until after all buckets are
 *                   written, with the values that they had: "to" has no rows of
 *                   a bucket that is alone, so none is changed.
 *   asked -> asked  New ask bits before new rows, old rows go after old bits.
 *
 * The kernel replaces a row of a HASH at once, but copies an entry of an ARRAY
 * byte by byte while packets read it.  A bucket whose address comes, goes or
 * changes could be seen with the address of one and the service of another.  So
 * it is first made one that asks, which is one aligned word, then written while
 * nobody looks at the rest, then made one that answers, again one word.
 * (Asking in vain is harmless: where the bucket was alone or empty before, the
 * rows of what stays in it are there already.)
 *
 * That would not stand a repetition from the start: with rows gone, a bucket
 * that answers must not be made to ask once more.  So a repetition goes on.
 *
 * A row of a HASH may find no room, and all else goes on.  Then the row for all
 * ports of that address is not added either, which would answer in its place;
 * and a bucket that answers alone, whose very row it is, goes on alone: what it
 * has would be lost for the sake of others.  (If that row for all ports is
 * there already, the port stays with it.)  "to" is changed to say so, and so
 * the next difference tries it again.
 *
 * Not covered: a service whose own ring moves while its VIP stays, and a packet
 * that reads a bucket, and the row only after the several system calls that lie
 * between the two writes.
 */
#include <string.h>

#include "tables/refused.h"
#include "tables/view.h"

struct diff {
	const struct tables *from;
	struct tables *to;
	tables_emit_fn emit;
	void *arg;
	size_t n; /* emitted, those of earlier calls too */
};

static int emit(struct diff *d, enum plan_map map, const void *key,
		const void *value)
{
	const struct tables_op op = { map, key, value };
	int err;

	if (d->n++ < d->to->written)
		return 0;
	err = d->emit(d->arg, &op);
	if (!err)
		d->to->written++;
	return err;
}

/* A row that finds no room does not stay. */
static int emit_new_row(struct diff *d, enum plan_map map, const uint8_t *row,
			const struct tables_view *to, bool *stays)
{
	int err = d->to->refused.err; /* of its ports */

	if (!refused_hides(d->to, map, row)) {
		err = emit(d, map, row, row + to->key_size);
		if (!refused_is_room(err))
			return err;
		d->n--; /* from now on it is none of them */
	}
	*stays = false;
	return refused_note(d->to, map, row, to->size, err);
}

static void move_row(const struct tables_view *rows, size_t from, size_t to)
{
	uint8_t *first = (uint8_t *)rows->first;

	if (from != to)
		memcpy(first + to * rows->size, first + from * rows->size,
		       rows->size);
}

/* What lies from there up to "kept" is no row any more. */
static void close_gap(struct tables *t, enum plan_map map,
		      const struct tables_view *rows, size_t from, size_t kept)
{
	uint8_t *first = (uint8_t *)rows->first;

	if (from == kept)
		return;
	memmove(first + from * rows->size, first + kept * rows->size,
		(rows->n - kept) * rows->size);
	tables_view_cut(t, map, rows->n - (kept - from));
}

/*
 * An address' row for all ports comes before those of its ports: so it is the
 * last to change and the first to go, and answers for none of them meanwhile.
 */
static int emit_changed_rows(struct diff *d, enum plan_map map)
{
	const struct tables_view from = tables_view(d->from, map);
	const struct tables_view to = tables_view(d->to, map);
	size_t end = from.n, i = to.n, kept;
	int err = 0;

	kept = i;
	while (i) {
		const uint8_t *row = tables_view_at(&to, i - 1);
		const uint8_t *old = tables_view_find_back(&from, &end, row);
		bool stays = true;

		if (!old)
			err = emit_new_row(d, map, row, &to, &stays);
		else if (memcmp(old, row, to.size) != 0)
			err = emit(d, map, row, row + to.key_size);
		if (err)
			break;
		i--;
		if (stays)
			move_row(&to, i, --kept);
	}
	close_gap(d->to, map, &to, i, kept);
	return err;
}

static int emit_gone_rows(struct diff *d, enum plan_map map)
{
	const struct tables_view from = tables_view(d->from, map);
	const struct tables_view to = tables_view(d->to, map);
	size_t at = 0;
	int err = 0;

	for (size_t i = 0; !err && i < from.n; i++) {
		const uint8_t *row = tables_view_at(&from, i);

		if (!tables_view_find(&to, &at, row))
			err = emit(d, map, row, NULL);
	}
	return err;
}

enum which { THERE, GONE };

static bool is(const void *entry, size_t size, enum which which)
{
	static const uint8_t zero[64];

	return (memcmp(entry, zero, size) != 0) == (which == THERE);
}

/* The entries of an ARRAY that differ, and now are there or gone. */
static int emit_entries(struct diff *d, enum plan_map map, enum which which)
{
	const struct tables_view from = tables_view(d->from, map);
	const struct tables_view to = tables_view(d->to, map);
	size_t n = from.n > to.n ? from.n : to.n;
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++) {
		const void *old = tables_view_at(&from, i),
			   *new = tables_view_at(&to, i);

		if (memcmp(old, new, to.size) != 0 && is(new, to.size, which))
			err = emit(d, map, &i, new);
	}
	return err;
}

/* Room for one of either kind. */
struct bucket {
	uint8_t bytes[64];
};

static uint32_t get_ask(enum plan_map map, const void *bucket)
{
	if (map == PLAN_VIPS)
		return lb_ask(((const struct lb_vip *)bucket)->service.shape);
	return ((const struct lb_host *)bucket)->ask & LB_ASK_ANY;
}

/* The same bucket, but for what it asks. */
static void set_ask(enum plan_map map, struct bucket *out, const void *bucket,
		    size_t size, uint32_t ask)
{
	memcpy(out->bytes, bucket, size);
	if (map == PLAN_VIPS) {
		size_t at = offsetof(struct lb_vip, service.shape);
		uint32_t shape = ((const struct lb_vip *)bucket)->service.shape;

		shape &= ~LB_SHAPE_ASK;
		shape |= ask << LB_SHAPE_ASK_SHIFT;
		memcpy(out->bytes + at, &shape, sizeof(shape));
	} else {
		size_t at = offsetof(struct lb_host, ask);
		uint16_t short_ask = (uint16_t)ask;

		memcpy(out->bytes + at, &short_ask, sizeof(short_ask));
	}
}

static bool asks_on(enum plan_map map, const void *old, const void *new)
{
	return get_ask(map, old) && get_ask(map, new);
}

/* Buckets that ask, and will: from now on for what is new as well. */
static int emit_asks(struct diff *d, enum plan_map map)
{
	const struct tables_view from = tables_view(d->from, map);
	const struct tables_view to = tables_view(d->to, map);
	struct bucket wider;
	int err = 0;

	for (uint32_t i = 0; !err && i < from.n; i++) {
		const void *old = tables_view_at(&from, i);
		const void *new = tables_view_at(&to, i);

		if (!asks_on(map, old, new))
			continue;
		set_ask(map, &wider, old, to.size,
			get_ask(map, old) | get_ask(map, new));
		if (memcmp(old, &wider, to.size) != 0)
			err = emit(d, map, &i, &wider);
	}
	return err;
}

/* In three steps, of which those that change nothing are left out. */
static int emit_bucket(struct diff *d, enum plan_map map, uint32_t index,
		       const void *old, const void *new, size_t size)
{
	uint32_t ask = get_ask(map, old) | get_ask(map, new);
	struct bucket ask_old, ask_new;
	int err = 0;

	set_ask(map, &ask_old, old, size, ask ? ask : LB_ASK_PORT);
	set_ask(map, &ask_new, new, size, ask ? ask : LB_ASK_PORT);
	if (!asks_on(map, old, new) && memcmp(old, &ask_old, size) != 0)
		err = emit(d, map, &index, &ask_old);
	if (!err && memcmp(&ask_old, &ask_new, size) != 0)
		err = emit(d, map, &index, &ask_new);
	if (!err && memcmp(&ask_new, new, size) != 0)
		err = emit(d, map, &index, new);
	return err;
}

/* Both kinds of buckets begin with the address. */
static bool needs_steps(enum plan_map map, const void *old, const void *new)
{
	return get_ask(map, old) || get_ask(map, new) ||
	       memcmp(old, new, sizeof(((struct lb_vip *)0)->address)) != 0;
}

/* Asking, it would lose what it answers alone now: then it does not ask. */
static void hold_bucket(struct diff *d, enum plan_map map, const void *old,
			void *new, size_t size)
{
	struct bucket held;

	if (d->to->refused.n && is(old, size, THERE) && !get_ask(map, old) &&
	    get_ask(map, new) && refused_holds(d->to, map, old, &held))
		memcpy(new, &held, size);
}

static int emit_buckets(struct diff *d, enum plan_map map, enum which which)
{
	const struct tables_view from = tables_view(d->from, map);
	const struct tables_view to = tables_view(d->to, map);
	bool in_use = d->from->plan != NULL;
	int err = 0;

	for (uint32_t i = 0; !err && i < to.n; i++) {
		const void *old = tables_view_at(&from, i);
		void *new = (void *)tables_view_at(&to, i);

		hold_bucket(d, map, old, new, to.size);
		if (!memcmp(old, new, to.size) || !is(new, to.size, which))
			continue;
		if (in_use && needs_steps(map, old, new))
			err = emit_bucket(d, map, i, old, new, to.size);
		else
			err = emit(d, map, &i, new);
	}
	return err;
}

static size_t n_lengths(const struct tables_view *view, size_t first)
{
	size_t n = 0;

	while (n < LB_FILTER_LENGTHS &&
	       ((const struct lb_filter *)tables_view_at(view, first + n))
		       ->length)
		n++;
	return n;
}

/*
 * A list that becomes longer is written from its end, else from its start: so
 * what moves within it is there twice for a moment, rather than not at all.
 */
static int emit_filter(struct diff *d, size_t service)
{
	const struct tables_view from = tables_view(d->from, PLAN_FILTERS);
	const struct tables_view to = tables_view(d->to, PLAN_FILTERS);
	const size_t first = service * LB_FILTER_LENGTHS;
	const size_t n = n_lengths(&to, first);
	const bool grows = n > n_lengths(&from, first);
	int err = 0;

	for (size_t i = 0; !err && i < n; i++) {
		uint32_t at = (uint32_t)(first + (grows ? n - 1 - i : i));
		const void *old = tables_view_at(&from, at),
			   *new = tables_view_at(&to, at);

		if (memcmp(old, new, to.size) != 0)
			err = emit(d, PLAN_FILTERS, &at, new);
	}
	return err;
}

static int emit_filters(struct diff *d)
{
	int err = 0;

	for (size_t i = 0; !err && i < d->to->plan->n_services; i++)
		err = emit_filter(d, i);
	return err;
}

/* The slots of some tables, to be read in order. */
struct reader {
	const struct tables *t;
	size_t service;
};

static uint32_t slot_at(struct reader *r, uint32_t slot)
{
	const struct plan *plan = r->t->plan;

	for (; plan && r->service < plan->n_services; r->service++) {
		const struct plan_service *s = &plan->services[r->service];

		if (slot < s->ring_base + s->ring_size)
			return r->t->rings[r->service]
				->slots[slot - s->ring_base];
	}
	return LB_NO_BACKEND;
}

static int emit_ring(struct diff *d, struct reader *from, size_t service)
{
	const struct plan_service *s = &d->to->plan->services[service];
	const uint32_t *slots = d->to->rings[service]->slots;
	int err = 0;

	for (uint32_t i = 0; !err && i < s->ring_size; i++) {
		uint32_t slot = s->ring_base + i;

		if (slots[i] != slot_at(from, slot))
			err = emit(d, PLAN_RING, &slot, &slots[i]);
	}
	return err;
}

/* The same slots, and where they were. */
static bool is_shared(const struct diff *d, size_t service)
{
	const struct plan *from = d->from->plan, *to = d->to->plan;

	return from && service < from->n_services &&
	       d->from->rings[service] == d->to->rings[service] &&
	       from->services[service].ring_base ==
		       to->services[service].ring_base;
}

static int emit_slots(struct diff *d)
{
	struct reader from = { d->from, 0 };
	int err = 0;

	for (size_t i = 0; !err && i < d->to->plan->n_services; i++)
		if (!is_shared(d, i))
			err = emit_ring(d, &from, i);
	return err;
}

/* Those behind the last service. */
static int emit_gone_slots(struct diff *d)
{
	const struct plan *plan = d->from->plan;
	const uint32_t none = LB_NO_BACKEND, end = plan ? plan->sizes.ring : 0;
	struct reader from = { d->from, 0 };
	int err = 0;

	for (uint32_t i = d->to->plan->sizes.ring; !err && i < end; i++)
		if (slot_at(&from, i) != LB_NO_BACKEND)
			err = emit(d, PLAN_RING, &i, &none);
	return err;
}

/* The backends that differ and, now, have a MAC or have none. */
static int emit_backends(struct diff *d, enum which which)
{
	const struct tables_view from = tables_view(d->from, PLAN_BACKENDS);
	const struct tables_view to = tables_view(d->to, PLAN_BACKENDS);
	int err = 0;

	for (uint32_t i = 0; !err && (i < from.n || i < to.n); i++) {
		const struct lb_target *old = tables_view_at(&from, i);
		const struct lb_target *new = tables_view_at(&to, i);

		if (is(new->mac, MAC_LEN, which) &&
		    memcmp(old, new, sizeof(*new)) != 0)
			err = emit(d, PLAN_BACKENDS, &i, new);
	}
	return err;
}

static int make_all(struct diff *d)
{
	int err = emit_backends(d, THERE);

	err = err ?: emit_asks(d, PLAN_HOSTS);
	err = err ?: emit_changed_rows(d, PLAN_REPLIES);
	err = err ?: emit_buckets(d, PLAN_HOSTS, THERE);
	err = err ?: emit_slots(d);
	err = err ?: emit_changed_rows(d, PLAN_PREFIXES);
	err = err ?: emit_filters(d);
	err = err ?: emit_changed_rows(d, PLAN_QUIC_IDS);
	err = err ?: emit_entries(d, PLAN_QUIC_CONFIGS, THERE);
	err = err ?: emit_entries(d, PLAN_TUNNELS, THERE);
	err = err ?: emit_asks(d, PLAN_VIPS);
	err = err ?: emit_changed_rows(d, PLAN_SERVICES);
	return err ?: emit_buckets(d, PLAN_VIPS, THERE);
}

static int break_all(struct diff *d)
{
	int err = emit_buckets(d, PLAN_VIPS, GONE);

	err = err ?: emit_buckets(d, PLAN_HOSTS, GONE);
	err = err ?: emit_gone_rows(d, PLAN_SERVICES);
	err = err ?: emit_gone_rows(d, PLAN_REPLIES);
	err = err ?: emit_entries(d, PLAN_TUNNELS, GONE);
	err = err ?: emit_entries(d, PLAN_QUIC_CONFIGS, GONE);
	err = err ?: emit_gone_rows(d, PLAN_QUIC_IDS);
	err = err ?: emit_entries(d, PLAN_FILTERS, GONE);
	err = err ?: emit_gone_rows(d, PLAN_PREFIXES);
	err = err ?: emit_gone_slots(d);
	return err ?: emit_backends(d, GONE);
}

int tables_diff(const struct tables *from, struct tables *to,
		tables_emit_fn emit_one, void *arg)
{
	static const struct tables created;
	struct diff d = { from ? from : &created, to, emit_one, arg, 0 };
	int err = make_all(&d);

	err = err ?: break_all(&d);
	if (!err)
		to->written = 0;
	return err;
}
