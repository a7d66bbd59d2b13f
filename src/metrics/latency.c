/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>

#include "metrics/latency.h"

#define SUB_BITS LB_LATENCY_SUB_BITS

/* The inverse of latency_bucket() in bpf/latency.h. */
uint64_t latency_bucket_floor(unsigned int bucket)
{
	unsigned int octave = bucket >> SUB_BITS;

	if (octave < 2)
		return bucket;
	return (uint64_t)(bucket - ((octave - 1) << SUB_BITS)) << (octave - 1);
}

/* Of the whole nanoseconds that fall into it; the last one counts as closed. */
static double bucket_middle(unsigned int bucket)
{
	uint64_t first = latency_bucket_floor(bucket);
	uint64_t last = latency_bucket_floor(bucket + 1) - 1;

	return (double)(first + last) / 2;
}

/* Nearest rank: the smallest value that so many percent do not exceed. */
static double percentile(const uint64_t counts[LB_LATENCY_BUCKETS],
			 uint64_t samples, unsigned int percent)
{
	uint64_t rank =
		samples / 100 * percent + (samples % 100 * percent + 99) / 100;
	uint64_t seen = 0;
	unsigned int i = 0;

	for (; i < LB_LATENCY_BUCKETS - 1; i++) {
		seen += counts[i];
		if (seen >= rank)
			break;
	}
	return bucket_middle(i);
}

/* Two passes: the variance of large values from sums of squares cancels. */
static void moments(const uint64_t counts[LB_LATENCY_BUCKETS],
		    struct latency_summary *out)
{
	double sum = 0, squares = 0;
	bool any = false;

	for (unsigned int i = 0; i < LB_LATENCY_BUCKETS; i++) {
		if (!counts[i])
			continue;
		out->max_ns = bucket_middle(i);
		if (!any)
			out->min_ns = out->max_ns;
		any = true;
		sum += (double)counts[i] * out->max_ns;
	}
	out->mean_ns = sum / (double)out->samples;
	for (unsigned int i = 0; i < LB_LATENCY_BUCKETS; i++) {
		double distance = bucket_middle(i) - out->mean_ns;

		squares += (double)counts[i] * distance * distance;
	}
	out->std_ns = sqrt(squares / (double)out->samples);
}

void latency_summarise(const uint64_t before[LB_LATENCY_BUCKETS],
		       const uint64_t after[LB_LATENCY_BUCKETS],
		       struct latency_summary *out)
{
	uint64_t counts[LB_LATENCY_BUCKETS];

	*out = (struct latency_summary){ 0 };
	for (unsigned int i = 0; i < LB_LATENCY_BUCKETS; i++) {
		counts[i] = after[i] - before[i];
		out->samples += counts[i];
	}
	if (!out->samples)
		return;
	moments(counts, out);
	out->p25_ns = percentile(counts, out->samples, 25);
	out->p50_ns = percentile(counts, out->samples, 50);
	out->p75_ns = percentile(counts, out->samples, 75);
	out->p90_ns = percentile(counts, out->samples, 90);
	out->p95_ns = percentile(counts, out->samples, 95);
	out->p99_ns = percentile(counts, out->samples, 99);
}
