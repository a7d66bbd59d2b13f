/* SPDX-License-Identifier: GPL-2.0-only */
/* The object that makes and counts frames: traffic.bpf.c, loaded. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "traffic.h"

struct bpf_object;

struct source {
	struct bpf_object *object;
	int harness, generate, sink; /* programs */
	int under_test, counts;	     /* maps */
};

/* 0 or negative errno; source_close() it in either case. */
int source_open(struct source *source, const char *file);
void source_close(struct source *source);

/* From now on, frames look like this.  0 or negative errno. */
int source_set(const struct source *source, const struct traffic *traffic);

/*
 * The header of these bytes, which may be fewer than TRAFFIC_HEADER, and their
 * length; TRAFFIC_SHORT of it are to be restored.
 */
void source_header(struct traffic *traffic, const uint8_t *bytes,
		   size_t length);

#endif
