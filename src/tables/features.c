/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>

#include "tables/features.h"

#define BIT(feature) (1U << LB_FEATURE_##feature)

/* What a service needs for itself, whoever else has its VIP. */
static uint32_t features_of(const struct model_service *s)
{
	uint32_t features = 0;

	if (s->forward == LB_FORWARD_NAT || s->forward == LB_FORWARD_SNAT)
		features |= BIT(NAT);
	if (s->forward == LB_FORWARD_SNAT)
		features |= BIT(SNAT);
	if (s->balance == LB_BALANCE_PACKET)
		features |= BIT(SPRAY);
	if (s->address.family == AF_INET6)
		features |= BIT(IPV6);
	if (s->forward >= LB_FORWARD_IPIP)
		features |= BIT(TUNNEL);
	if (s->forward != LB_FORWARD_SNAT)
		features |= BIT(ICMP);
	if (s->answer_ping)
		features |= BIT(ECHO);
	if (s->balance == LB_BALANCE_QUIC)
		features |= BIT(QUIC);
	if (s->n_filters || s->deny_others)
		features |= BIT(FILTER);
	if (s->drop_malformed)
		features |= BIT(STRICT);
	if (s->sticky_s)
		features |= BIT(STICKY);
	if (s->tell_unreachable)
		features |= BIT(TELL);
	return features;
}

static uint16_t flags_of(const struct model_service *s)
{
	uint16_t flags = 0;

	if (s->answer_ping)
		flags |= LB_SERVICE_ECHO;
	if (s->drop_malformed)
		flags |= LB_SERVICE_STRICT;
	if (s->n_filters || s->deny_others)
		flags |= LB_SERVICE_FILTER;
	if (s->deny_others)
		flags |= LB_SERVICE_DENY;
	if (s->tell_unreachable)
		flags |= LB_SERVICE_TELL;
	return flags;
}

static int compare_vips(const void *a, const void *b)
{
	const struct plan_service *const *x = a, *const *y = b;

	return addr_compare(&(*x)->config->address, &(*y)->config->address);
}

/* The n services of one VIP. */
static void share_flags(struct plan *plan, struct plan_service **services,
			size_t n)
{
	uint16_t shared = 0;

	for (size_t i = 0; i < n; i++)
		shared |= services[i]->flags;
	shared &= LB_SERVICE_ECHO | LB_SERVICE_STRICT;
	for (size_t i = 0; i < n; i++)
		services[i]->flags |= shared;
	/* Other ports may be this host's, or of somebody behind it. */
	if (n > 1 || !services[0]->config->all_ports)
		return;
	services[0]->flags |= LB_SERVICE_SOLE;
	if (services[0]->config->balance == LB_BALANCE_SOURCE)
		plan->features |= BIT(FRAGMENTS);
}

int plan_features_set(struct plan *plan)
{
	const size_t n = plan->n_services;
	struct plan_service **by_vip = calloc(n, sizeof(*by_vip));

	if (!by_vip)
		return -ENOMEM;
	plan->features |= BIT(FOLLOW);
	for (size_t i = 0; i < n; i++) {
		const struct model_service *config = plan->services[i].config;

		by_vip[i] = &plan->services[i];
		by_vip[i]->flags = flags_of(config);
		plan->features |= features_of(config);
		if (config->forward == LB_FORWARD_NAT)
			plan->replies[plan_family(&config->address)] = true;
	}
	qsort(by_vip, n, sizeof(*by_vip), compare_vips);
	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		while (end < n && !compare_vips(&by_vip[i], &by_vip[end]))
			end++;
		share_flags(plan, by_vip + i, end - i);
	}
	free(by_vip);
	return 0;
}
