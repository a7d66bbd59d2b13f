/* SPDX-License-Identifier: GPL-2.0-only */
/* Who of one model is who in another. */
#ifndef MODEL_MATCH_H
#define MODEL_MATCH_H

#include "model/model.h"

/* All backends of a model, of all services. */
size_t model_backends(const struct model *model);

/*
 * Backends are numbered from 1 on, service by service.  out[i] is the number in
 * "from" of backend i of "to": in a service of the same name, with the same
 * address and port; 0: it is new.  out has room for model_backends(to) + 1.  0
 * or -ENOMEM.
 */
int model_match(const struct model *from, const struct model *to,
		uint32_t *out);

/* The same within a service: numbers begin with first, which is not 0. */
int model_match_backends(const struct model_service *from, uint32_t first,
			 const struct model_service *to, uint32_t *out);

#endif
