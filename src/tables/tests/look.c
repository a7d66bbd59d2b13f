/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tables/tests/look.h"

#define ANY_PORT (-1) /* what has no port */
/*
 * What a VIP's row for all ports would have.  A port whose own row is refused
 * stays with that, whatever becomes of it.
 */
#define NOBODYS 9999

static const void *find(const struct maps_hash *hash, const void *key,
			size_t key_size)
{
	for (size_t i = 0; i < hash->n; i++)
		if (!memcmp(hash->rows[i].key, key, key_size))
			return hash->rows[i].value;
	return NULL;
}

static const void *ask(const struct maps_hash *hash, const __be32 *address,
		       int port, uint32_t asks)
{
	struct lb_endpoint key = { .port = htons((uint16_t)port) };
	const void *value = NULL;

	memcpy(key.address, address, sizeof(key.address));
	key.ipv6 = !layout_is_ipv4(address);
	if (port == ANY_PORT) {
		key.port = 0;
		key.kind = LB_KEY_ADDRESS;
		return find(hash, &key, sizeof(key));
	}
	if (asks & LB_ASK_PORT)
		value = find(hash, &key, sizeof(key));
	key.port = 0;
	if (!value && asks & LB_ASK_ALL_PORTS)
		value = find(hash, &key, sizeof(key));
	return value;
}

static uint32_t bucket_of(const struct addr *address, const __be32 *words,
			  int bits)
{
	return address->family == AF_INET6 ? lb_bucket6(words, bits)
					   : lb_bucket4(words[3], bits);
}

static const struct lb_service *
look_service(const struct maps *maps, const struct addr *address, int port)
{
	const struct lb_vip *vip;
	__be32 words[4];

	layout_address(words, address);
	vip = &maps->vips[bucket_of(address, words, LB_VIP_BITS)];
	if (lb_ask(vip->service.shape))
		return ask(&maps->services, words, port,
			   lb_ask(vip->service.shape));
	if (!(vip->service.shape & LB_SHAPE_HERE) ||
	    memcmp(vip->address, words, sizeof(words)) != 0)
		return NULL;
	if (port != ANY_PORT && (port < vip->first || port > vip->last))
		return NULL;
	return &vip->service;
}

static const struct lb_target *look_reply(const struct maps *maps,
					  const struct addr *address, int port)
{
	const struct lb_host *host;
	__be32 words[4];

	layout_address(words, address);
	host = &maps->hosts[bucket_of(address, words, LB_HOST_BITS)];
	if (!host->ask)
		return NULL;
	if (host->ask != LB_ASK_HERE)
		return ask(&maps->replies, words, port, host->ask);
	if (memcmp(host->address, words, sizeof(words)) != 0)
		return NULL;
	if (port != ANY_PORT && host->port && host->port != htons(port))
		return NULL;
	return &host->reply;
}

static bool same(const void *a, const void *b, size_t size)
{
	return a && b ? !memcmp(a, b, size) : a == b;
}

/*
 * Where there is no room, what changes may be nothing.  And a bucket that goes
 * on alone has the new value of its port for what has no port as well.
 */
static bool is_lack(int port, const void *now, const void *old, const void *new,
		    size_t size)
{
	return now ? port == ANY_PORT && old : !same(old, new, size);
}

static void assert_old_or_new(const void *now, const void *old, const void *new,
			      size_t size)
{
	if (!same(now, old, size) && !same(now, new, size))
		fail_msg("neither the old value nor the new one");
}

/* No slot leads to a backend without a MAC. */
static void assert_has_mac(const struct maps *maps, uint32_t index)
{
	static const uint8_t none[MAC_LEN];

	if (index == LB_NO_BACKEND)
		return;
	assert_in_range(index, 1, WORLD_INDICES - 1);
	assert_memory_not_equal(maps->backends[index].mac, none, MAC_LEN);
}

static void assert_complete(const struct maps *maps,
			    const struct lb_service *service)
{
	const uint32_t forward = lb_forward(service->shape);

	for (uint32_t i = 0; i <= lb_ring_mask(service->shape); i++)
		assert_has_mac(maps, maps->ring[service->ring_base + i]);
	if (forward >= LB_FORWARD_IPIP)
		assert_int_not_equal(
			maps->tunnels[forward - LB_FORWARD_IPIP].source4, 0);
}

enum verdict { ALLOWED, DENIED, NO_PREFIX };

static enum verdict filter(const struct maps *maps, uint16_t id,
			   const struct addr *client)
{
	const size_t first = (size_t)id * LB_FILTER_LENGTHS;
	const struct lb_filter *f = &maps->filters[first];

	for (size_t i = 0; i < LB_FILTER_LENGTHS && f[i].length; i++) {
		struct lb_prefix key = { .service = id, .length = f[i].length };
		const uint32_t *denied;

		layout_address(key.address, client);
		for (size_t k = 0; k < 4; k++)
			key.address[k] &= f[i].mask[k];
		denied = find(&maps->prefixes, &key, sizeof(key));
		if (denied)
			return *denied ? DENIED : ALLOWED;
	}
	return NO_PREFIX;
}

static enum verdict judge(const struct maps *maps,
			  const struct lb_service *service,
			  const struct addr *client)
{
	enum verdict verdict;

	if (!(service->flags & LB_SERVICE_FILTER))
		return ALLOWED;
	verdict = filter(maps, service->id, client);
	if (verdict != NO_PREFIX)
		return verdict;
	return service->flags & LB_SERVICE_DENY ? DENIED : ALLOWED;
}

/*
 * Does the filter of this id gain or lose one length at most, and nothing else?
 * What changes more than that may have any verdict in between.
 */
static bool is_simple(const struct maps *maps, uint16_t id)
{
	const size_t first = (size_t)id * LB_FILTER_LENGTHS;
	const struct lb_filter *a = &maps->before->filters[first];
	const struct lb_filter *b = &maps->after->filters[first];
	bool in[2][130] = { 0 };
	size_t differ = 0;

	for (size_t i = 0; i < LB_FILTER_LENGTHS; i++)
		in[0][a[i].length] = in[1][b[i].length] = true;
	for (size_t i = 1; i < 130; i++)
		differ += in[0][i] != in[1][i];
	for (size_t i = 0; i < maps->before->prefixes.n; i++) {
		const struct maps_row *row = &maps->before->prefixes.rows[i];
		const uint32_t *denied = find(&maps->after->prefixes, row->key,
					      sizeof(struct lb_prefix));

		if (denied && memcmp(denied, row->value, sizeof(*denied)) != 0)
			return false;
	}
	return differ <= 1;
}

/* Of the service that was there before and is there after: the same one. */
static void assert_filtered(const struct maps *maps,
			    const struct lb_service *now,
			    const struct lb_service *old,
			    const struct lb_service *new)
{
	static const char *const clients[] = { "10.0.0.0",  "10.0.0.9",
					       "10.0.9.9",  "10.9.9.9",
					       "192.0.2.9", "fd00::9" };

	if (maps->refuse || !now || !old || !new || old->id != new->id ||
	    !is_simple(maps, old->id))
		return;
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++) {
		struct addr client = world_addr(clients[i]);
		enum verdict verdict = judge(maps, now, &client);

		if (verdict != judge(maps->before, old, &client))
			assert_int_equal(verdict,
					 judge(maps->after, new, &client));
	}
}

static bool is_left_to_all_ports(const struct maps *maps,
				 const struct addr *address,
				 const struct lb_service *now,
				 const struct lb_service *old)
{
	return same(old, look_service(maps->before, address, NOBODYS),
		    sizeof(*old)) &&
	       same(now, look_service(maps->after, address, NOBODYS),
		    sizeof(*now));
}

static void assert_host(const struct maps *maps, const struct addr *address,
			int port)
{
	const struct lb_target *now = look_reply(maps, address, port);
	const struct lb_target *old = look_reply(maps->before, address, port);
	const struct lb_target *new = look_reply(maps->after, address, port);

	if (!maps->refuse || !is_lack(port, now, old, new, sizeof(*now)))
		assert_old_or_new(now, old, new, sizeof(*now));
}

static void assert_vip(const struct maps *maps, const struct addr *address,
		       int port)
{
	const struct lb_service *now = look_service(maps, address, port);
	const struct lb_service *old =
		look_service(maps->before, address, port);
	const struct lb_service *new = look_service(maps->after, address, port);

	if (!maps->refuse || (!is_lack(port, now, old, new, sizeof(*now)) &&
			      !is_left_to_all_ports(maps, address, now, old)))
		assert_old_or_new(now, old, new, sizeof(*now));
	if (now)
		assert_complete(maps, now);
	/* A new one comes when all of its slots are there. */
	if (now && !same(now, old, sizeof(*now)) && lb_ring_mask(now->shape))
		assert_memory_equal(maps->ring + now->ring_base,
				    maps->after->ring + now->ring_base,
				    (lb_ring_mask(now->shape) + 1) *
					    sizeof(*maps->ring));
	assert_filtered(maps, now, old, new);
}

/* The first ports of each place, those behind them, and nobody's. */
void look_assert_sound(const struct maps *maps)
{
	static const int ports[] = { ANY_PORT, 1,  2,	 5,    7,      11, 15,
				     21,       23, 25,	 31,   41,     45, 51,
				     55,       53, 5003, 5353, NOBODYS };
	static struct addr vips[WORLD_POOL], hosts[WORLD_POOL];
	const struct maps_hash *ids = &maps->quic_ids;

	if (!addr_is_set(vips))
		world_pools(vips, hosts);
	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
		for (size_t k = 0; k < WORLD_POOL; k++)
			assert_vip(maps, &vips[k], ports[i]);
		for (size_t k = 0; k < WORLD_POOL; k++)
			assert_host(maps, &hosts[k], ports[i]);
	}
	for (size_t i = 0; i < ids->n; i++)
		assert_has_mac(maps, *(const uint32_t *)ids->rows[i].value);
}
