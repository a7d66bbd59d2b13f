/* SPDX-License-Identifier: GPL-2.0-only */
/* Families with a sample of each service, or of each backend: there may be very
 * many of them, so page.c writes a few at a time. */
#ifndef METRICS_FAMILY_H
#define METRICS_FAMILY_H

#include "metrics/expo.h"
#include "metrics/snapshot.h"

/* What is told of each backend, and summed over those of a service. */
enum figure {
	PACKETS,
	BYTES,
	ONE,
	UP,
	DRAINING,
	HEALTHY,
	HAS_MAC,
	WEIGHT,
	SLOTS,
	FLOWS,
	CHECKS,
	FAILURES,
	SKIPPED,
};

struct family {
	const char *name;
	enum expo_type type;
	enum figure figure; /* where write is NULL */
	const char *help;
	bool (*has)(const struct plan_service *service); /* NULL: each has */
};

struct service_family {
	struct family family;
	/* i: its number in the plan. */
	void (*write)(struct expo *expo, const struct snapshot *s, size_t i,
		      const struct expo_label *label);
};

struct backend_family {
	struct family family;
	/* labels: of the service and the backend. */
	void (*write)(struct expo *expo, const struct snapshot_backend *backend,
		      const struct expo_label labels[2]);
	bool (*has)(const struct snapshot_backend *backend); /* NULL: each */
};

/* Both end with a name that is NULL. */
extern const struct service_family metrics_services[];
extern const struct backend_family metrics_backends[];

uint64_t metrics_figure(enum figure figure,
			const struct snapshot_backend *backend,
			const struct model_backend *config);

/* Of a service, what comes to the sum of its backends'. */
uint64_t metrics_figure_gone(enum figure figure,
			     const struct snapshot_service *service);

#endif
