/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness.h"
#include "bpf/tests/reference/reference.h"

#define REASON_NAME_(id, name, action, text)   name,
#define REASON_ACTION_(id, name, action, text) XDP_##action,
const char *const harness_counters[] = { LB_REASONS(REASON_NAME_) "flows_full",
					 "fragments_followed",
					 "fragments_first", "not_told" };
static const int reason_actions[] = { LB_REASONS(REASON_ACTION_) };

int harness_action(enum lb_reason reason)
{
	return reason_actions[reason];
}

static const char *action_name(int action)
{
	static const char *const names[] = { "ABORTED", "DROP", "PASS", "TX",
					     "REDIRECT" };

	return action >= 0 && action <= XDP_REDIRECT ? names[action] : "?";
}

static void expect_flows(const struct packet_case *c, struct expectation *want)
{
	const struct fixture *f = c->fixture;

	want->n_flows = c->flows ? c->n_flows : f->n_flows;
	want->flows_full = c->flows_full;
	if (want->n_flows)
		memcpy(want->flows, c->flows ? c->flows : f->flows,
		       want->n_flows * sizeof(*want->flows));
}

void harness_expect(const struct packet_case *c, struct expectation *want)
{
	bool sent = harness_action(c->reason) == XDP_TX;

	expect_flows(c, want);

	want->reason = c->reason;
	want->backend = c->backend;
	want->not_told = c->not_told;
	want->length = packet_build(sent ? &c->out : &c->in, want->frame);
}

void harness_print_frame(const char *title, const uint8_t *frame, size_t length)
{
	char line[16 * 3 + 1];

	print_error("%s, %zu bytes\n", title, length);
	for (size_t i = 0; i < length; i += 16) {
		for (size_t j = 0; j < 16 && i + j < length; j++)
			sprintf(line + j * 3, " %02x", frame[i + j]);
		print_error("  %04zx %s\n", i, line);
	}
}

/* One line of 16 bytes of each, and marks below those that differ. */
static void print_difference(size_t at, const struct expectation *want,
			     const struct engine_outcome *got)
{
	char lines[3][16 * 3 + 1];

	for (size_t j = 0; j < 16; j++) {
		size_t i = at + j;
		bool is_wanted = i < want->length, is_there = i < got->length;
		bool same = is_wanted == is_there &&
			    (!is_there || want->frame[i] == got->frame[i]);

		sprintf(lines[0] + j * 3, is_wanted ? " %02x" : "   ",
			want->frame[i]);
		sprintf(lines[1] + j * 3, is_there ? " %02x" : "   ",
			got->frame[i]);
		sprintf(lines[2] + j * 3, same ? "   " : " ^^");
	}
	print_error(
		"  %04zx expected %s\n       is       %s\n                %s\n",
		at, lines[0], lines[1], lines[2]);
}

static bool compare_frames(const struct expectation *want,
			   const struct engine_outcome *got)
{
	size_t longer = want->length > got->length ? want->length : got->length;
	bool same = want->length == got->length;

	if (!same)
		print_error("length: expected %zu, is %zu\n", want->length,
			    got->length);
	for (size_t i = 0; i + 16 <= PACKET_LENGTH_MAX && i < longer; i += 16) {
		size_t n = longer - i < 16 ? longer - i : 16;

		if (want->length == got->length &&
		    !memcmp(want->frame + i, got->frame + i, n))
			continue;
		print_difference(i, want, got);
		same = false;
	}
	return same;
}

bool harness_compare(const struct expectation *want,
		     const struct engine_outcome *got)
{
	int action = harness_action(want->reason);
	bool same = compare_frames(want, got);

	if (got->action == action)
		return same;
	print_error("verdict: expected %s (%s), is %s\n", action_name(action),
		    harness_counters[want->reason], action_name(got->action));
	return false;
}

static bool compare_counter(const char *kind, const char *name, size_t index,
			    const struct lb_counter *want,
			    const struct lb_counter *got)
{
	if (!memcmp(want, got, sizeof(*want)))
		return true;
	print_error("counter of %s %s%zu: expected %llu packets, %llu bytes; "
		    "is %llu, %llu\n",
		    kind, name, index, want->packets, want->bytes, got->packets,
		    got->bytes);
	return false;
}

bool harness_count(const struct expectation *want, size_t length,
		   struct engine_counters *totals,
		   const struct engine_counters *got, size_t n_backends)
{
	struct lb_counter *counter = &totals->reasons[want->reason];
	bool same = true;

	if (want->reason == LB_REASON_FORWARDED)
		counter = &totals->backends[want->backend];
	counter->packets++;
	counter->bytes += length;
	totals->reasons[LB_COUNT_FLOWS_FULL].packets += want->flows_full;
	totals->reasons[LB_COUNT_FRAGMENTS_FOLLOWED].packets += want->followed;
	totals->reasons[LB_COUNT_FRAGMENTS_FIRST].packets +=
		want->note == FRAGMENT_NEW;
	totals->reasons[LB_COUNT_NOT_TOLD].packets += want->not_told;
	for (size_t i = 0; i < LB_COUNT_END; i++)
		same &= compare_counter("reason", harness_counters[i], i,
					&totals->reasons[i], &got->reasons[i]);
	for (size_t i = 0; i < n_backends; i++)
		same &= compare_counter("backend", "", i, &totals->backends[i],
					&got->backends[i]);
	return same;
}

static void print_flow(const char *title, const struct fixture_flow *flow)
{
	print_error("flow %s: %08x %08x %08x %08x ports %08x of %u: backend "
		    "%u, %llu packets\n",
		    title, flow->client.word[0], flow->client.word[1],
		    flow->client.word[2], flow->client.word[3], flow->ports,
		    flow->sticky, flow->backend,
		    (unsigned long long)flow->packets);
}

/* An engine may have more backends than the tables; see engine_object_open() */
static bool same_backend(uint32_t a, uint32_t b, size_t n_backends)
{
	return a == b || (a >= n_backends && b >= n_backends);
}

static bool same_flow(const struct fixture_flow *a,
		      const struct fixture_flow *b, size_t n_backends)
{
	return a->sticky == b->sticky && a->ports == b->ports &&
	       ipaddr_equal(a->client, b->client) && a->packets == b->packets &&
	       same_backend(a->backend, b->backend, n_backends);
}

struct flows {
	const struct fixture_flow *flow;
	size_t n;
};

/* Prints each that is not in the other list, in which none is twice. */
static bool is_within(const char *title, struct flows list, struct flows other,
		      size_t n_backends)
{
	bool all = true;

	for (size_t i = 0; i < list.n; i++) {
		size_t k = 0;

		while (k < other.n &&
		       !same_flow(&list.flow[i], &other.flow[k], n_backends))
			k++;
		if (k < other.n)
			continue;
		print_flow(title, &list.flow[i]);
		all = false;
	}
	return all;
}

static bool is_sticky(const struct fixture *f)
{
	for (size_t i = 0; i < f->n_services; i++)
		if (f->services[i].sticky)
			return true;
	return f->n_flows > 0;
}

bool harness_flows(struct engine *e, const struct fixture *f,
		   const struct expectation *want)
{
	struct fixture_flow got[FIXTURE_FLOWS_MAX];
	const struct flows wanted = { want->flows, want->n_flows };
	struct flows is = { .flow = got };
	bool same;
	size_t n;
	int err;

	if (!is_sticky(f))
		return true;
	err = e->flows(e, got, &n);
	if (err) {
		print_error("%s: cannot read its flows: %s\n", e->name,
			    strerror(-err));
		return false;
	}
	is.n = n;
	same = is_within("expected", wanted, is, f->n_backends);
	same &= is_within("not expected", is, wanted, f->n_backends);
	return same;
}

static struct fixture_fragment *find_fragment(struct fragments *fragments,
					      const struct fixture_fragment *f)
{
	for (size_t i = 0; i < fragments->n; i++) {
		struct fixture_fragment *at = &fragments->list[i];

		if (at->is6 == f->is6 && at->id == f->id &&
		    ipaddr_equal(at->source, f->source) &&
		    ipaddr_equal(at->destination, f->destination))
			return at;
	}
	return NULL;
}

void harness_note(struct fragments *fragments, const struct expectation *want)
{
	struct fixture_fragment *at;

	if (want->note == FRAGMENT_NOTHING)
		return;
	at = find_fragment(fragments, &want->fragment);
	if (want->note == FRAGMENT_NEW) {
		if (!at && fragments->n == FRAGMENTS_MAX)
			abort();
		at = at ?: &fragments->list[fragments->n++];
		*at = want->fragment;
	} else if (at) {
		*at = fragments->list[--fragments->n];
	}
}

/* A case at work on an engine. */
struct run {
	struct engine *e;
	struct fixture fixture; /* with what its program lacks, and fragments */
	struct fragments fragments;
	struct engine_counters totals;
};

static void start_run(struct run *r, struct engine *e,
		      const struct packet_case *c)
{
	memset(r, 0, sizeof(*r));
	r->e = e;
	r->fixture = *c->fixture;
	r->fixture.without |= e->lacks;
	r->fixture.fragments = r->fragments.list;
}

/* 1: as expected, 0: not, or a negative errno. */
static int step(struct run *r, const uint8_t *frame, size_t length,
		const struct expectation *want)
{
	static struct engine_counters counters;
	static struct engine_outcome got;
	int err;
	bool same;

	err = r->e->run(r->e, frame, length, &got);
	err = err ?: r->e->counters(r->e, &counters);
	if (err)
		return err;
	harness_note(&r->fragments, want);
	r->fixture.n_fragments = r->fragments.n;
	same = harness_compare(want, &got);
	same &= harness_count(want, length, &r->totals, &counters,
			      r->fixture.n_backends);
	same &= harness_flows(r->e, &r->fixture, want);
	return same;
}

/* What came before is as the reference has it. */
static int run_before(struct run *r, const struct packet_case *c)
{
	static struct expectation want;
	uint8_t frame[PACKET_LENGTH_MAX];
	int same = 1;

	for (size_t i = 0; same > 0 && i < c->n_before; i++) {
		size_t length = packet_build(&c->before[i], frame);

		memset(&want, 0, sizeof(want));
		reference_run(&r->fixture, frame, length, REFERENCE_ANY, &want);
		same = step(r, frame, length, &want);
	}
	if (same > 0 && c->seconds)
		same = r->e->wait(r->e, c->seconds) ?: 1;
	if (c->seconds * 1000000000ULL > LB_FRAGMENT_NS)
		r->fragments.n = r->fixture.n_fragments = 0;
	return same;
}

/* The same; what is remembered of fragments is not in the case. */
static int run_case(struct engine *e, const struct packet_case *c)
{
	static struct expectation want, reference;
	static struct run r;
	uint8_t frame[PACKET_LENGTH_MAX];
	size_t length = packet_build(&c->in, frame);
	int same;

	start_run(&r, e, c);
	same = run_before(&r, c);
	if (same <= 0)
		return same;
	harness_expect(c, &want);
	memset(&reference, 0, sizeof(reference));
	reference_run(&r.fixture, frame, length, REFERENCE_ANY, &reference);
	want.note = reference.note;
	want.fragment = reference.fragment;
	want.followed = reference.followed;
	return step(&r, frame, length, &want);
}

void harness_print_failure(struct engine *e, int err)
{
	char why[256] = "";

	if (e->explain)
		e->explain(e, why, sizeof(why));
	print_error("%s: cannot run: %s. %s\n", e->name, strerror(-err), why);
}

bool harness_try(struct engine *e, const struct packet_case *c)
{
	int result = e->open(e, c->fixture);

	if (result) {
		print_error("%s: cannot load %s: %s\n", e->name, engine_object,
			    strerror(-result));
		return false;
	}
	result = run_case(e, c);
	if (result < 0)
		harness_print_failure(e, result);
	if (!result)
		print_error("%s: not as expected\n", e->name);
	e->close(e);
	return result > 0;
}

static size_t input_length(const struct packet_case *c)
{
	uint8_t frame[PACKET_LENGTH_MAX];

	return packet_build(&c->in, frame);
}

/* What the reference makes of it where these features are missing. */
static void outcome_without(const struct packet_case *c, uint32_t features,
			    struct expectation *out)
{
	uint8_t frame[PACKET_LENGTH_MAX];
	struct fixture f = *c->fixture;
	size_t length = packet_build(&c->in, frame);

	f.without = features;
	memset(out, 0, sizeof(*out));
	reference_run(&f, frame, length, REFERENCE_ANY, out);
	out->note = FRAGMENT_NOTHING;
	memset(&out->fragment, 0, sizeof(out->fragment));
}

#define BIT(feature) (1U << LB_FEATURE_##feature)

/* What the tables ask for; the loader would not load less. */
static uint32_t fixture_needs(const struct fixture *f)
{
	uint32_t needs = f->n_replies ? BIT(NAT) : 0;

	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *s = &f->services[i];

		if (s->forward <= LB_FORWARD_SNAT)
			needs |= BIT(NAT);
		if (s->forward == LB_FORWARD_SNAT)
			needs |= BIT(SNAT);
		if (s->forward >= LB_FORWARD_IPIP)
			needs |= BIT(TUNNEL);
		if (s->balance == LB_BALANCE_PACKET)
			needs |= BIT(SPRAY);
		if (s->balance == LB_BALANCE_QUIC)
			needs |= BIT(QUIC);
		if (s->filter)
			needs |= BIT(FILTER);
		if (s->sticky)
			needs |= BIT(STICKY);
	}
	return needs;
}

/* A case that needs none of the features that the engine's program lacks. */
static bool lacks_nothing(const struct engine *e, const struct packet_case *c)
{
	static struct expectation all, some;

	const uint32_t without = c->fixture->without;

	if (without & ~e->lacks || fixture_needs(c->fixture) & e->lacks)
		return false;
	outcome_without(c, without, &all);
	outcome_without(c, e->lacks, &some);
	return !memcmp(&all, &some, sizeof(all));
}

bool harness_can_run(const struct engine *e, const struct packet_case *c)
{
	if (input_length(c) < e->length_min)
		return false;
	if (c->n_before && (e->lacks & BIT(FOLLOW) || !e->wait))
		return false;
	if (e->lacks)
		return lacks_nothing(e, c);
	return engine_can_open(e, c->fixture);
}

/* A packet that goes out with wrong checksums is wrong on purpose. */
static void check_output(const struct packet_case *c)
{
	uint8_t frame[PACKET_LENGTH_MAX];

	if (harness_action(c->reason) != XDP_TX)
		return;
	packet_build(&c->out, frame);
	if (packet_verify(frame) ==
	    (c->out.ip_error || c->out.udp_error || c->out.icmp_error))
		fail_msg("the case expects checksums that are %s",
			 packet_verify(frame) ? "right" : "wrong");
}

void harness_test_case(void **state)
{
	const struct packet_case *c = *state;

	check_output(c);
	for (struct engine *const *e = engines; *e; e++)
		if (harness_can_run(*e, c))
			assert_true(harness_try(*e, c));
}
