/* SPDX-License-Identifier: GPL-2.0-only */
#include "sum.h"

static bool is_ip4(const struct reference_sum *s)
{
	return s->ip[0] / 16 == 4;
}

static uint32_t sum_l4(const struct reference_sum *s)
{
	return packet_l4_sum(s->ip, s->protocol, s->l4, s->length);
}

void reference_sum_take(struct reference_sum *s, uint8_t *ip, uint8_t *l4,
			uint8_t protocol, size_t length)
{
	*s = (struct reference_sum){
		.ip = ip,
		.l4 = l4,
		.protocol = protocol,
		.length = length,
	};
	if (is_ip4(s))
		s->ip_sum = packet_ip_sum(ip);
	if (l4)
		s->l4_sum = sum_l4(s);
}

void reference_sum_take_packet(struct reference_sum *s, uint8_t *frame,
			       const struct reference_packet *p)
{
	bool later = p->part == REFERENCE_LATER;

	reference_sum_take(s, frame + p->ip, later ? NULL : frame + p->l4,
			   p->protocol, later ? 0 : p->end - p->l4);
}

/* A number modulo 0xffff, as sums of one's complement are. */
static uint16_t subtract(uint32_t a, uint32_t b)
{
	return (uint16_t)((a + 0xffff - b) % 0xffff);
}

static void restore_l4(const struct reference_sum *s)
{
	bool udp = s->protocol == REFERENCE_UDP;
	uint8_t *field = s->l4 + (udp ? 6 : 2);
	uint16_t check;

	if (udp && !packet_get16(field))
		return;
	packet_put16(field, 0);
	check = subtract(s->l4_sum, sum_l4(s));
	packet_put16(field, udp && !check ? 0xffff : check);
}

void reference_sum_restore(const struct reference_sum *s)
{
	if (is_ip4(s)) {
		packet_put16(s->ip + 10, 0);
		packet_put16(s->ip + 10,
			     subtract(s->ip_sum, packet_ip_sum(s->ip)));
	}
	if (s->l4)
		restore_l4(s);
}
