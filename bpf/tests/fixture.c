/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>

#include "fixture.h"
#include "packet.h"

static int fill_services(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_services; i++) {
		const struct fixture_service *s = &f->services[i];
		struct lb_endpoint4 key = {htonl(s->address), htons(s->port),
					   0};
		struct lb_service value = {
			.ring_base = s->base,
			.ring_mask = s->mask,
			.balance = s->balance,
			.forward = s->forward,
		};

		err = put(priv, LB_MAP_SERVICES4, &key, &value);
	}
	return err;
}

static int fill_replies(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_replies; i++) {
		const struct fixture_reply *r = &f->replies[i];
		struct lb_endpoint4 key = {htonl(r->address), htons(r->port),
					   0};
		struct lb_target value = {.address = htonl(r->vip),
					 .port = htons(r->vip_port)};

		packet_put_mac(value.mac, r->mac);
		err = put(priv, LB_MAP_REPLIES4, &key, &value);
	}
	return err;
}

static int fill_backends(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < f->n_backends; i++) {
		const struct fixture_backend *b = &f->backends[i];
		struct lb_target value = {.address = htonl(b->address),
					   .port = htons(b->port)};

		packet_put_mac(value.mac, b->mac);
		err = put(priv, LB_MAP_BACKENDS, &i, &value);
	}
	return err;
}

static int fill_ring(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < f->n_ring; i++)
		err = put(priv, LB_MAP_RING, &i, &f->ring[i]);
	return err;
}

int fixture_fill(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = fill_services(f, put, priv);

	err = err ?: fill_replies(f, put, priv);
	err = err ?: fill_ring(f, put, priv);
	return err ?: fill_backends(f, put, priv);
}

static size_t at_least_one(size_t entries)
{
	return entries ? entries : 1;
}

int fixture_size(const struct fixture *f, fixture_resize *resize, void *priv)
{
	size_t backends = at_least_one(f->n_backends);
	int err;

	err = resize(priv, LB_MAP_SERVICES4, at_least_one(f->n_services));
	err = err ?: resize(priv, LB_MAP_REPLIES4, at_least_one(f->n_replies));
	err = err ?: resize(priv, LB_MAP_RING, at_least_one(f->n_ring));
	err = err ?: resize(priv, LB_MAP_BACKENDS, backends);
	err = err ?: resize(priv, LB_MAP_BACKEND_STATS, backends);
	return err ?: resize(priv, LB_MAP_REASON_STATS, LB_REASON_COUNT);
}
