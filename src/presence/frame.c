/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/frame.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>
#include <string.h>

#define HOP_LIMIT 255 /* of all neighbour discovery: no router was passed */

struct arp_frame {
	struct ether_header ether;
	struct ether_arp arp;
} __attribute__((packed));

/* Advertisements and solicitations are alike up to their option. */
struct nd_frame {
	struct ether_header ether;
	struct ip6_hdr ip;
	struct nd_neighbor_advert nd;
	struct nd_opt_hdr option;
	uint8_t option_mac[MAC_LEN];
} __attribute__((packed));

#define ND_WITHOUT_OPTION offsetof(struct nd_frame, option)

_Static_assert(sizeof(struct nd_frame) == PRESENCE_FRAME_MAX,
	       "the longest frame");
_Static_assert(sizeof(struct nd_neighbor_advert) ==
		       sizeof(struct nd_neighbor_solicit),
	       "both are a word and a target");

static size_t put_arp(uint8_t *frame, const uint8_t mac[MAC_LEN],
		      const struct addr *sender, const struct addr *target)
{
	struct arp_frame f = {
		.ether.ether_type = htons(ETHERTYPE_ARP),
		.arp = {
			.arp_hrd = htons(ARPHRD_ETHER),
			.arp_pro = htons(ETHERTYPE_IP),
			.arp_hln = MAC_LEN,
			.arp_pln = sizeof(target->v4),
			.arp_op = htons(ARPOP_REQUEST),
		},
	};

	memset(f.ether.ether_dhost, 0xff, MAC_LEN);
	memcpy(f.ether.ether_shost, mac, MAC_LEN);
	memcpy(f.arp.arp_sha, mac, MAC_LEN);
	if (sender)
		memcpy(f.arp.arp_spa, &sender->v4, sizeof(sender->v4));
	memcpy(f.arp.arp_tpa, &target->v4, sizeof(target->v4));
	memcpy(frame, &f, sizeof(f));
	return sizeof(f);
}

static uint32_t add_words(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

/* RFC 8200, 8.1: of a pseudo header and the message; both of even length. */
static uint16_t icmp6_checksum(const struct nd_frame *f, size_t size)
{
	uint32_t sum = (uint32_t)size + IPPROTO_ICMPV6;

	sum = add_words(sum, &f->ip.ip6_src, 2 * sizeof(f->ip.ip6_src));
	sum = add_words(sum, (const uint8_t *)f + offsetof(struct nd_frame, nd),
			size);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* size: of the frame, with or without the option. */
static size_t finish_nd(uint8_t *frame, struct nd_frame *f, size_t size,
			const uint8_t mac[MAC_LEN])
{
	const size_t payload = size - offsetof(struct nd_frame, nd);

	/* RFC 2464, 7: a group's MAC address ends like its IPv6 address. */
	memcpy(f->ether.ether_dhost, "\x33\x33", 2);
	memcpy(f->ether.ether_dhost + 2, &f->ip.ip6_dst.s6_addr[12], 4);
	memcpy(f->ether.ether_shost, mac, MAC_LEN);
	f->ether.ether_type = htons(ETHERTYPE_IPV6);
	f->ip.ip6_flow = htonl(6U << 28);
	f->ip.ip6_plen = htons((uint16_t)payload);
	f->ip.ip6_nxt = IPPROTO_ICMPV6;
	f->ip.ip6_hlim = HOP_LIMIT;
	f->nd.nd_na_hdr.icmp6_cksum = icmp6_checksum(f, payload);
	memcpy(frame, f, size);
	return size;
}

static size_t put_advertisement(uint8_t *frame, const uint8_t mac[MAC_LEN],
				const struct addr *address)
{
	struct nd_frame f = {
		.ip.ip6_src = address->v6,
		.ip.ip6_dst.s6_addr = { 0xff, 0x02, [15] = 1 }, /* all nodes */
		.nd.nd_na_hdr.icmp6_type = ND_NEIGHBOR_ADVERT,
		.nd.nd_na_target = address->v6,
		.option = { .nd_opt_type = ND_OPT_TARGET_LINKADDR,
			    .nd_opt_len = 1 },
	};

	f.nd.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
	memcpy(f.option_mac, mac, MAC_LEN);
	return finish_nd(frame, &f, sizeof(f), mac);
}

static size_t put_solicitation(uint8_t *frame, const uint8_t mac[MAC_LEN],
			       const struct addr *address)
{
	struct nd_frame f = {
		/* The solicited-node address: RFC 4291, 2.7.1. */
		.ip.ip6_dst.s6_addr = { 0xff, 0x02, [11] = 1, [12] = 0xff },
		.nd.nd_na_hdr.icmp6_type = ND_NEIGHBOR_SOLICIT,
		.nd.nd_na_target = address->v6,
	};

	memcpy(&f.ip.ip6_dst.s6_addr[13], &address->bytes[13], 3);
	return finish_nd(frame, &f, ND_WITHOUT_OPTION, mac);
}

size_t presence_frame_announce(uint8_t frame[PRESENCE_FRAME_MAX],
			       const uint8_t mac[MAC_LEN],
			       const struct addr *address)
{
	if (address->family == AF_INET6)
		return put_advertisement(frame, mac, address);
	return put_arp(frame, mac, address, address);
}

size_t presence_frame_ask(uint8_t frame[PRESENCE_FRAME_MAX],
			  const uint8_t mac[MAC_LEN],
			  const struct addr *address)
{
	if (address->family == AF_INET6)
		return put_solicitation(frame, mac, address);
	return put_arp(frame, mac, NULL, address);
}

static bool arp_claims(const uint8_t *frame, size_t length,
		       const struct addr *address, uint8_t mac[MAC_LEN])
{
	struct arp_frame f;

	if (length < sizeof(f))
		return false;
	memcpy(&f, frame, sizeof(f));
	if (f.ether.ether_type != htons(ETHERTYPE_ARP) ||
	    f.arp.arp_hrd != htons(ARPHRD_ETHER) ||
	    f.arp.arp_pro != htons(ETHERTYPE_IP) ||
	    memcmp(f.arp.arp_spa, &address->v4, sizeof(address->v4)) != 0)
		return false;
	memcpy(mac, f.arp.arp_sha, MAC_LEN);
	return true;
}

static bool nd_claims(const uint8_t *frame, size_t length,
		      const struct addr *address, uint8_t mac[MAC_LEN])
{
	struct nd_frame f;

	if (length < sizeof(f))
		return false;
	memcpy(&f, frame, sizeof(f));
	if (f.ether.ether_type != htons(ETHERTYPE_IPV6) ||
	    f.ip.ip6_nxt != IPPROTO_ICMPV6 || f.ip.ip6_hlim != HOP_LIMIT ||
	    f.nd.nd_na_hdr.icmp6_type != ND_NEIGHBOR_ADVERT ||
	    f.option.nd_opt_type != ND_OPT_TARGET_LINKADDR ||
	    memcmp(&f.nd.nd_na_target, &address->v6, sizeof(address->v6)) != 0)
		return false;
	memcpy(mac, f.option_mac, MAC_LEN);
	return true;
}

bool presence_frame_claims(const uint8_t *frame, size_t length,
			   const struct addr *address, uint8_t mac[MAC_LEN])
{
	if (address->family == AF_INET6)
		return nd_claims(frame, length, address, mac);
	return arp_claims(frame, length, address, mac);
}
