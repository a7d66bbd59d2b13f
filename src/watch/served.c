/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/served.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* ARP is asked three times, a second apart (mcast_solicit in arp(7)). */
#define SILENT_SECONDS 4
#define NEVER_TOLD     UINT8_MAX /* it is known, or was told */
#define LINES_MAX      8

enum state {
	NEW,
	SERVED,
	OPEN,
	NOBODY,
};

struct service {
	char *name;
	enum state state;
};

struct served {
	const struct instance *in;
	struct service *service;
	uint8_t *silent; /* by backend index: seconds, or NEVER_TOLD */
	size_t n_services;
	uint32_t n_backends;
};

/* Why backends get nothing, and how many do get something. */
struct tally {
	uint32_t serve, unhealthy, drained, unreachable;
};

static struct tally tally_of(const struct instance *in,
			     const struct plan_service *s)
{
	struct tally t = { 0 };

	for (uint32_t k = 0; k < s->config->n_backends; k++) {
		const uint32_t index = s->first_backend + k;

		if (instance_slots(in, index))
			t.serve++;
		else if (in->held[index] & INSTANCE_DRAINED)
			t.drained++;
		else if (in->held[index] & INSTANCE_UNHEALTHY &&
			 !in->serves[index])
			t.unhealthy++;
		else if (!in->hops.hop[index].known)
			t.unreachable++;
	}
	return t;
}

static void tell(const char *name, enum state was, enum state is,
		 const struct tally *t)
{
	if (is == NOBODY)
		log_warn("service %s: nobody serves it%s: its packets are "
			 "dropped (no_backend).  Backends unhealthy: %u, "
			 "drained: %u, without a known neighbour: %u",
			 name, was == NEW ? "" : " any more", t->unhealthy,
			 t->drained, t->unreachable);
	else if (is == OPEN)
		log_warn("service %s: no backend passes its health check; by "
			 "'fail_open' packets go to all that can be reached: "
			 "%u",
			 name, t->serve);
	else if (was != NEW)
		log_info("service %s: %s: %u", name,
			 was == OPEN ? "backends pass their health checks "
				       "again, and serve alone"
				     : "it is served again, by backends",
			 t->serve);
}

static void look_at_services(struct served *s)
{
	const struct instance *in = s->in;

	for (size_t i = 0; i < s->n_services; i++) {
		struct service *service = &s->service[i];
		const struct tally t = tally_of(in, &in->plan->services[i]);
		enum state is = !t.serve ? NOBODY : in->open[i] ? OPEN : SERVED;

		if (is != service->state)
			tell(service->name, service->state, is, &t);
		service->state = is;
	}
}

static void tell_silent(const struct served *s, uint32_t index)
{
	const struct instance *in = s->in;
	const struct addr *via = &in->hops.via[index];
	const struct model_backend *backend = plan_backend_of(in->plan, index);
	char name[ENDPOINT_STRLEN], address[ADDR_STRLEN];

	log_warn("service %s: backend %s gets no packets: neighbour %s has not "
		 "answered %s on %s yet",
		 plan_service_of(in->plan, index)->config->name,
		 model_backend_name(backend, name), addr_format(via, address),
		 via->family == AF_INET6 ? "ND" : "ARP", in->name);
}

/* Whose neighbour is lost later, the one who knew it says. */
static void look_at_backends(struct served *s)
{
	const struct hops *hops = &s->in->hops;
	uint32_t told = 0;

	for (uint32_t i = 1; i < s->n_backends; i++) {
		if (hops->hop[i].known)
			s->silent[i] = NEVER_TOLD;
		if (s->silent[i] == NEVER_TOLD || !addr_is_set(&hops->via[i]) ||
		    ++s->silent[i] < SILENT_SECONDS)
			continue;
		s->silent[i] = NEVER_TOLD;
		if (told++ < LINES_MAX)
			tell_silent(s, i);
	}
	if (told > LINES_MAX)
		log_warn("%s: %u more backends get no packets, as their "
			 "neighbours have not answered; see 'udplb backends'",
			 s->in->name, told - LINES_MAX);
}

void served_look(struct served *s)
{
	if (!s || s->in->gone || !s->in->tables ||
	    s->in->tables->plan != s->in->plan)
		return;
	look_at_backends(s);
	look_at_services(s);
}

/* Mostly where it was. */
static enum state state_of(const struct served *old, const char *name,
			   size_t hint)
{
	for (size_t i = 0; old && i < old->n_services; i++) {
		const size_t at = (hint + i) % old->n_services;

		if (!strcmp(old->service[at].name, name))
			return old->service[at].state;
	}
	return NEW;
}

static int fill(struct served *s, const struct served *old,
		const uint32_t *from)
{
	const struct plan *plan = s->in->plan;
	int err = 0;

	s->service = calloc(plan->n_services, sizeof(*s->service));
	s->silent = calloc(plan->sizes.backends, sizeof(*s->silent));
	if (!s->service || !s->silent)
		return -ENOMEM;
	s->n_services = plan->n_services;
	s->n_backends = plan->sizes.backends;
	for (size_t i = 0; i < s->n_services; i++) {
		const char *name = plan->services[i].config->name;

		s->service[i].name = strdup(name);
		s->service[i].state = state_of(old, name, i);
		err = s->service[i].name ? err : -ENOMEM;
	}
	for (uint32_t i = 1; old && from && i < s->n_backends; i++)
		if (from[i] && from[i] < old->n_backends)
			s->silent[i] = old->silent[from[i]];
	return err;
}

int served_follow(struct served **served, const struct instance *in,
		  const uint32_t *from)
{
	struct served *s = calloc(1, sizeof(*s));
	int err = -ENOMEM;

	if (s) {
		s->in = in;
		err = fill(s, *served, from);
	}
	served_free(*served);
	if (err) {
		served_free(s);
		s = NULL;
	}
	*served = s;
	return err;
}

void served_free(struct served *served)
{
	if (!served)
		return;
	for (size_t i = 0; i < served->n_services; i++)
		free(served->service[i].name);
	free(served->service);
	free(served->silent);
	free(served);
}
