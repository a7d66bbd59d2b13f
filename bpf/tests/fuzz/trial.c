/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <cmocka.h>

#include "bpf/tests/reference/reference.h"
#include "trial.h"
#include "world_packet.h"

/* What is loaded now; the engines are as global. */
static const struct fixture *opened;

/* What one engine has done with the packet. */
struct result {
	const struct engine_outcome *got;
	const struct engine_counters *before, *after;
};

static bool has_counted(const struct result *r, const struct expectation *want)
{
	if (r->after->reasons[LB_COUNT_NOT_TOLD].packets !=
	    r->before->reasons[LB_COUNT_NOT_TOLD].packets + want->not_told)
		return false;
	if (want->reason == LB_REASON_FORWARDED)
		return r->after->backends[want->backend].packets !=
		       r->before->backends[want->backend].packets;
	return r->after->reasons[want->reason].packets !=
	       r->before->reasons[want->reason].packets;
}

static bool is_expected(const struct result *r, const struct expectation *want)
{
	return has_counted(r, want) &&
	       r->got->action == harness_action(want->reason) &&
	       r->got->length == want->length &&
	       !memcmp(r->got->frame, want->frame, want->length);
}

/* A spraying service may have taken any of its backends, or none. */
static void expect(const struct fixture *f, const uint8_t *frame, size_t length,
		   const struct result *r, struct expectation *want)
{
	if (!reference_run(f, frame, length, REFERENCE_ANY, want))
		return;
	for (uint32_t i = 0; i < f->n_backends && !is_expected(r, want); i++)
		reference_run(f, frame, length, i, want);
}

/* Of spraying services each engine makes its own choice. */
static void recall(struct trial *t, size_t nth_engine)
{
	struct fragments *fragments = &t->fragments[nth_engine];

	t->world.fixture.fragments = fragments->list;
	t->world.fixture.n_fragments = fragments->n;
}

static bool check(struct trial *t, size_t nth_engine, const uint8_t *frame,
		  size_t length, bool sound, struct expectation *want)
{
	static struct engine_counters counters;
	static struct engine_outcome got;
	struct engine_counters *totals = &t->totals[nth_engine];
	const struct fixture *f = &t->world.fixture;
	struct engine *e = engines[nth_engine];
	struct result r = { &got, totals, &counters };
	bool same;
	int err;

	err = e->run(e, frame, length, &got);
	err = err ?: e->counters(e, &counters);
	if (err) {
		harness_print_failure(e, err);
		return false;
	}
	recall(t, nth_engine);
	expect(f, frame, length, &r, want);
	harness_note(&t->fragments[nth_engine], want);
	t->seen[want->reason]++;
	t->seen[LB_COUNT_FLOWS_FULL] += want->flows_full;
	t->seen[LB_COUNT_FRAGMENTS_FOLLOWED] += want->followed;
	t->seen[LB_COUNT_FRAGMENTS_FIRST] += want->note == FRAGMENT_NEW;
	t->seen[LB_COUNT_NOT_TOLD] += want->not_told;
	same = harness_compare(want, &got);
	same &= harness_count(want, length, totals, &counters, f->n_backends);
	same &= harness_flows(e, f, want);
	if (sound && got.action == XDP_TX && !packet_verify(got.frame)) {
		print_error("wrong checksum\n");
		same = false;
	}
	if (!same)
		print_error("%s: not as expected\n", e->name);
	return same;
}

bool trial_run(struct trial *t, const uint8_t *frame, size_t length, bool sound)
{
	static struct expectation want;
	bool same = true, ran = false;

	for (size_t i = 0; same && engines[i]; i++)
		if (length >= engines[i]->length_min &&
		    engine_can_open(engines[i], opened)) {
			same = check(t, i, frame, length, sound, &want);
			ran = true;
		}
	if (ran)
		world_keep_flows(&t->world, want.flows, want.n_flows);
	if (!same)
		harness_print_frame("The packet was", frame, length);
	return same;
}

size_t trial_frame(uint8_t *frame, bool sound)
{
	size_t length = world_packet(opened, frame);

	return sound ? length : world_packet_mutate(frame, length);
}

/*
 * What the engines can do without: some have one program only, and sit out the
 * worlds that are not for it.
 */
static uint32_t choose_features(void)
{
	uint32_t lacks = 0;

	for (struct engine *const *e = engines; *e; e++) {
		if ((*e)->whole && world_random(2))
			return (*e)->lacks;
		if (!(*e)->whole)
			lacks |= (*e)->lacks;
	}
	return world_features() | lacks;
}

int trial_open(struct trial *t)
{
	const struct fixture *f = &t->world.fixture;
	int err = 0;

	memset(t->totals, 0, sizeof(t->totals));
	for (size_t i = 0; i < ENGINES_MAX; i++)
		t->fragments[i].n = 0;
	world_create(&t->world, choose_features());
	opened = f;
	for (struct engine *const *e = engines; !err && *e; e++)
		if (engine_can_open(*e, f))
			err = (*e)->open(*e, f);
	return err;
}

void trial_close(void)
{
	for (struct engine *const *e = engines; *e; e++)
		if (engine_can_open(*e, opened))
			(*e)->close(*e);
}
