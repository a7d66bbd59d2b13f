/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case is a packet in, tables, and all that must come of it: the verdict,
 * every byte of the frame, and every counter.  It holds on each engine.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include "bpf/tests/engine/engine.h"

struct packet_case {
	const char *name; /* also a file name */
	const struct fixture *fixture;
	struct packet in;
	enum lb_reason reason;
	uint32_t backend;  /* whose counters a forwarded packet is in */
	struct packet out; /* if sent on; else the frame is untouched */
	/* The flows then, and whether it could not be one; else the tables'. */
	const struct fixture_flow *flows;
	size_t n_flows;
	bool flows_full;
	bool not_told; /* its sender, as there have been too many */
	/* What came before, and how many seconds. */
	const struct packet *before;
	size_t n_before;
	unsigned int seconds;
};

#define BEFORE(...) .FIXTURE_LIST_(before, struct packet, __VA_ARGS__)

/* The end of a case: what happens to its packet. */
#define FORWARDED(to, ...)                                                     \
	.reason = LB_REASON_FORWARDED, .backend = (to),                        \
	.out = PACKET(.eth_src = LB_MAC, .ttl = 63, __VA_ARGS__)
#define REPLIED(...)                                                           \
	.reason = LB_REASON_REPLIED,                                           \
	.out = PACKET(.eth_src = LB_MAC, .eth_dst = GATEWAY_MAC, .ttl = 63,    \
		      __VA_ARGS__)
#define FORWARDED6(to, ...)                                                    \
	.reason = LB_REASON_FORWARDED, .backend = (to),                        \
	.out = PACKET6(.eth_src = LB_MAC, .ttl = 63, __VA_ARGS__)
#define REPLIED6(...)                                                          \
	.reason = LB_REASON_REPLIED,                                           \
	.out = PACKET6(.eth_src = LB_MAC, .eth_dst = GATEWAY_MAC, .ttl = 63,   \
		       __VA_ARGS__)
#define PASSED(why)  .reason = LB_REASON_##why
#define DROPPED(why) .reason = LB_REASON_##why

/* The tables of lb_abi.h end with an empty name. */
extern const struct packet_case cases_parse[], cases_forward[];
extern const struct packet_case cases_checksum[], cases_reply[];
extern const struct packet_case cases_ip6[], cases_extension[];
extern const struct packet_case cases_checksum6[], cases_bucket[];
extern const struct packet_case cases_fragment[], cases_tunnel[];
extern const struct packet_case cases_too_big[], cases_icmp[], cases_icmp6[];
extern const struct packet_case cases_echo[], cases_quic[], cases_filter[];
extern const struct packet_case cases_strict[], cases_feature[];
extern const struct packet_case cases_sticky[], cases_local[];
extern const struct packet_case cases_source[], cases_macs[];
extern const struct packet_case cases_follow[], cases_tell[];

/* What one frame must come to. */
struct expectation {
	enum lb_reason reason;
	uint32_t backend;
	size_t length;
	uint8_t frame[PACKET_LENGTH_MAX];
	struct fixture_flow flows[FIXTURE_FLOWS_MAX];
	size_t n_flows;
	bool flows_full;
	/* What becomes of the fragments that are remembered. */
	enum { FRAGMENT_NOTHING, FRAGMENT_NEW, FRAGMENT_GONE } note;
	struct fixture_fragment fragment;
	bool followed;
	bool not_told; /* as there have been too many */
};

/* Fragments that are remembered, of one engine. */
#define FRAGMENTS_MAX 4096
struct fragments {
	struct fixture_fragment list[FRAGMENTS_MAX];
	size_t n;
};

/* What they are after a packet. */
void harness_note(struct fragments *fragments, const struct expectation *want);

void harness_expect(const struct packet_case *c, struct expectation *want);

/* The XDP action that goes with a reason. */
int harness_action(enum lb_reason reason);

/*
 * Compares verdict and bytes; prints what differs.  False if anything does.
 */
bool harness_compare(const struct expectation *want,
		     const struct engine_outcome *got);

/*
 * Adds the packet of `length` bytes to the totals so far and compares these
 * with the engine's counters, all of them; prints what differs.
 */
bool harness_count(const struct expectation *want, size_t length,
		   struct engine_counters *totals,
		   const struct engine_counters *got, size_t n_backends);

/* Compares the engine's flows; prints what differs.  False if any does. */
bool harness_flows(struct engine *e, const struct fixture *f,
		   const struct expectation *want);

/* Prints why run() returned an error. */
void harness_print_failure(struct engine *e, int err);

void harness_print_frame(const char *title, const uint8_t *frame,
			 size_t length);

/* The engine takes frames as short as this case's, and can load its program. */
bool harness_can_run(const struct engine *e, const struct packet_case *c);

/* The names of what LB_COUNT_END counters count. */
extern const char *const harness_counters[];

/* Loads the case's tables and runs it; prints what is not as expected. */
bool harness_try(struct engine *e, const struct packet_case *c);

/* A cmocka test function; *state is the case, for all engines that can. */
void harness_test_case(void **state);

#endif
