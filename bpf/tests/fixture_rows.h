/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rows of a fixture are to each other; pure functions of them. */
#ifndef FIXTURE_ROWS_H
#define FIXTURE_ROWS_H

#include "fixture.h"

/* The rows that share a bucket, seen from one of them. */
struct fixture_group {
	uint32_t bucket;
	bool leads;	      /* it is the first of them */
	uint32_t ask;	      /* LB_ASK_..., or 0: the bucket answers alone */
	uint16_t first, last; /* ports, if alone */
};

struct fixture_group fixture_group(const struct fixture *f, size_t row);
struct fixture_group fixture_group_replies(const struct fixture *f, size_t row);

/* All rows of this row's address differ in nothing but the port. */
bool fixture_is_sole(const struct fixture *f, size_t row);
bool fixture_is_sole_reply(const struct fixture *f, size_t row);

/* No row before has its address. */
bool fixture_is_first(const struct fixture *f, size_t row);
bool fixture_is_first_reply(const struct fixture *f, size_t row);

/* One more than the largest id of a service. */
uint16_t fixture_ids(const struct fixture *f);

#endif
