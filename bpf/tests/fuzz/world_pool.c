/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>

#include "bpf/tests/fixture.h"
#include "world_pool.h"

static const struct ipaddr vips[2][2] = {
	{ VIP, IP4(255, 255, 0, 1) },
	{ VIP6, IP6(0xffff0000, 0, 0xffff, 0) },
};
static const struct ipaddr hosts[2] = { BACKEND_1, BACKEND6_1 };
static const struct ipaddr clients[2] = { CLIENT, CLIENT6 };
static const uint16_t ports[WORLD_POOL_PORTS] = { 53, 54, 443, 65535 };

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom generators). */
static uint64_t random_state;

void world_seed(uint64_t seed)
{
	random_state = seed;
}

uint32_t world_pool_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

uint32_t world_random(uint32_t n)
{
	return world_pool_next() % n;
}

bool world_pool_one_in(uint32_t n)
{
	return world_random(n) == 0;
}

/* The first address after this one that is in the bucket. */
static struct ipaddr find_in_bucket(struct ipaddr address, uint32_t bucket,
				    int bits)
{
	do
		address = ipaddr_add(address, 1);
	while (fixture_bucket(address, bits) != bucket);
	return address;
}

static struct ipaddr find_collision(struct ipaddr address, int bits)
{
	return find_in_bucket(address, fixture_bucket(address, bits), bits);
}

/* Where an IPv6 packet to what looks like the IPv4 VIP is looked for. */
static struct ipaddr find_mapped_collision(void)
{
	const __be32 mapped[] = { 0, 0, htonl(0xffff),
				  htonl(vips[0][0].word[3]) };

	return find_in_bucket(vips[1][0], lb_bucket6(mapped, LB_VIP_BITS),
			      LB_VIP_BITS);
}

struct ipaddr world_pool_vip(bool is6, uint32_t nth)
{
	static struct ipaddr found[2][2];
	struct ipaddr *same = &found[is6][0], *other = &found[is6][1];

	if (nth < 2)
		return vips[is6][nth];
	if (!same->word[3]) {
		*same = find_collision(vips[is6][0], LB_VIP_BITS);
		*other = is6 ? find_mapped_collision()
			     : ipaddr_add(vips[is6][0], 1);
	}
	return nth == 2 ? *same : *other;
}

struct ipaddr world_pool_host(bool is6, uint32_t nth)
{
	static struct ipaddr found[2];

	if (nth < WORLD_POOL_HOSTS - 1)
		return ipaddr_add(hosts[is6], nth);
	if (!found[is6].word[3])
		found[is6] = find_collision(hosts[is6], LB_HOST_BITS);
	return found[is6];
}

struct ipaddr world_pool_client(bool is6)
{
	struct ipaddr client = ipaddr_add(clients[is6], world_random(64));

	if (is6 && world_pool_one_in(2))
		client.word[1 + world_random(2)] ^= 1U << world_random(32);
	return client;
}

static struct ipaddr random_address(bool is6)
{
	struct ipaddr address = { { 0, 0, 0xffff, world_pool_next() } };

	if (is6)
		for (int i = 0; i < 3; i++)
			address.word[i] = world_pool_next();
	return address;
}

struct ipaddr world_pool_address(bool is6)
{
	switch (world_random(4)) {
	case 0:
		return world_pool_host(is6, world_random(WORLD_POOL_HOSTS));
	case 1:
		return world_pool_client(is6);
	case 2:
		return world_pool_vip(is6, world_random(WORLD_POOL_VIPS));
	default:
		return random_address(is6);
	}
}

uint16_t world_pool_port(uint32_t nth)
{
	return ports[nth];
}

uint16_t world_pool_any_port(void)
{
	switch (world_random(8)) {
	case 0:
		return 0;
	case 1:
		return (uint16_t)world_pool_next();
	default:
		return ports[world_random(WORLD_POOL_PORTS)];
	}
}

uint64_t world_pool_mac(void)
{
	uint64_t high = world_random(0x10000) & 0xfeff;

	return high << 32 | world_pool_next() | 1;
}

void world_pool_server(uint8_t *bytes)
{
	bytes[0] = (uint8_t)world_random(4);
	for (uint8_t i = 1; i < WORLD_POOL_ID; i++)
		bytes[i] = (uint8_t)(i * 0x11);
	if (world_pool_one_in(4))
		bytes[world_random(WORLD_POOL_ID)] ^= 1;
}
