/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames for the tests, described by what is unusual about them.
 *
 * Everything here is in host byte order, MAC addresses are 48-bit numbers:
 * what a test writes is what it means, and only packet_build() knows the wire.
 * It shares no code with the program, its checksums are computed from scratch.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_VLANS_MAX  3
#define PACKET_LENGTH_MAX 2048
#define PACKET_AUTO	  (-1) /* whatever is right for the other fields */

#define IP4(a, b, c, d)                                                        \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

struct packet_vlan {
	uint16_t proto; /* 0: no tag here, nor after */
	uint16_t tci;
};

struct packet {
	uint64_t eth_dst, eth_src;
	struct packet_vlan vlans[PACKET_VLANS_MAX];
	uint16_t ethertype;
	uint8_t version;
	int ihl;	 /* words, or PACKET_AUTO */
	uint8_t options; /* bytes of IP options (all no-operation) */
	uint8_t tos;
	int ip_length; /* or PACKET_AUTO */
	uint16_t id;
	uint16_t fragment; /* flags and offset, as in the header */
	uint8_t ttl;
	uint8_t protocol;
	int ip_check;	   /* or PACKET_AUTO */
	uint16_t ip_error; /* added to ip_check in one's complement */
	uint32_t saddr, daddr;
	uint16_t sport, dport;
	int udp_length;	     /* or PACKET_AUTO */
	int udp_check;	     /* or PACKET_AUTO */
	uint16_t udp_error;  /* added to udp_check in one's complement */
	uint16_t payload;    /* bytes after the UDP header */
	uint16_t first_word; /* of the payload, instead of its pattern */
	uint16_t padding;    /* bytes after the IP packet, not zero */
	int frame_length;    /* cuts the frame here, or PACKET_AUTO */
};

/* The addresses of the tests' world (RFC 5737 for what is "outside"). */
#define CLIENT	     IP4(198, 51, 100, 7)
#define VIP	     IP4(192, 0, 2, 1)
#define BACKEND_1    IP4(10, 0, 0, 11)
#define BACKEND_2    IP4(10, 0, 0, 12)
#define LB_MAC	     0x020000000001
#define GATEWAY_MAC  0x0200000000fe
#define BACKEND1_MAC 0x02000a00000b
#define BACKEND2_MAC 0x02000a00000c

/*
 * A sound DNS question of a client to the VIP.  The fields that are given come
 * after the defaults and override them, which C allows and -Wextra dislikes.
 */
#pragma GCC diagnostic ignored "-Woverride-init"
#define PACKET(...)                                                            \
	{                                                                      \
		.eth_dst = LB_MAC, .eth_src = GATEWAY_MAC,                     \
		.ethertype = 0x0800, .version = 4, .ihl = PACKET_AUTO,         \
		.ip_length = PACKET_AUTO, .id = 0x1234, .ttl = 64,             \
		.protocol = 17, .ip_check = PACKET_AUTO, .saddr = CLIENT,      \
		.daddr = VIP, .sport = 40000, .dport = 53,                     \
		.udp_length = PACKET_AUTO, .udp_check = PACKET_AUTO,           \
		.payload = 32, .frame_length = PACKET_AUTO, __VA_ARGS__        \
	}

/* Writes the frame, at most PACKET_LENGTH_MAX bytes; returns its length. */
size_t packet_build(const struct packet *p, uint8_t *frame);

/*
 * Sums of all that the checksums cover, the checksums included, modulo 0xffff:
 * 0 where they are right.  For frames whose headers are sound; `ip` points at
 * the IPv4 header.
 */
uint32_t packet_ip_sum(const uint8_t *ip);
uint32_t packet_udp_sum(const uint8_t *ip);

/* Where the IPv4 header is, behind whatever VLAN tags there are. */
size_t packet_ip_offset(const uint8_t *frame);

/* Both checksums of a sound frame are right, or the UDP one is absent (0). */
bool packet_verify(const uint8_t *frame);

/* Big-endian numbers at p. */
uint16_t packet_get16(const uint8_t *p);
uint32_t packet_get32(const uint8_t *p);
void packet_put16(uint8_t *p, uint16_t value);
void packet_put32(uint8_t *p, uint32_t value);
void packet_put_mac(uint8_t *p, uint64_t mac);

#endif
