/* SPDX-License-Identifier: GPL-2.0-only */
/* udplb check: what a sound configuration does not suit on this very host. */
#ifndef CHECK_HOST_H
#define CHECK_HOST_H

#include <stddef.h>

#include "model/model.h"

/* Logs a warning for each; how many. */
size_t check_host(const struct model *model);

#endif
