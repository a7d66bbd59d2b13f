/* SPDX-License-Identifier: GPL-2.0-only */
#include "descriptors.h"

#include "base/fds.h"
#include "http/http.h"

/* Maps, program, netlink, epoll, timers, signals: measured 41. */
#define ALWAYS 64

/* Each may be asked at the same moment; ICMP has one socket for all. */
static unsigned long checks(const struct model *model)
{
	unsigned long n = 0;

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		if (s->health.type != HEALTH_NONE &&
		    s->health.type != HEALTH_ICMP)
			n += s->n_backends;
	}
	return n;
}

unsigned long descriptors_needed(const struct model *model)
{
	return ALWAYS + FDS_KEPT + 2 * HTTP_CONNECTIONS_MAX + checks(model);
}
