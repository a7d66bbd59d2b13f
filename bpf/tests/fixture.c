/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "fixture.h"
#include "fixture_rows.h"

#define ADDRESS_BITS 128
#define PREFIX4_BITS 96 /* before an IPv4 address */

/* Network order. */
static void put_words(__be32 to[4], struct ipaddr address)
{
	for (int i = 0; i < 4; i++)
		to[i] = htonl(address.word[i]);
}

uint32_t fixture_bucket(struct ipaddr address, int bits)
{
	__be32 words[4];

	put_words(words, address);
	return ipaddr_is4(address) ? lb_bucket4(words[3], bits)
				   : lb_bucket6(words, bits);
}

static struct lb_endpoint endpoint(struct ipaddr address, uint16_t port,
				   enum lb_key_kind kind)
{
	struct lb_endpoint key = { .port = htons(port), .kind = (__u8)kind };

	put_words(key.address, address);
	key.ipv6 = !ipaddr_is4(address);
	return key;
}

static struct lb_service service_value(const struct fixture *f, size_t row)
{
	const struct fixture_service *s = &f->services[row];

	return (struct lb_service){
		.ring_base = s->base,
		.shape = lb_shape(s->mask, s->forward, s->balance),
		.flags = (__u16)((fixture_is_sole(f, row) * LB_SERVICE_SOLE) |
				 (s->ping * LB_SERVICE_ECHO) |
				 (s->strict * LB_SERVICE_STRICT) |
				 (s->direct * LB_SERVICE_DIRECT) |
				 (s->filter * LB_SERVICE_FILTER) |
				 (s->deny * LB_SERVICE_DENY) |
				 (s->tell * LB_SERVICE_TELL)),
		.id = s->id,
		.sticky = s->sticky,
	};
}

static struct lb_target reply_value(const struct fixture *f, size_t row)
{
	const struct fixture_reply *r = &f->replies[row];
	struct lb_target value = { .port = htons(r->vip_port) };

	put_words(value.address, r->vip);
	packet_put_mac(value.mac, r->mac);
	if (fixture_is_sole_reply(f, row))
		value.flags = LB_TARGET_SOLE;
	if (r->tell)
		value.flags |= LB_TARGET_TELL;
	return value;
}

/* The VIP's port, and for its first row what has no port. */
static int put_service(const struct fixture *f, size_t row, fixture_put *put,
		       void *priv)
{
	const struct fixture_service *s = &f->services[row];
	struct lb_endpoint key = endpoint(s->address, s->port, LB_KEY_PORT);
	struct lb_service value = service_value(f, row);
	int err = put(priv, LB_MAP_SERVICES, &key, &value);

	if (err || !fixture_is_first(f, row))
		return err;
	key = endpoint(s->address, 0, LB_KEY_ADDRESS);
	return put(priv, LB_MAP_SERVICES, &key, &value);
}

static int put_reply(const struct fixture *f, size_t row, fixture_put *put,
		     void *priv)
{
	const struct fixture_reply *r = &f->replies[row];
	struct lb_endpoint key = endpoint(r->address, r->port, LB_KEY_PORT);
	struct lb_target value = reply_value(f, row);
	int err = put(priv, LB_MAP_REPLIES, &key, &value);

	if (err || !fixture_is_first_reply(f, row))
		return err;
	key = endpoint(r->address, 0, LB_KEY_ADDRESS);
	return put(priv, LB_MAP_REPLIES, &key, &value);
}

/* The bucket's entry once, and the row itself where the bucket asks for it. */
static int fill_services(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_services; i++) {
		struct fixture_group g = fixture_group(f, i);
		struct lb_vip vip = { .service.shape = g.ask
						       << LB_SHAPE_ASK_SHIFT };

		if (!g.ask) {
			put_words(vip.address, f->services[i].address);
			vip.first = g.first;
			vip.last = g.last;
			vip.service = service_value(f, i);
		}
		if (g.leads)
			err = put(priv, LB_MAP_VIPS, &g.bucket, &vip);
		if (!err && g.ask)
			err = put_service(f, i, put, priv);
	}
	return err;
}

static int fill_replies(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_replies; i++) {
		struct fixture_group g = fixture_group_replies(f, i);
		struct lb_host host = { .ask = g.ask ? (__u16)g.ask
						     : LB_ASK_HERE };

		if (!g.ask) {
			put_words(host.address, f->replies[i].address);
			host.port = htons(f->replies[i].port);
			host.reply = reply_value(f, i);
		}
		if (g.leads)
			err = put(priv, LB_MAP_HOSTS, &g.bucket, &host);
		if (!err && g.ask)
			err = put_reply(f, i, put, priv);
	}
	return err;
}

static int fill_backends(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < f->n_backends; i++) {
		const struct fixture_backend *b = &f->backends[i];
		struct lb_target value = {
			.port = htons(b->port),
			.mtu = b->mtu,
			.flags = (__u16)((ipaddr_is4(b->address)
						  ? 0
						  : LB_TARGET_IPV6) |
					 (b->local ? LB_TARGET_LOCAL : 0) |
					 (b->tell ? LB_TARGET_TELL : 0)),
			.sticky = b->sticky,
		};

		put_words(value.address, b->address);
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

static int fill_tunnels(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < LB_TUNNELS; i++) {
		const struct fixture_tunnel *t = &f->tunnels[i];
		struct lb_tunnel value = {
			.source4 = htonl(t->source4.word[3]),
			.spread4 = htonl(t->spread4),
			.spread6 = htonl(t->spread6),
			.answer = t->answer,
		};

		put_words(value.source6, t->source6);
		err = put(priv, LB_MAP_TUNNELS, &i, &value);
	}
	return err;
}

static int fill_macs(const struct fixture *f, fixture_put *put, void *priv)
{
	struct lb_macs value = { { 0 } };
	uint32_t zero = 0;

	for (int i = 0; i < LB_MACS; i++)
		packet_put_mac((uint8_t *)&value.mac[i] + 2,
			       f->macs[i] ? f->macs[i] : f->macs[0]);
	return put(priv, LB_MAP_MACS, &zero, &value);
}

static uint16_t prefix_bits(const struct fixture_prefix *p)
{
	return (uint16_t)(p->length +
			  (ipaddr_is4(p->address) ? PREFIX4_BITS : 0));
}

static struct ipaddr mask_of(int bits)
{
	struct ipaddr mask = { { 0 } };

	for (int i = 0; i < bits; i++)
		mask.word[i / 32] |= 1U << (31 - i % 32);
	return mask;
}

static int fill_prefixes(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_prefixes; i++) {
		const struct fixture_prefix *p = &f->prefixes[i];
		uint16_t bits = prefix_bits(p);
		struct ipaddr mask = mask_of(bits);
		struct lb_prefix key = { .service = p->service,
					 .length = (__u16)(bits + 1) };
		uint32_t denied = p->deny;

		put_words(key.address, p->address);
		for (int j = 0; j < 4; j++)
			key.address[j] &= htonl(mask.word[j]);
		err = put(priv, LB_MAP_PREFIXES, &key, &denied);
	}
	return err;
}

static bool has_length(const struct fixture *f, uint16_t service, int bits)
{
	for (size_t i = 0; i < f->n_prefixes; i++)
		if (f->prefixes[i].service == service &&
		    prefix_bits(&f->prefixes[i]) == bits)
			return true;
	return false;
}

/* The lengths of one service, the longest first. */
static int put_filter(const struct fixture *f, uint16_t service,
		      fixture_put *put, void *priv)
{
	uint32_t n = 0;
	int err = 0;

	for (int bits = ADDRESS_BITS; !err && bits >= 0; bits--) {
		uint32_t index = service * LB_FILTER_LENGTHS + n;
		struct lb_filter value = { .length = (__u16)(bits + 1) };

		if (!has_length(f, service, bits))
			continue;
		put_words(value.mask, mask_of(bits));
		err = n++ < LB_FILTER_LENGTHS
			      ? put(priv, LB_MAP_FILTERS, &index, &value)
			      : -E2BIG;
	}
	return err;
}

static int fill_filters(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = fill_prefixes(f, put, priv);

	for (uint16_t id = 0; !err && id < fixture_ids(f); id++)
		err = put_filter(f, id, put, priv);
	return err;
}

static int fill_server_ids(const struct fixture *f, fixture_put *put,
			   void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_server_ids; i++) {
		const struct fixture_server_id *s = &f->server_ids[i];
		uint32_t index = s->service * LB_QUIC_CONFIGS + s->config;
		struct lb_quic_config config = { .length = s->length };
		struct lb_quic_id id = { .service = s->service,
					 .config = s->config };

		memset(config.mask, 0xff, s->length);
		memcpy(id.server, s->bytes, s->length);
		err = put(priv, LB_MAP_QUIC_CONFIGS, &index, &config);
		err = err ?: put(priv, LB_MAP_QUIC_IDS, &id, &s->backend);
	}
	return err;
}

static int fill_flows(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n_flows; i++) {
		const struct fixture_flow *flow = &f->flows[i];
		struct lb_flow key = { .ports = htonl(flow->ports),
				       .service = flow->sticky };
		struct lb_flow_state value = { .backend = flow->backend };

		put_words(key.address, flow->client);
		err = put(priv, LB_MAP_FLOWS, &key, &value);
	}
	return err;
}

struct fixture_flow fixture_flow(const struct lb_flow *key, uint32_t backend,
				 uint64_t packets)
{
	struct fixture_flow flow = {
		.sticky = (uint16_t)key->service,
		.ports = ntohl(key->ports),
		.backend = backend,
		.packets = packets,
	};

	for (int i = 0; i < 4; i++)
		flow.client.word[i] = ntohl(key->address[i]);
	return flow;
}

int fixture_fill(const struct fixture *f, fixture_put *put, void *priv)
{
	int err = fill_services(f, put, priv);

	err = err ?: fill_replies(f, put, priv);
	err = err ?: fill_ring(f, put, priv);
	err = err ?: fill_backends(f, put, priv);
	err = err ?: fill_tunnels(f, put, priv);
	err = err ?: fill_macs(f, put, priv);
	err = err ?: fill_filters(f, put, priv);
	err = err ?: fill_server_ids(f, put, priv);
	return err ?: fill_flows(f, put, priv);
}

static size_t at_least_one(size_t entries)
{
	return entries ? entries : 1;
}

int fixture_size(const struct fixture *f, fixture_resize *resize, void *priv)
{
	size_t backends = at_least_one(f->n_backends), ids = fixture_ids(f);
	const struct {
		const char *map;
		size_t entries;
	} sizes[] = {
		{ LB_MAP_VIPS, LB_VIP_BUCKETS },
		{ LB_MAP_SERVICES, 2 * f->n_services },
		{ LB_MAP_HOSTS, LB_HOST_BUCKETS },
		{ LB_MAP_REPLIES, 2 * f->n_replies },
		{ LB_MAP_RING, f->n_ring },
		{ LB_MAP_BACKENDS, backends },
		{ LB_MAP_TUNNELS, LB_TUNNELS },
		{ LB_MAP_MACS, 1 },
		{ LB_MAP_FILTERS, ids * LB_FILTER_LENGTHS },
		{ LB_MAP_PREFIXES, f->n_prefixes },
		{ LB_MAP_QUIC_CONFIGS, ids * LB_QUIC_CONFIGS },
		{ LB_MAP_QUIC_IDS, f->n_server_ids },
		{ LB_MAP_FLOWS, FIXTURE_FLOWS_MAX },
		{ LB_MAP_BACKEND_STATS, backends },
		{ LB_MAP_REASON_STATS, LB_COUNT_END },
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sizes) / sizeof(sizes[0]); i++)
		err = resize(priv, sizes[i].map,
			     at_least_one(sizes[i].entries));
	return err;
}
