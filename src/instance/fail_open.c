/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * If all backends seem to fail at once, the check is more likely to be wrong
 * than all of them, and a wrong answer may be better than none: Envoy calls it
 * the panic mode (docs, "Panic threshold").  Who is drained has no say.
 */
#include "instance/fail_open.h"

static bool is_open(const struct instance *in, const struct plan_service *s)
{
	bool any = false;

	if (!s->config->fail_open)
		return false;
	for (uint32_t k = 0; k < s->config->n_backends; k++) {
		const uint8_t held = in->held[s->first_backend + k];

		if (held & INSTANCE_DRAINED ||
		    model_backend_leaves(&s->config->backends[k]))
			continue;
		if (!(held & INSTANCE_UNHEALTHY))
			return false;
		any = true;
	}
	return any;
}

static void judge(struct instance *in, uint32_t index, bool open)
{
	uint8_t held = in->held[index];

	if (open)
		held &= (uint8_t)~INSTANCE_UNHEALTHY;
	in->serves[index] = !held;
	in->stays[index] = !(held & INSTANCE_UNHEALTHY);
}

bool fail_open_judge(struct instance *in, size_t service)
{
	const struct plan_service *s = &in->plan->services[service];
	const bool open = is_open(in, s), changed = open != in->open[service];

	in->open[service] = open;
	for (uint32_t k = 0; k < s->config->n_backends; k++)
		judge(in, s->first_backend + k, open);
	return changed;
}

bool fail_open_judge_one(struct instance *in, size_t service, uint32_t index)
{
	const bool open = is_open(in, &in->plan->services[service]);

	if (open != in->open[service])
		return fail_open_judge(in, service);
	judge(in, index, open);
	return false;
}
