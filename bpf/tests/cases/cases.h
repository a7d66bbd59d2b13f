/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of cases as one. */
#ifndef CASES_H
#define CASES_H

#include "bpf/tests/harness.h"

/* The case after c, or the first if it is NULL; *table begins at 0. */
const struct packet_case *cases_next(size_t *table,
				     const struct packet_case *c);

#endif
