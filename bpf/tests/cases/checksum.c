/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checksums where one's complement has its corners: 0 and 0xffff.  The words
 * that bring a packet there (`first_word` of the payload, `id`) are constants;
 * harness.c holds every expected frame against a full computation, so a wrong
 * one cannot go unnoticed.
 */
#include "world.h"

/* The VIP with its halves swapped: the addresses' change adds up to nothing. */
#define VIP_SWAPPED IP4(2, 1, 192, 0)

#define BROADCAST IP4(255, 255, 255, 255)
#define NOWHERE	  IP4(0, 0, 0, 0)

#define ONE_SERVICE(name, how_forwarded, to, to_port)                          \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53,                                     \
				  .forward = LB_FORWARD_##how_forwarded)),     \
		.RING(1),                                                      \
		.BACKENDS({ .address = to,                                     \
			    .port = to_port,                                   \
			    .mac = BACKEND1_MAC }),                            \
	}

ONE_SERVICE(nat, NAT, BACKEND_1, 5353);
ONE_SERVICE(snat, SNAT, BACKEND_1, 0);
ONE_SERVICE(dsr, DSR, BACKEND_1, 0);
ONE_SERVICE(same_sum, NAT, VIP_SWAPPED, 0);
ONE_SERVICE(itself, NAT, VIP, 53);
/* The most and the least that a source may be. */
#define ALMOST_ONES IP4(255, 255, 255, 254)
#define ALMOST_ZERO IP4(1, 0, 0, 0)
ONE_SERVICE(all_ones, NAT, BROADCAST, 65535);
ONE_SERVICE(all_zero, NAT, NOWHERE, 0);

const struct packet_case cases_checksum[] = {
	{ "udp-none-nat", &nat, PACKET(.udp_check = 0),
	  FORWARDED(1, TO_1, .dport = 5353, .udp_check = 0) },
	{ "udp-none-snat", &snat, PACKET(.udp_check = 0),
	  FORWARDED(1, TO_1, .saddr = VIP, .udp_check = 0) },
	{ "udp-none-dsr", &dsr, PACKET(.udp_check = 0),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .udp_check = 0) },

	/* A computed 0 is sent as 0xffff; 0 would say that there is none. */
	{ "udp-zero-comes-in", &nat,
	  PACKET(.first_word = 0x0f1c, .udp_check = 0xffff),
	  FORWARDED(1, TO_1, .dport = 5353, .first_word = 0x0f1c) },
	{ "udp-zero-goes-out-nat", &nat, PACKET(.first_word = 0xb25e),
	  FORWARDED(1, TO_1, .dport = 5353, .first_word = 0xb25e,
		    .udp_check = 0xffff) },
	{ "udp-zero-goes-out-snat", &snat, PACKET(.first_word = 0x2f4c),
	  FORWARDED(1, TO_1, .saddr = VIP, .first_word = 0x2f4c,
		    .udp_check = 0xffff) },
	{ "udp-zero-stays", &same_sum,
	  PACKET(.first_word = 0x0f1c, .udp_check = 0xffff),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .daddr = VIP_SWAPPED,
		    .first_word = 0x0f1c, .udp_check = 0xffff) },
	{ "udp-zero-dsr", &dsr,
	  PACKET(.first_word = 0x0f1c, .udp_check = 0xffff),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .first_word = 0x0f1c,
		    .udp_check = 0xffff) },
	{ "udp-unchanged", &itself, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },

	/* 0xffff is 0 in another spelling, which no computation yields. */
	{ "ip-0-comes-in", &nat, PACKET(.id = 0x8e75, .ip_check = 0),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x8e75) },
	{ "ip-ffff-comes-in", &nat, PACKET(.id = 0x8e75, .ip_check = 0xffff),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x8e75) },
	{ "ip-fffe-comes-in", &nat, PACKET(.id = 0x8e76, .ip_check = 0xfffe),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x8e76) },
	{ "ip-0-goes-out-nat", &nat, PACKET(.id = 0x476c),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x476c, .ip_check = 0) },
	{ "ip-0-goes-out-snat", &snat, PACKET(.id = 0xafa5),
	  FORWARDED(1, TO_1, .saddr = VIP, .id = 0xafa5, .ip_check = 0) },
	{ "ip-fffe-goes-out-nat", &nat, PACKET(.id = 0x476d),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x476d, .ip_check = 0xfffe) },
	{ "ip-ffff-dsr", &dsr, PACKET(.id = 0x8e75, .ip_check = 0xffff),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .id = 0x8e75) },

	/* A little-endian machine's sum of 1 or 2, after a second fold. */
	{ "second-fold-nat", &nat, PACKET(.id = 0x486c, .first_word = 0xb35e),
	  FORWARDED(1, TO_1, .dport = 5353, .id = 0x486c, .ip_check = 0xfeff,
		    .first_word = 0xb35e, .udp_check = 0xfeff) },
	{ "second-fold-snat", &snat, PACKET(.id = 0xb1a5, .first_word = 0x314c),
	  FORWARDED(1, TO_1, .saddr = VIP, .id = 0xb1a5, .ip_check = 0xfdff,
		    .first_word = 0x314c, .udp_check = 0xfdff) },

	{ "extreme-ones", &all_ones,
	  PACKET(.saddr = ALMOST_ONES, .sport = 65535, .ttl = 255, .tos = 255,
		 .id = 65535),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .saddr = ALMOST_ONES,
		    .sport = 65535, .ttl = 254, .tos = 255, .id = 65535,
		    .daddr = BROADCAST, .dport = 65535) },
	{ "extreme-zeros", &all_zero,
	  PACKET(.saddr = ALMOST_ZERO, .sport = 0, .ttl = 2, .id = 0,
		 .payload = 0),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .saddr = ALMOST_ZERO,
		    .sport = 0, .ttl = 1, .id = 0, .payload = 0,
		    .daddr = NOWHERE) },

	/* What came damaged stays damaged, by the same amount. */
	{ "bad-ip", &nat, PACKET(.ip_error = 1),
	  FORWARDED(1, TO_1, .dport = 5353, .ip_error = 1) },
	{ "bad-ip-large", &snat, PACKET(.ip_error = 0xfffe),
	  FORWARDED(1, TO_1, .saddr = VIP, .ip_error = 0xfffe) },
	{ "bad-udp", &nat, PACKET(.udp_error = 1),
	  FORWARDED(1, TO_1, .dport = 5353, .udp_error = 1) },
	{ "bad-udp-large", &snat, PACKET(.udp_error = 0xfffe),
	  FORWARDED(1, TO_1, .saddr = VIP, .udp_error = 0xfffe) },
	{ "bad-both", &nat, PACKET(.ip_error = 0x8000, .udp_error = 0x7fff),
	  FORWARDED(1, TO_1, .dport = 5353, .ip_error = 0x8000,
		    .udp_error = 0x7fff) },
	{ "bad-both-dsr", &dsr, PACKET(.ip_error = 3, .udp_error = 4),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .ip_error = 3,
		    .udp_error = 4) },
	/* This error makes it a wrong 0xffff; 0 would no longer be wrong. */
	{ "bad-udp-never-none", &nat, PACKET(.udp_error = 0x8ee9),
	  FORWARDED(1, TO_1, .dport = 5353, .udp_error = 0x8ee9) },
	{ 0 },
};
