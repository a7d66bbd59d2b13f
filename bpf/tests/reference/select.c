/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "select.h"

#define UDP_LENGTH 8

uint32_t reference_select_swap(uint32_t word)
{
	return word >> 24 | (word >> 8 & 0xff00) | (word & 0xff00) << 8 |
	       word << 24;
}

/* The hash reads addresses and ports as a little-endian machine does. */
static uint32_t fold(const struct reference_flow *flow)
{
	static const uint32_t multipliers[] = { 1013904243, 1481765933,
						739982445, 1 };
	uint32_t sum = 0;

	if (!flow->is6)
		return reference_select_swap(flow->client.word[3]);
	for (int i = 0; i < 4; i++)
		sum += reference_select_swap(flow->client.word[i]) *
		       multipliers[i];
	return sum;
}

uint32_t reference_select_hash(const struct reference_flow *flow)
{
	uint32_t h = fold(flow);

	h += reference_select_swap(flow->ports) * 1640531527U;
	h = (h ^ h / 65536) * 569420461U;
	h = (h ^ h / 32768) * 1935289751U;
	return h ^ h / 32768;
}

struct reference_flow reference_select_flow(const uint8_t *frame, size_t length,
					    const struct reference_packet *p)
{
	bool later = p->part == REFERENCE_LATER;

	return (struct reference_flow){
		.is6 = p->is6,
		.client = p->source,
		.ports = later ? 0 : (uint32_t)p->sport << 16 | p->dport,
		.udp = later ? NULL : frame + p->l4,
		.udp_end = frame + length,
		.part = p->part,
		.id = p->is6 ? p->id : p->id << 16,
	};
}

static uint32_t check_index(const struct fixture *f, uint32_t index)
{
	return index < f->n_backends ? index : 0;
}

/* The index of the usable backend in a slot, or 0. */
static uint32_t slot_backend(const struct fixture *f, size_t slot)
{
	return slot < f->n_ring ? check_index(f, f->ring[slot]) : 0;
}

static uint32_t choose_sprayed(const struct fixture *f,
			       const struct fixture_service *s,
			       uint32_t sprayed)
{
	uint32_t usable = 0;

	for (uint32_t i = 0; i <= s->mask; i++) {
		uint32_t index = slot_backend(f, s->base + i);

		if (index == sprayed)
			return sprayed;
		usable = index ? index : usable;
	}
	return usable;
}

/*
 * The connection id of RFC 8999, 5.1 and 5.2, with at least 8 bytes after its
 * first; its length, which a short header does not tell, as SIZE_MAX.
 */
static const uint8_t *find_connection_id(const struct reference_flow *flow,
					 size_t *length)
{
	const uint8_t *payload = flow->udp + UDP_LENGTH;
	size_t available = packet_get16(flow->udp + 4) - UDP_LENGTH;
	size_t there = (size_t)(flow->udp_end - payload);
	bool is_long = available && payload[0] >= 0x80;
	size_t at = is_long ? 6 : 1;

	/* Of a first fragment the length is the whole datagram's. */
	if (available < at + 9 || there < at + 9)
		return NULL;
	*length = is_long ? payload[5] : SIZE_MAX;
	return payload + at;
}

static uint32_t choose_by_id(const struct fixture *f,
			     const struct fixture_service *s,
			     const struct reference_flow *flow)
{
	const uint8_t *id;
	size_t length;

	if (s->balance != LB_BALANCE_QUIC || !flow->udp)
		return 0;
	id = find_connection_id(flow, &length);
	for (size_t i = 0; id && i < f->n_server_ids; i++) {
		const struct fixture_server_id *server = &f->server_ids[i];

		if (server->service == s->id && server->config == id[0] / 32 &&
		    length > server->length &&
		    !memcmp(server->bytes, id + 1, server->length))
			return check_index(f, server->backend);
	}
	return 0;
}

size_t reference_select_slot(const struct fixture_service *s,
			     const struct reference_flow *flow)
{
	struct reference_flow seen = *flow;

	if (s->balance == LB_BALANCE_SOURCE)
		seen.ports = 0;
	if (s->balance == LB_BALANCE_PACKET)
		seen.ports = flow->id;
	return s->base + reference_select_hash(&seen) % (s->mask + 1);
}

uint32_t reference_select_backend(const struct fixture *f,
				  const struct fixture_service *s,
				  const struct reference_flow *flow,
				  uint32_t sprayed)
{
	uint32_t index = choose_by_id(f, s, flow);

	if (index)
		return index;
	if (s->balance == LB_BALANCE_PACKET && flow->part == REFERENCE_WHOLE)
		return choose_sprayed(f, s, sprayed);
	return slot_backend(f, reference_select_slot(s, flow));
}
