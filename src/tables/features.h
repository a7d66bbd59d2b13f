/* SPDX-License-Identifier: GPL-2.0-only */
/* What services and program are told besides numbers; for build.c only. */
#ifndef PLAN_FEATURES_H
#define PLAN_FEATURES_H

#include "tables/plan.h"

/* Sets the flags of all services, features and replies.  0 or -ENOMEM. */
int plan_features_set(struct plan *plan);

#endif
