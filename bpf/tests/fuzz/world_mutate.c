/* SPDX-License-Identifier: GPL-2.0-only */
/* What is wrong with a frame, of either family. */
#include "world_packet.h"
#include "world_pool.h"

#define below  world_random
#define one_in world_pool_one_in

#define ETH_LENGTH 14

/* Words of an IP packet that something depends on, counted from its header. */
static const uint8_t words[2][16] = {
	/* IPv4; UDP or ICMP; within ICMP: IPv4, UDP. */
	{ 0, 2, 6, 8, 10, 20, 22, 24, 26, 28, 30, 34, 38, 48, 50, 54 },
	/* IPv6; UDP, ICMP or an extension; behind that; within ICMP. */
	{ 0, 4, 6, 40, 42, 44, 46, 48, 50, 52, 54, 56, 88, 90, 94, 96 },
};

/* Where IP begins, or the end of the frame. */
static size_t find_ip(const uint8_t *frame, size_t length)
{
	size_t at = ETH_LENGTH;

	while (at + 2 <= length && (packet_get16(frame + at - 2) == 0x8100 ||
				    packet_get16(frame + at - 2) == 0x88a8))
		at += 4;
	return at < length ? at : length;
}

static uint16_t strange_word(uint16_t word)
{
	static const uint16_t strange[] = { 0, 1, 0x7fff, 0x8000, 0xffff };

	switch (below(4)) {
	case 0:
		return strange[below(5)];
	case 1:
		return (uint16_t)(word ^ 1U << below(16));
	case 2:
		return (uint16_t)world_pool_next();
	default: /* about as much, for a length */
		return (uint16_t)(word + below(17) - 8);
	}
}

static void change_word(uint8_t *frame, size_t length)
{
	size_t at = find_ip(frame, length);

	at += words[at < length && frame[at] >> 4 == 6][below(16)];
	if (at + 2 <= length)
		packet_put16(frame + at,
			     strange_word(packet_get16(frame + at)));
}

/* Two of three changes fall into the headers. */
static void change_byte(uint8_t *frame, size_t length)
{
	uint32_t range = one_in(3) || length < 110 ? (uint32_t)length : 110;
	uint8_t *byte = frame + below(range);

	if (one_in(2))
		*byte = (uint8_t)world_pool_next();
	else
		*byte ^= (uint8_t)(1U << below(8));
}

/* An IPv6 packet of, or for, what looks like one of our IPv4 addresses. */
static void map_address(uint8_t *frame, size_t length)
{
	bool is_source = one_in(2);
	size_t at = find_ip(frame, length);
	struct ipaddr address =
		is_source ? world_pool_host(false, below(WORLD_POOL_HOSTS))
			  : world_pool_vip(false, below(WORLD_POOL_VIPS));

	if (at + 40 > length || frame[at] >> 4 != 6)
		return;
	at += is_source ? 8 : 24;
	for (size_t i = 0; i < 4; i++)
		packet_put32(frame + at + i * 4, address.word[i]);
}

size_t world_packet_mutate(uint8_t *frame, size_t length)
{
	if (one_in(8))
		length = below((uint32_t)length + 1);
	else if (one_in(8) && length > 120)
		length = below(120);
	if (!length)
		return 0;
	for (uint32_t i = below(3) + 1; i; i--) {
		if (one_in(2))
			change_word(frame, length);
		else
			change_byte(frame, length);
	}
	if (one_in(32))
		map_address(frame, length);
	return length;
}
