/* SPDX-License-Identifier: GPL-2.0-only */
#include "fixture_rows.h"

static bool same_service(const struct fixture_service *a,
			 const struct fixture_service *b)
{
	return a->base == b->base && a->mask == b->mask &&
	       a->balance == b->balance && a->forward == b->forward &&
	       a->ping == b->ping && a->strict == b->strict &&
	       a->filter == b->filter && a->deny == b->deny && a->id == b->id &&
	       a->sticky == b->sticky && a->tell == b->tell;
}

static bool same_reply(const struct fixture_reply *a,
		       const struct fixture_reply *b)
{
	return ipaddr_equal(a->vip, b->vip) && a->vip_port == b->vip_port &&
	       a->mac == b->mac && a->tell == b->tell;
}

bool fixture_is_sole(const struct fixture *f, size_t row)
{
	const struct fixture_service *s = &f->services[row];

	for (size_t i = 0; i < f->n_services; i++)
		if (ipaddr_equal(f->services[i].address, s->address) &&
		    !same_service(&f->services[i], s))
			return false;
	return true;
}

bool fixture_is_sole_reply(const struct fixture *f, size_t row)
{
	const struct fixture_reply *r = &f->replies[row];

	for (size_t i = 0; i < f->n_replies; i++)
		if (ipaddr_equal(f->replies[i].address, r->address) &&
		    !same_reply(&f->replies[i], r))
			return false;
	return true;
}

bool fixture_is_first(const struct fixture *f, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (ipaddr_equal(f->services[i].address,
				 f->services[row].address))
			return false;
	return true;
}

bool fixture_is_first_reply(const struct fixture *f, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (ipaddr_equal(f->replies[i].address,
				 f->replies[row].address))
			return false;
	return true;
}

static uint32_t ask_for(uint16_t port)
{
	return port ? LB_ASK_PORT : LB_ASK_ALL_PORTS;
}

/* Is this one range of ports, of so many rows? */
static bool is_range(struct fixture_group *g, size_t rows)
{
	if (g->ask == LB_ASK_PORT)
		return g->last - g->first + 1 == (int)rows;
	g->last = UINT16_MAX;
	return rows == 1;
}

struct fixture_group fixture_group(const struct fixture *f, size_t row)
{
	const struct fixture_service *s = &f->services[row];
	struct fixture_group g = {
		.bucket = fixture_bucket(s->address, LB_VIP_BITS),
		.leads = true,
		.first = s->port,
		.last = s->port,
	};
	bool alone = fixture_is_sole(f, row);
	size_t rows = 0;

	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *other = &f->services[i];

		if (fixture_bucket(other->address, LB_VIP_BITS) != g.bucket)
			continue;
		rows++;
		g.leads &= i >= row;
		g.ask |= ask_for(other->port);
		alone &= ipaddr_equal(other->address, s->address);
		if (other->port < g.first)
			g.first = other->port;
		if (other->port > g.last)
			g.last = other->port;
	}
	if (alone && is_range(&g, rows))
		g.ask = 0;
	return g;
}

struct fixture_group fixture_group_replies(const struct fixture *f, size_t row)
{
	const struct fixture_reply *r = &f->replies[row];
	struct fixture_group g = {
		.bucket = fixture_bucket(r->address, LB_HOST_BITS),
		.leads = true,
		.first = r->port,
		.last = r->port,
	};
	size_t rows = 0;

	for (size_t i = 0; i < f->n_replies; i++) {
		const struct fixture_reply *other = &f->replies[i];

		if (fixture_bucket(other->address, LB_HOST_BITS) != g.bucket)
			continue;
		rows++;
		g.leads &= i >= row;
		g.ask |= ask_for(other->port);
	}
	if (rows == 1)
		g.ask = 0;
	return g;
}

uint16_t fixture_ids(const struct fixture *f)
{
	uint16_t last = 0;

	for (size_t i = 0; i < f->n_services; i++)
		if (f->services[i].id > last)
			last = f->services[i].id;
	for (size_t i = 0; i < f->n_prefixes; i++)
		if (f->prefixes[i].service > last)
			last = f->prefixes[i].service;
	for (size_t i = 0; i < f->n_server_ids; i++)
		if (f->server_ids[i].service > last)
			last = f->server_ids[i].service;
	return (uint16_t)(last + 1);
}
