/* SPDX-License-Identifier: GPL-2.0-only */
/* A model to be changed while the other stays in force. */
#ifndef CONFIG_COPY_H
#define CONFIG_COPY_H

#include "model/model.h"

/* All of it; config_free() it.  NULL without memory. */
struct model *config_copy(const struct model *model);

/*
 * Another backend, at this place or behind all others; server ids are copied.
 * 0 or -ENOMEM.
 */
int config_copy_add(struct model_service *service, size_t index,
		    const struct model_backend *backend);

/* Takes one out of the list; index must be below n_backends. */
void config_copy_remove(struct model_service *service, size_t index);

#endif
