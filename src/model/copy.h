/* SPDX-License-Identifier: GPL-2.0-only */
/* Models come and go: freed whole, or copied to be changed. */
#ifndef MODEL_COPY_H
#define MODEL_COPY_H

#include "model/model.h"

void model_free(struct model *model); /* NULL is fine */

/* All of it; model_free() it.  NULL without memory. */
struct model *model_copy(const struct model *model);

/*
 * Another backend, at this place or behind all others; server ids are copied.
 * 0 or -ENOMEM.
 */
int model_backend_add(struct model_service *service, size_t index,
		      const struct model_backend *backend);

/* Takes one out of the list; index must be below n_backends. */
void model_backend_remove(struct model_service *service, size_t index);

#endif
