/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which index in the maps each backend has, and which number in flows each
 * sticky service.  Flows that are remembered know nothing else, so who is in
 * two plans, one after the other, has the same in both.  Pure.
 */
#ifndef PLACES_H
#define PLACES_H

#include "tables/plan.h"

struct places_name {
	char *name;
	uint32_t at; /* from 1 */
};

struct places {
	struct places_name *backends; /* "SERVICE ADDRESS:PORT" */
	size_t n_backends;	      /* in the order of the plan */
	struct places_name *services; /* those that are sticky */
	size_t n_services;
};

/* What is larger is of no plan: a backend's place, a service's number. */
#define PLACES_BACKEND_MAX (1U << 24)
#define PLACES_SERVICE_MAX UINT16_MAX

/* 0 (places_free() it) or -ENOMEM. */
int places_of(const struct plan *plan, struct places *out);
void places_free(struct places *places);

/*
 * Who was there before keeps its place, and nobody else gets one that somebody
 * had.  Does nothing where nobody is sticky.  0; or -ENOMEM, nothing changed.
 */
int places_keep(struct plan *plan, const struct places *before);

/*
 * In the maps of the plan before, whose services are the same.  from: by
 * backend, its number there, or 0.  Who was there keeps its place; who is new
 * gets one that is nobody's in the plan before, but none at all where flows
 * that are remembered may know it.  0; -ENOSPC where those maps, or that
 * program, will not do; -ENOMEM.
 */
int places_follow(struct plan *plan, const struct plan *before,
		  const uint32_t *from);

/* Of a plan of the same model, whose maps have other sizes. */
void places_copy(struct plan *to, const struct plan *from);

/* "SERVICE ADDRESS:PORT" of a backend of the plan; free() it.  NULL: ENOMEM. */
char *places_name(const struct plan *plan, uint32_t backend);

#endif
