/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this host lacked when a probe could not be made, or not be judged: that
 * says nothing of the backend.
 */
#ifndef HEALTH_LACK_H
#define HEALTH_LACK_H

#include <stdint.h>

#include "base/addr.h"

enum health_lack {
	HEALTH_LACK_NOTHING, /* it is the backend's, or the network's */
	HEALTH_LACK_DESCRIPTORS,
	HEALTH_LACK_MEMORY,
	HEALTH_LACK_PORTS,
	HEALTH_LACK_RIGHTS,
	HEALTH_LACK_LINK,
	HEALTH_LACK_TIME, /* it did not look for answers soon enough */
	HEALTH_LACKS,
};

/* Of a system call for a probe of that family: a negative errno. */
enum health_lack health_lack_of(int err, sa_family_t family);

/* A word for it: "descriptors", ... */
const char *health_lack_name(enum health_lack lack);

struct health_lacks {
	uint64_t skipped[HEALTH_LACKS]; /* probes */
	uint64_t told[HEALTH_LACKS];	/* of them, in the log */
	uint64_t tell_us[HEALTH_LACKS]; /* not before then again */
};

/* Counts one, and says so: at once, then how many each minute. */
void health_lack_count(struct health_lacks *lacks, enum health_lack lack,
		       const char *reason, uint64_t now_us);

#endif
