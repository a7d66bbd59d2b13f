/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "world.h"
#include "world_pool.h"

#define below  world_random
#define one_in world_pool_one_in

/* Which backends: an index of thirds[]. */
enum kind {
	KIND_4,
	KIND_6,
	KIND_BOTH,
};

static bool has(const struct world *w, uint32_t feature)
{
	return !(w->fixture.without & feature);
}

static bool backend_is6(const struct world *w, uint32_t index)
{
	return index % 2 && has(w, FIXTURE_FEATURE(IPV6));
}

/* None, or one of two that a family has for itself. */
static uint16_t random_sticky(bool is6)
{
	return (uint16_t)(one_in(3) ? 0 : 1 + is6 + 2 * below(2));
}

static void random_backends(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->backends = w->backends;
	f->n_backends = 1 + below(WORLD_BACKENDS_MAX);
	for (uint32_t i = 1; i < f->n_backends; i++)
		w->backends[i] = (struct fixture_backend){
			.address = world_pool_address(backend_is6(w, i)),
			.port = world_pool_any_port(),
			.mac = world_pool_mac(),
			.mtu = (uint16_t)(one_in(3) ? 0 : 200 + below(1300)),
			.sticky = random_sticky(backend_is6(w, i)),
			.local = one_in(8),
			.tell = one_in(2),
		};
}

/* An index, or 0 if there is none of this kind. */
static uint32_t random_backend(const struct world *w, enum kind kind)
{
	uint32_t n = (uint32_t)w->fixture.n_backends, first = below(n);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t index = (first + i) % n;

		if (index && (kind == KIND_BOTH ||
			      backend_is6(w, index) == (kind == KIND_6)))
			return index;
	}
	return 0;
}

/* Mostly backends, some empty slots, some that point nowhere. */
static void random_ring(struct world *w)
{
	struct fixture *f = &w->fixture;
	uint32_t rotation = below(3);

	f->ring = w->ring;
	f->n_ring = WORLD_RING_MAX - below(WORLD_RING_PART);
	for (uint32_t kind = KIND_4; kind <= KIND_BOTH; kind++) {
		uint32_t third = (kind + rotation) % 3 * WORLD_RING_PART;

		w->thirds[kind] = third;
		for (uint32_t i = third; i < third + WORLD_RING_PART; i++)
			w->ring[i] = one_in(8) ? 0 : random_backend(w, kind);
		if (one_in(4))
			w->ring[third + below(WORLD_RING_PART)] =
				(uint32_t)f->n_backends + below(3);
	}
}

/* Within its third; only the last one's end is the ring's as well. */
static void random_slots(const struct world *w, enum kind kind,
			 struct fixture_service *s)
{
	uint32_t third = w->thirds[kind];
	bool last = third + WORLD_RING_PART == WORLD_RING_MAX;

	s->mask = (1U << below(5)) - 1;
	s->base = third +
		  below(last ? WORLD_RING_PART + 1 : WORLD_RING_PART - s->mask);
}

/* Tunnels lead to backends of any family, and dsr does not care. */
static enum kind kind_of(const struct fixture_service *s)
{
	if (s->forward >= LB_FORWARD_DSR)
		return KIND_BOTH;
	return ipaddr_is4(s->address) ? KIND_4 : KIND_6;
}

static bool is_balance(const struct world *w, enum lb_balance balance)
{
	if (balance == LB_BALANCE_PACKET)
		return has(w, FIXTURE_FEATURE(SPRAY));
	return balance != LB_BALANCE_QUIC || has(w, FIXTURE_FEATURE(QUIC));
}

static enum lb_balance random_balance(const struct world *w)
{
	enum lb_balance balance = below(LB_BALANCE_QUIC + 1);

	return is_balance(w, balance) && !one_in(4) ? balance
						    : LB_BALANCE_SOURCE;
}

static bool is_sticky(const struct world *w, enum lb_balance balance)
{
	return has(w, FIXTURE_FEATURE(STICKY)) &&
	       (balance == LB_BALANCE_FLOW || balance == LB_BALANCE_SOURCE);
}

static bool is_forward(const struct world *w, enum lb_forward forward)
{
	if (forward >= LB_FORWARD_IPIP)
		return has(w, FIXTURE_FEATURE(TUNNEL));
	if (forward == LB_FORWARD_SNAT && !has(w, FIXTURE_FEATURE(SNAT)))
		return false;
	return forward == LB_FORWARD_DSR || has(w, FIXTURE_FEATURE(NAT));
}

static enum lb_forward random_forward(const struct world *w)
{
	enum lb_forward forward = below(LB_FORWARD_GUE + 1);

	return is_forward(w, forward) ? forward : LB_FORWARD_DSR;
}

/* An address of the load balancer itself: without slots. */
static void make_own(struct fixture_service *s)
{
	s->balance = LB_BALANCE_PACKET;
	s->forward = LB_FORWARD_OWN;
	s->direct = one_in(2);
	s->filter = s->deny = false;
	s->sticky = 0;
	s->tell = false;
	s->base = UINT32_MAX;
	s->mask = 0;
}

static void random_service(const struct world *w, uint16_t id,
			   struct fixture_service *s)
{
	s->balance = random_balance(w);
	s->forward = random_forward(w);
	s->direct = false;
	s->filter = has(w, FIXTURE_FEATURE(FILTER)) && one_in(3);
	s->deny = s->filter && one_in(2);
	s->id = id;
	s->sticky = is_sticky(w, s->balance)
			    ? random_sticky(!ipaddr_is4(s->address))
			    : 0;
	s->tell = one_in(2);
	random_slots(w, kind_of(s), s);
	if (one_in(8))
		make_own(s);
}

/* How the rows of an address differ. */
enum rows {
	ROWS_NONE,
	ROWS_ALL_PORTS, /* one */
	ROWS_ONE_PORT,	/* one */
	ROWS_RANGE,	/* alike but for the port, which are neighbours */
	ROWS_SCATTERED, /* alike but for the port */
	ROWS_DIFFERENT,
	ROWS_END,
};

/* Writes the ports of the rows, 0 for all ports; returns how many. */
static uint32_t random_ports(enum rows rows, uint16_t *ports)
{
	uint32_t n = 2 + below(WORLD_POOL_PORTS);

	switch (rows) {
	case ROWS_NONE:
		return 0;
	case ROWS_ALL_PORTS:
		ports[0] = 0;
		return 1;
	case ROWS_ONE_PORT:
		ports[0] = world_pool_port(below(WORLD_POOL_PORTS));
		return 1;
	case ROWS_RANGE:
		n = 2;
		break;
	default:
		break;
	}
	/* The pool's, from the last or the first on, then all. */
	for (uint32_t i = 0; i < n; i++)
		ports[i] = i < WORLD_POOL_PORTS ? world_pool_port(i) : 0;
	if (n < WORLD_POOL_PORTS && rows != ROWS_RANGE)
		ports[0] = one_in(2) ? 0 : world_pool_port(n);
	return n;
}

static void random_vip(struct world *w, struct ipaddr vip, uint16_t *id)
{
	enum rows rows = below(ROWS_END);
	uint16_t ports[WORLD_POOL_PORTS + 1];
	struct fixture_service s = {
		.address = vip,
		.ping = one_in(2),
		.strict = one_in(2),
	};
	uint32_t n = random_ports(rows, ports);

	for (uint32_t i = 0; i < n; i++) {
		if (!i || rows == ROWS_DIFFERENT) {
			*id += (uint16_t)(1 + below(2));
			random_service(w, *id, &s);
		}
		s.port = ports[i];
		w->services[w->fixture.n_services++] = s;
	}
}

static void random_host(struct world *w, bool is6, struct ipaddr host)
{
	enum rows rows = below(ROWS_END);
	uint16_t ports[WORLD_POOL_PORTS + 1];
	struct fixture_reply r = { .address = host };
	uint32_t n = random_ports(rows, ports);

	for (uint32_t i = 0; i < n; i++) {
		if (!i || rows == ROWS_DIFFERENT) {
			r.vip = world_pool_vip(is6, below(WORLD_POOL_VIPS));
			r.vip_port = world_pool_any_port();
			r.mac = one_in(4) ? 0 : world_pool_mac();
			r.tell = one_in(2);
		}
		r.port = ports[i];
		w->replies[w->fixture.n_replies++] = r;
	}
}

static void random_family(struct world *w, bool is6, uint16_t *id)
{
	for (uint32_t i = 0; i < WORLD_POOL_VIPS; i++)
		random_vip(w, world_pool_vip(is6, i), id);
	/* Only nat has replies. */
	if (!has(w, FIXTURE_FEATURE(NAT)))
		return;
	for (uint32_t i = 0; i < WORLD_POOL_HOSTS; i++)
		random_host(w, is6, world_pool_host(is6, i));
}

static void random_tunnels(struct world *w)
{
	for (int i = 0; i < LB_TUNNELS; i++)
		w->fixture.tunnels[i] = (struct fixture_tunnel){
			.source4 = world_pool_address(false),
			.spread4 = one_in(2) ? 0 : world_pool_next(),
			.source6 = world_pool_address(true),
			.spread6 = one_in(2) ? 0 : world_pool_next(),
			.answer = one_in(2),
		};
}

/* Mostly not asked, or hardly anything would be for us. */
static void random_macs(struct world *w)
{
	uint32_t n = one_in(4) ? 1 + below(LB_MACS) : 0;

	for (uint32_t i = 0; i < n; i++)
		w->fixture.macs[i] = world_pool_mac();
}

/* Zero beyond its length, which counts all 128 bits. */
static struct ipaddr mask(struct ipaddr address, uint32_t length)
{
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t bits = length > i * 32 ? length - i * 32 : 0;

		if (bits < 32)
			address.word[i] &= ~(UINT32_MAX >> bits);
	}
	return address;
}

static bool has_prefix(const struct fixture *f, const struct fixture_prefix *p)
{
	for (size_t i = 0; i < f->n_prefixes; i++)
		if (f->prefixes[i].service == p->service &&
		    f->prefixes[i].length == p->length &&
		    ipaddr_equal(f->prefixes[i].address, p->address))
			return true;
	return false;
}

static void random_prefix(struct world *w, const struct fixture_service *s)
{
	static const uint8_t lengths[2][LB_FILTER_LENGTHS] = {
		{ 0, 8, 24, 26, 29, 30, 31, 32 },
		{ 0, 32, 48, 64, 96, 122, 127, 128 },
	};
	bool is6 = !ipaddr_is4(s->address);
	uint8_t length = lengths[is6][below(LB_FILTER_LENGTHS)];
	struct fixture_prefix p = {
		.service = s->id,
		.address =
			mask(world_pool_client(is6), length + (is6 ? 0U : 96U)),
		.length = length,
		.deny = one_in(2),
	};

	if (w->fixture.n_prefixes < WORLD_ROWS_MAX &&
	    !has_prefix(&w->fixture, &p))
		w->prefixes[w->fixture.n_prefixes++] = p;
}

static bool has_server(const struct fixture *f,
		       const struct fixture_server_id *id)
{
	for (size_t i = 0; i < f->n_server_ids; i++)
		if (f->server_ids[i].service == id->service &&
		    f->server_ids[i].config == id->config &&
		    !memcmp(f->server_ids[i].bytes, id->bytes, id->length))
			return true;
	return false;
}

/* Ids of one length, for one configuration. */
static void random_servers(struct world *w, const struct fixture_service *s,
			   uint8_t config)
{
	uint8_t length = (uint8_t)(1 + below(LB_QUIC_ID_MAX));

	for (uint32_t i = below(7); i; i--) {
		struct fixture_server_id id = {
			.service = s->id,
			.config = config,
			.length = length,
			.backend = random_backend(w, kind_of(s)),
		};
		uint8_t bytes[WORLD_POOL_ID];

		world_pool_server(bytes);
		memcpy(id.bytes, bytes, length);
		if (id.backend && w->fixture.n_server_ids < WORLD_ROWS_MAX &&
		    !has_server(&w->fixture, &id))
			w->server_ids[w->fixture.n_server_ids++] = id;
	}
}

/* What belongs to a service's id, which several rows may have. */
static void random_details(struct world *w)
{
	struct fixture *f = &w->fixture;

	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *s = &w->services[i];

		if (i && s->id == s[-1].id)
			continue;
		for (uint32_t n = s->filter ? below(6) : 0; n; n--)
			random_prefix(w, s);
		if (s->balance == LB_BALANCE_QUIC)
			for (uint8_t c = 0; c < LB_QUIC_CONFIGS; c++)
				if (one_in(2))
					random_servers(w, s, c);
	}
}

void world_create(struct world *w, uint32_t without)
{
	struct fixture *f = &w->fixture;
	uint16_t id = (uint16_t)below(3);

	memset(w, 0, sizeof(*w));
	f->without = without;
	f->services = w->services;
	f->replies = w->replies;
	f->prefixes = w->prefixes;
	f->server_ids = w->server_ids;
	f->flows = w->flows;
	f->limit = one_in(4) ? FIXTURE_USED_UP : FIXTURE_UNLIMITED;
	random_backends(w);
	random_ring(w);
	random_tunnels(w);
	random_macs(w);
	random_family(w, false, &id);
	if (has(w, FIXTURE_FEATURE(IPV6)))
		random_family(w, true, &id);
	random_details(w);
}

void world_keep_flows(struct world *w, const struct fixture_flow *flows,
		      size_t n)
{
	memcpy(w->flows, flows, n * sizeof(*flows));
	w->fixture.n_flows = n;
}

uint32_t world_features(void)
{
	return one_in(4) ? world_pool_next() & LB_FEATURES_ALL : 0;
}
