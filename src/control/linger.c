/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A backend that is taken out of a nat service still has questions to answer,
 * and only with its entry are these answers the VIP's.  So it first stays,
 * without new flows, and goes when there was time for that.
 */
#include "control/private.h"

#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "base/log.h"

static const struct model_service *find_nat(const struct model *model,
					    const char *name)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (model->services[i].forward == LB_FORWARD_NAT &&
		    !strcmp(model->services[i].name, name))
			return &model->services[i];
	return NULL;
}

static bool has(const struct model_service *service,
		const struct model_backend *backend)
{
	for (size_t i = 0; i < service->n_backends; i++)
		if (service->backends[i].port == backend->port &&
		    !addr_compare(&service->backends[i].address,
				  &backend->address))
			return true;
	return false;
}

/*
 * Adds to "to" who is in "from" only; *n of them.  Where they were, so that the
 * plan stays the same if nothing else changes.
 */
static int keep(struct model_service *to, const struct model_service *from,
		size_t *n)
{
	int err = 0;

	for (size_t i = 0; !err && i < from->n_backends; i++) {
		struct model_backend leaving = from->backends[i];

		/* Without a weight it has been on its way already. */
		if (!leaving.weight || has(to, &leaving))
			continue;
		leaving.drain = true;
		err = model_backend_add(to, i, &leaving);
		++*n;
	}
	return err;
}

/*
 * Without a weight they have no part in the ring, which is then what it will be
 * when they are gone: so nobody moves twice.  No file could say that.
 */
static void take_weights(struct model *both, const struct model *to)
{
	for (size_t i = 0; i < to->n_services; i++)
		for (size_t k = 0; k < both->services[i].n_backends; k++)
			if (!has(&to->services[i],
				 &both->services[i].backends[k]))
				both->services[i].backends[k].weight = 0;
}

int control_linger(const struct model *from, const struct model *to,
		   struct model **out)
{
	struct model *both = model_copy(to);
	const struct model_service *old;
	struct config_errors *errors = NULL;
	size_t n = 0;
	int err = both ? 0 : -ENOMEM;

	*out = NULL;
	for (size_t i = 0; !err && i < to->n_services; i++) {
		if (both->services[i].forward != LB_FORWARD_NAT)
			continue;
		old = find_nat(from, both->services[i].name);
		if (old)
			err = keep(&both->services[i], old, &n);
	}
	if (err || !n) {
		model_free(both);
		return err;
	}
	/* Somebody else may have its endpoint now. */
	err = control_check(&both, &errors);
	if (!err)
		take_weights(both, to);
	else
		log_debug("What leaves cannot linger: %s",
			  config_errors_count(errors)
				  ? config_errors_text(errors, 0)
				  : strerror(-err));
	config_errors_free(errors);
	*out = both;
	return 0;
}
