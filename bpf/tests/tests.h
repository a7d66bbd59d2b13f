/* SPDX-License-Identifier: GPL-2.0-only */
/* cmocka test functions that are not cases of a table. */
#ifndef TESTS_H
#define TESTS_H

#include <stdbool.h>

struct engine;

/* random.c; the seed is 1, or UDPLB_TEST_SEED. */
void random_test_packets(void **state);
void random_test_mutated(void **state);
void random_test_every_length(void **state);

/* balance.c */
void balance_test_same_flow(void **state);
void balance_test_source_ignores_ports(void **state);
void balance_test_packet_spreads(void **state);
/* What it tests, on one engine. */
bool balance_sprays(struct engine *e);
void balance_test_spread(void **state);

/* counters.c */
void counters_test_carry(void **state);
/* What it tests, on one engine; prints what is wrong. */
bool counters_carry(struct engine *e);

/* limit.c */
void limit_test_tells(void **state);

/* latency.c */
void latency_test_buckets(void **state);
void latency_test_sampling(void **state);
void latency_test_program(void **state);

#endif
