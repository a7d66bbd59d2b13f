/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <cmocka.h>

#include "reference.h"
#include "trial.h"

/* Where a spraying service sent the packet, as its counters tell. */
static uint32_t find_sprayed(const struct fixture *f,
			     const struct engine_counters *before,
			     const struct engine_counters *after)
{
	for (uint32_t i = 0; i < f->n_backends; i++)
		if (after->backends[i].packets != before->backends[i].packets)
			return i;
	if (after->reasons[LB_REASON_NO_BACKEND].packets !=
	    before->reasons[LB_REASON_NO_BACKEND].packets)
		return 0;
	return REFERENCE_ANY;
}

static bool check(struct trial *t, size_t nth_engine, const uint8_t *frame,
		  size_t length, bool sound)
{
	static struct engine_counters counters;
	struct engine_counters *totals = &t->totals[nth_engine];
	const struct fixture *f = &t->world.fixture;
	struct engine *e = engines[nth_engine];
	struct engine_outcome got;
	struct expectation want;
	bool same;
	int err;

	err = e->run(e, frame, length, &got);
	err = err ?: e->counters(e, &counters);
	if (err) {
		harness_print_failure(e, err);
		return false;
	}
	reference_run(f, frame, length, find_sprayed(f, totals, &counters),
		      &want);
	t->seen[want.reason]++;
	same = harness_compare(&want, &got);
	same &= harness_count(&want, length, totals, &counters, f->n_backends);
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
	bool same = true;

	for (size_t i = 0; same && engines[i]; i++)
		if (length >= engines[i]->length_min)
			same = check(t, i, frame, length, sound);
	if (!same)
		harness_print_frame("The packet was", frame, length);
	return same;
}

size_t trial_frame(uint8_t *frame, bool sound)
{
	struct packet p = PACKET();
	size_t length;

	world_packet(&p);
	length = packet_build(&p, frame);
	return sound ? length : world_mutate(frame, length);
}

int trial_open(struct trial *t)
{
	int err = 0;

	memset(t->totals, 0, sizeof(t->totals));
	world_create(&t->world);
	for (struct engine *const *e = engines; !err && *e; e++)
		err = (*e)->open(*e, &t->world.fixture);
	return err;
}

void trial_close(void)
{
	for (struct engine *const *e = engines; *e; e++)
		(*e)->close(*e);
}
