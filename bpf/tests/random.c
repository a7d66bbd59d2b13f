/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random packets over random tables, against the reference: sound ones, the
 * same with bytes flipped and ends cut off, and one cut at every length.
 * Everything follows from the seed.  Addresses and ports come from small pools,
 * so that packets meet services and backends often.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <cmocka.h>

#include "harness.h"
#include "reference.h"
#include "tests.h"

#define ROUNDS	     100
#define PACKETS	     100 /* of a round */
#define SERVICES_MAX 12
#define REPLIES_MAX  24
#define RING_MAX     32
#define BACKENDS_MAX 9

static const uint32_t vips[] = {VIP, IP4(192, 0, 2, 2), IP4(255, 255, 0, 1)};
static const uint16_t ports[] = {0, 53, 5000, 65535};

struct world {
	struct fixture fixture;
	struct fixture_service services[SERVICES_MAX];
	struct fixture_reply replies[REPLIES_MAX];
	uint32_t ring[RING_MAX];
	struct fixture_backend backends[BACKENDS_MAX];
	/* What every engine has counted so far. */
	struct engine_counters totals[ENGINES_MAX];
};

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom generators). */
static uint64_t random_state;

static uint32_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

static uint32_t below(uint32_t n)
{
	return random_next() % n;
}

static bool one_in(uint32_t n)
{
	return below(n) == 0;
}

static uint64_t random_mac(void)
{
	uint64_t high = below(0x10000) & 0xfeff; /* unicast */

	return high << 32 | random_next();
}

static uint16_t random_port(void)
{
	return one_in(4) ? (uint16_t)random_next() : ports[below(4)];
}

static void random_backends(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->backends = w->backends;
	f->n_backends = 1 + below(BACKENDS_MAX);
	for (size_t i = 1; i < f->n_backends; i++)
		w->backends[i] = (struct fixture_backend){
			.address = BACKEND_1 + below(4),
			.port = random_port(),
			.mac = random_mac(),
		};
	f->ring = w->ring;
	f->n_ring = 1 + below(RING_MAX);
	/* Mostly backends, some empty slots, some that point nowhere. */
	for (size_t i = 0; i < f->n_ring; i++)
		w->ring[i] = below((uint32_t)f->n_backends + 1);
}

static void random_services(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->services = w->services;
	f->n_services = 0;
	for (size_t i = 0; i < SERVICES_MAX; i++) {
		if (one_in(2))
			continue;
		w->services[f->n_services++] = (struct fixture_service){
			.address = vips[i % 3],
			.port = ports[i / 3],
			.base = below((uint32_t)f->n_ring + 1),
			.mask = (1U << below(5)) - 1,
			.balance = below(3),
			.forward = below(3),
		};
	}
}

static void random_replies(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->replies = w->replies;
	f->n_replies = 0;
	for (uint32_t i = 0; i < 16; i++) {
		if (one_in(2))
			continue;
		w->replies[f->n_replies++] = (struct fixture_reply){
			.address = BACKEND_1 + i % 4,
			.port = ports[i / 4],
			.vip = vips[below(3)],
			.vip_port = random_port(),
			.mac = one_in(4) ? 0 : random_mac(),
		};
	}
}

static uint32_t random_address(void)
{
	switch (below(4)) {
	case 0:
		return BACKEND_1 + below(4);
	case 1:
		return CLIENT + below(256);
	case 2:
		return vips[below(3)];
	default:
		return random_next();
	}
}

static void random_headers(struct packet *p)
{
	p->eth_dst = random_mac();
	p->eth_src = random_mac();
	for (uint32_t i = below(3); i; i--)
		p->vlans[i - 1] = (struct packet_vlan){
			.proto = one_in(2) ? 0x8100 : 0x88a8,
			.tci = (uint16_t)random_next(),
		};
	p->tos = (uint8_t)random_next();
	p->id = (uint16_t)random_next();
	p->fragment = one_in(2) ? 0x4000 : 0;
	p->ttl = (uint8_t)(one_in(8) ? below(3) : below(256));
	p->saddr = random_address();
	p->daddr = one_in(2) ? vips[below(3)] : random_address();
	p->sport = random_port();
	p->dport = random_port();
}

static void random_packet(struct packet *p)
{
	random_headers(p);
	p->payload = (uint16_t)below(one_in(16) ? 1473 : 64);
	if (p->payload > 1)
		p->first_word = (uint16_t)random_next();
	if (one_in(8))
		p->udp_length = 8 + (int)below(p->payload + 1U);
	if (one_in(8))
		p->udp_check = 0;
	if (one_in(8))
		p->padding = (uint16_t)below(20);
}

/* One to four changes; two of three fall into the headers. */
static size_t mutate(uint8_t *frame, size_t length)
{
	if (one_in(4))
		length = below((uint32_t)length + 1);
	if (!length)
		return 0;
	for (uint32_t i = below(4) + 1; i; i--) {
		uint32_t range =
			one_in(3) || length < 50 ? (uint32_t)length : 50;
		uint8_t *byte = frame + below(range);

		if (one_in(2))
			*byte = (uint8_t)random_next();
		else
			*byte ^= (uint8_t)(1U << below(8));
	}
	return length;
}

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

/* Runs one frame on one engine; returns why it got its verdict. */
static enum lb_reason check_frame(struct world *w, size_t nth_engine,
				  const uint8_t *frame, size_t length,
				  bool sound)
{
	static struct engine_counters counters;
	struct engine_counters *totals = &w->totals[nth_engine];
	struct engine *e = engines[nth_engine];
	struct engine_outcome got;
	struct expectation want;
	bool same;
	int err;

	if (length < e->length_min)
		return LB_REASON_TRUNCATED;
	err = e->run(e, frame, length, &got);
	err = err ?: e->counters(e, &counters);
	if (err)
		harness_cannot_run(e, err);
	reference_run(&w->fixture, frame, length,
		      find_sprayed(&w->fixture, totals, &counters), &want);
	same = harness_compare(&want, &got);
	same &= harness_count(&want, length, totals, &counters,
			      w->fixture.n_backends);
	if (sound && got.action == XDP_TX && !packet_verify(got.frame)) {
		print_error("wrong checksum\n");
		same = false;
	}
	if (!same) {
		harness_print_frame("The packet was", frame, length);
		fail_msg("%s: not as expected", e->name);
	}
	return want.reason;
}

static void run_round(struct world *w, bool sound, unsigned int *seen)
{
	uint8_t frame[PACKET_LENGTH_MAX];

	for (int i = 0; i < PACKETS; i++) {
		struct packet p = PACKET();
		size_t length;

		random_packet(&p);
		length = packet_build(&p, frame);
		if (!sound)
			length = mutate(frame, length);
		for (size_t e = 0; engines[e]; e++)
			seen[check_frame(w, e, frame, length, sound)]++;
	}
}

static void start(void)
{
	const char *seed = getenv("UDPLB_TEST_SEED");

	random_state = seed ? strtoull(seed, NULL, 0) : 1;
	print_message("# UDPLB_TEST_SEED=%llu\n",
		      (unsigned long long)random_state);
}

static void open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	random_backends(w);
	random_services(w);
	random_replies(w);
	for (struct engine *const *e = engines; *e; e++)
		assert_return_code((*e)->open(*e, &w->fixture), 0);
}

static void close_world(void)
{
	for (struct engine *const *e = engines; *e; e++)
		(*e)->close(*e);
}

/* Counts in `seen` how often each reason came up. */
static void run_rounds(bool sound, unsigned int seen[LB_REASON_COUNT])
{
	static struct world w;

	start();
	for (int round = 0; round < ROUNDS; round++) {
		open_world(&w);
		run_round(&w, sound, seen);
		close_world();
	}
}

/* A generator that no longer meets a verdict would test nothing there. */
static void expect_seen(const unsigned int *seen, enum lb_reason reason)
{
	if (!seen[reason])
		fail_msg("no packet came to reason %d", (int)reason);
}

void random_test_packets(void **state)
{
	unsigned int seen[LB_REASON_COUNT] = {0};

	(void)state;
	run_rounds(true, seen);
	for (int i = LB_REASON_FIRST_DROP; i < LB_REASONS_END; i++)
		expect_seen(seen, (enum lb_reason)i);
	expect_seen(seen, LB_REASON_NO_SERVICE);
}

void random_test_mutated(void **state)
{
	unsigned int seen[LB_REASON_COUNT] = {0};

	(void)state;
	run_rounds(false, seen);
	for (int i = 0; i < LB_REASONS_END; i++)
		expect_seen(seen, (enum lb_reason)i);
}

void random_test_every_length(void **state)
{
	static struct world w;
	uint8_t frame[PACKET_LENGTH_MAX];
	struct packet p = PACKET();

	(void)state;
	start();
	open_world(&w);
	for (int tags = 0; tags <= PACKET_VLANS_MAX; tags++) {
		size_t length = packet_build(&p, frame);

		for (size_t cut = 0; cut <= length; cut++)
			for (size_t e = 0; engines[e]; e++)
				check_frame(&w, e, frame, cut, false);
		if (tags < PACKET_VLANS_MAX)
			p.vlans[tags].proto = 0x8100;
	}
	close_world();
}
