/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics of the program's latency histogram. */
#ifndef LATENCY_H
#define LATENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/lb_abi.h"

struct latency_summary {
	uint64_t samples; /* 0: the rest means nothing */
	double mean_ns, std_ns, min_ns, max_ns;
	double p25_ns, p50_ns, p75_ns, p90_ns, p95_ns, p99_ns;
};

/* The smallest ns that falls into the bucket. */
uint64_t latency_bucket_floor(unsigned int bucket);

/* Statistics of the samples that came between two readings of the histogram;
 * each sample counts with the middle of its bucket. */
void latency_summarise(const uint64_t before[LB_LATENCY_BUCKETS],
		       const uint64_t after[LB_LATENCY_BUCKETS],
		       struct latency_summary *out);

#endif
