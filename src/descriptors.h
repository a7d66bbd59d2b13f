/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "model/model.h"

/* How many descriptors a running udplb of this configuration may open. */
unsigned long descriptors_needed(const struct model *model);

#endif
