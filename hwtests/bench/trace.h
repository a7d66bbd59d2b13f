/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Executes a loaded program on one frame in user space and counts.  Unlike
 * nanoseconds, these figures are the same on every machine and in every run.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stddef.h>
#include <stdint.h>

struct bpf_program;

struct trace {
	unsigned int instructions; /* executed, not contained */
	unsigned int lookups;
	unsigned int other_calls; /* of helpers */
	uint32_t verdict;
};

/*
 * The frame is rewritten as the program says; look-ups go to its real maps, but
 * what it writes to a value is lost.  0; -ENOTSUP for an instruction or helper
 * that is not known here, -EFAULT for a read or write anywhere else than it
 * may.
 */
int trace_run(const struct bpf_program *program, uint8_t *frame, size_t length,
	      struct trace *out);

#endif
