/* SPDX-License-Identifier: GPL-2.0-only */
#include "frame.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <string.h>

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

_Static_assert(sizeof(struct headers) == FRAME_MIN, "all headers");

static uint32_t sum_words(const void *bytes, size_t length)
{
	uint32_t sum = 0;
	uint16_t word;

	for (size_t i = 0; i + 1 < length; i += 2) {
		memcpy(&word, (const char *)bytes + i, 2);
		sum += word;
	}
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The payload is zeroes, which add nothing. */
static uint16_t udp_checksum(const struct headers *h)
{
	uint32_t sum = htons(IPPROTO_UDP) + (uint32_t)h->udp.len;

	sum += sum_words((const char *)&h->ip + 12, 8);
	sum += sum_words(&h->udp, sizeof(h->udp));
	return fold(sum) ?: 0xffff;
}

void frame_build(const struct frame *frame, uint8_t *bytes, size_t length)
{
	struct headers h = {
		.eth.h_proto = htons(ETH_P_IP),
		.ip.version = 4,
		.ip.ihl = 5,
		.ip.tot_len = htons((uint16_t)(length - sizeof(h.eth))),
		.ip.ttl = 64,
		.ip.protocol = IPPROTO_UDP,
		.ip.saddr = htonl(frame->source),
		.ip.daddr = htonl(frame->destination),
		.udp.source = htons(frame->source_port),
		.udp.dest = htons(frame->destination_port),
		.udp.len = htons(
			(uint16_t)(length - sizeof(h.eth) - sizeof(h.ip))),
	};

	memcpy(h.eth.h_dest, frame->to, sizeof(frame->to));
	memcpy(h.eth.h_source, frame->from, sizeof(frame->from));
	h.ip.check = fold(sum_words(&h.ip, sizeof(h.ip)));
	h.udp.check = udp_checksum(&h);
	memset(bytes, 0, length);
	memcpy(bytes, &h, sizeof(h));
}
