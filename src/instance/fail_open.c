/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * If all backends seem to fail at once, the check is more likely to be wrong
 * than all of them, and a wrong answer may be better than none: Envoy calls it
 * the panic mode (docs, "Panic threshold").  Who is drained has no say.
 */
#include "instance/fail_open.h"

/* Of those who may get packets at all: whether any is so. */
struct view {
	bool well, ill, new;
};

static struct view view_of(const struct instance *in,
			   const struct plan_service *s)
{
	struct view v = { 0 };

	for (uint32_t k = 0; k < s->config->n_backends; k++) {
		const uint8_t held = in->held[s->first_backend + k];

		if (held & INSTANCE_DRAINED ||
		    model_backend_leaves(&s->config->backends[k]))
			continue;
		v.new |= held &INSTANCE_NEW;
		v.ill |= (held & (INSTANCE_UNHEALTHY | INSTANCE_NEW)) ==
			 INSTANCE_UNHEALTHY;
		v.well |= !(held & INSTANCE_UNHEALTHY);
	}
	return v;
}

/* Who has never been well is taken only if there is nobody else. */
static uint8_t forgiven(const struct instance *in, const struct plan_service *s)
{
	const struct view v = view_of(in, s);

	if (!s->config->fail_open || v.well)
		return 0;
	if (v.ill)
		return INSTANCE_UNHEALTHY;
	return v.new ? INSTANCE_UNHEALTHY | INSTANCE_NEW : 0;
}

static void judge(struct instance *in, uint32_t index, uint8_t pardon)
{
	const uint8_t held = in->held[index] & (uint8_t)~pardon;

	in->serves[index] = !held;
	in->stays[index] = !(held & (INSTANCE_UNHEALTHY | INSTANCE_NEW));
	in->waits[index] = held & INSTANCE_NEW;
}

bool fail_open_judge(struct instance *in, size_t service)
{
	const struct plan_service *s = &in->plan->services[service];
	const uint8_t pardon = forgiven(in, s);
	const bool open = pardon, changed = open != in->open[service];

	in->open[service] = open;
	for (uint32_t k = 0; k < s->config->n_backends; k++)
		judge(in, s->first_backend + k, pardon);
	return changed;
}

bool fail_open_judge_one(struct instance *in, size_t service, uint32_t index)
{
	/* Who is pardoned may be others now. */
	if (in->open[service] || forgiven(in, &in->plan->services[service]))
		return fail_open_judge(in, service);
	judge(in, index, 0);
	return false;
}
