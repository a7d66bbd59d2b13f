/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between two models, and whether it is their shape. */
#ifndef CONFIG_CHANGES_H
#define CONFIG_CHANGES_H

#include "model/model.h"

typedef void (*config_change_fn)(void *arg, const char *sentence);

/*
 * Tells each difference in a sentence without a stop, in the order of "to" and
 * then of what is gone from "from": "service dns: backend 192.0.2.1:53: weight
 * 1 -> 2".  0 or -ENOMEM.
 */
int config_changes(const struct model *from, const struct model *to,
		   config_change_fn tell, void *arg);

/* The same of one backend of a service; from NULL: new, to NULL: taken out. */
int config_changes_backend(const char *service,
			   const struct model_backend *from,
			   const struct model_backend *to,
			   config_change_fn tell, void *arg);

/* They differ at most in backends, health and persist. */
bool config_changes_same_services(const struct model *a, const struct model *b);

/* Backends differ at most in weight, drain and who is asked for health. */
bool config_changes_same_backend(const struct model_backend *a,
				 const struct model_backend *b);

/*
 * Whether the same plan and the same program serve both: they differ at most in
 * weights, drain, health and persist.
 */
bool config_changes_none_of_shape(const struct model *a, const struct model *b);

#endif
