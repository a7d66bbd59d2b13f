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

#define PACKET_VLANS_MAX      3
#define PACKET_EXTENSIONS_MAX 5
#define PACKET_LENGTH_MAX     2048
#define PACKET_AUTO	      (-1) /* whatever is right for the other fields */

/* In host byte order, the most significant word first; see ipaddr_is4(). */
struct ipaddr {
	uint32_t word[4];
};

/*
 * ::ffff:a.b.c.d, and four words.  As initialisers only, because no compound
 * literal is constant within another: elsewhere it is IPADDR(VIP).
 */
#define IP4(a, b, c, d)                                                        \
	{                                                                      \
		{                                                              \
			0, 0, 0xffff,                                          \
				(uint32_t)(a) << 24 | (uint32_t)(b) << 16 |    \
					(uint32_t)(c) << 8 | (uint32_t)(d)     \
		}                                                              \
	}
#define IP6(a, b, c, d)                                                        \
	{                                                                      \
		{                                                              \
			(a), (b), (c), (d)                                     \
		}                                                              \
	}
#define IPADDR(...) ((struct ipaddr)__VA_ARGS__)

static inline bool ipaddr_is4(struct ipaddr a)
{
	return !a.word[0] && !a.word[1] && a.word[2] == 0xffff;
}

static inline bool ipaddr_equal(struct ipaddr a, struct ipaddr b)
{
	return a.word[0] == b.word[0] && a.word[1] == b.word[1] &&
	       a.word[2] == b.word[2] && a.word[3] == b.word[3];
}

/* The address n further on, as far as the last word goes. */
static inline struct ipaddr ipaddr_add(struct ipaddr a, uint32_t n)
{
	a.word[3] += n;
	return a;
}

struct packet_vlan {
	uint16_t proto; /* 0: no tag here, nor after */
	uint16_t tci;
};

/* Of IPv6, in their order. */
struct packet_extension {
	uint8_t type;	       /* its own, not the next one's */
	uint16_t length;       /* bytes, times of 8; 0: none here, nor after */
	uint8_t segments_left; /* of a routing header */
	uint16_t fragment;     /* offset and flags of a fragment header */
};

#define PACKET_HOP_BY_HOP  0
#define PACKET_ROUTING	   43
#define PACKET_FRAGMENT	   44
#define PACKET_DESTINATION 60

/* A fragment header; the word is the offset in bytes, plus 1 if more follow. */
#define FRAGMENT6(word)                                                        \
	{                                                                      \
		.type = PACKET_FRAGMENT, .length = 8, .fragment = (word)       \
	}

/* What is behind the IP header. */
enum packet_body {
	PACKET_UDP = 0,
	PACKET_ICMP, /* ICMPv6 where the addresses are IPv6 */
	PACKET_RAW,  /* nothing but payload */
};

enum packet_tunnel {
	PACKET_PLAIN = 0,
	PACKET_IPIP,
	PACKET_GUE,
};

/* What is put before the IP header; its family is that of the source. */
struct packet_outer {
	enum packet_tunnel tunnel;
	struct ipaddr source, destination;
	uint8_t tos;
	uint32_t flow_label;
	uint8_t ttl;	       /* 0: 64 */
	uint16_t sport, dport; /* gue */
};

struct packet {
	uint64_t eth_dst, eth_src;
	struct packet_vlan vlans[PACKET_VLANS_MAX];
	int ethertype; /* or PACKET_AUTO */
	struct packet_outer outer;
	/* IPv4 or IPv6, by the source address. */
	int version;	     /* only the number; or PACKET_AUTO */
	int ihl;	     /* IPv4: words, or PACKET_AUTO */
	uint8_t options;     /* IPv4: bytes of options (all no-operation) */
	uint8_t tos;	     /* or traffic class */
	uint32_t flow_label; /* IPv6 */
	int ip_length;	     /* with the header, or PACKET_AUTO */
	uint16_t id;
	uint16_t fragment; /* IPv4: flags and offset, as in the header */
	uint8_t ttl;	   /* or hop limit */
	int protocol;	   /* or PACKET_AUTO */
	int ip_check;	   /* IPv4: or PACKET_AUTO */
	uint16_t ip_error; /* added to ip_check in one's complement */
	struct ipaddr saddr, daddr;
	struct packet_extension extensions[PACKET_EXTENSIONS_MAX];
	enum packet_body body;
	uint16_t sport, dport;
	int udp_length;	    /* or PACKET_AUTO */
	int udp_check;	    /* or PACKET_AUTO */
	uint16_t udp_error; /* added to udp_check in one's complement */
	uint8_t icmp_type, icmp_code;
	uint32_t icmp_rest;  /* of the header */
	int icmp_check;	     /* or PACKET_AUTO */
	uint16_t icmp_error; /* added to icmp_check in one's complement */
	/* Follows the ICMP header, from its IP header on; or NULL. */
	const struct packet *embedded;
	int embedded_length;  /* bytes of it, or PACKET_AUTO: all */
	uint16_t payload;     /* bytes after all that */
	uint16_t first_word;  /* of the payload, instead of its pattern */
	const uint8_t *bytes; /* the payload's first ones, the same */
	uint16_t n_bytes;
	uint16_t padding; /* bytes after the IP packet, not zero */
	int frame_length; /* cuts the frame here, or PACKET_AUTO */
};

/* The addresses of the tests' world (RFC 5737, RFC 3849). */
#define CLIENT	     IP4(198, 51, 100, 7)
#define ROUTER	     IP4(203, 0, 113, 9) /* on the way to the client */
#define VIP	     IP4(192, 0, 2, 1)
#define BACKEND_1    IP4(10, 0, 0, 11)
#define BACKEND_2    IP4(10, 0, 0, 12)
#define CLIENT6	     IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abcdef7)
#define ROUTER6	     IP6(0x20010db8, 0x00070000, 0, 0x00000009)
#define VIP6	     IP6(0x20010db8, 0, 0, 0x00000001)
#define BACKEND6_1   IP6(0x20010db8, 0x000a0000, 0, 0x00000011)
#define BACKEND6_2   IP6(0x20010db8, 0x000a0000, 0, 0x00000012)
#define LB_MAC	     0x020000000001
#define GATEWAY_MAC  0x0200000000fe
#define BACKEND1_MAC 0x02000a00000b
#define BACKEND2_MAC 0x02000a00000c

/*
 * A sound DNS question of a client to the VIP.  The fields that are given come
 * after the defaults and override them, which C allows and -Wextra dislikes.
 */
#pragma GCC diagnostic ignored "-Woverride-init"
#define PACKET_DEFAULTS_                                                       \
	.eth_dst = LB_MAC, .eth_src = GATEWAY_MAC, .ethertype = PACKET_AUTO,   \
	.version = PACKET_AUTO, .ihl = PACKET_AUTO, .ip_length = PACKET_AUTO,  \
	.id = 0x1234, .ttl = 64, .protocol = PACKET_AUTO,                      \
	.ip_check = PACKET_AUTO, .sport = 40000, .dport = 53,                  \
	.udp_length = PACKET_AUTO, .udp_check = PACKET_AUTO,                   \
	.icmp_check = PACKET_AUTO, .embedded_length = PACKET_AUTO,             \
	.payload = 32, .frame_length = PACKET_AUTO
#define PACKET(...)                                                            \
	{                                                                      \
		PACKET_DEFAULTS_, .saddr = CLIENT, .daddr = VIP, __VA_ARGS__   \
	}
#define PACKET6(...)                                                           \
	{                                                                      \
		PACKET_DEFAULTS_, .saddr = CLIENT6, .daddr = VIP6, __VA_ARGS__ \
	}

/* For .embedded: a packet of its own. */
#define EMBEDDED(...)  (&(const struct packet)PACKET(__VA_ARGS__))
#define EMBEDDED6(...) (&(const struct packet)PACKET6(__VA_ARGS__))

/* Writes the frame, at most PACKET_LENGTH_MAX bytes; returns its length. */
size_t packet_build(const struct packet *p, uint8_t *frame);

/*
 * Sums of big-endian words (RFC 1071), modulo 0xffff: 0 where all that a
 * checksum covers, itself included, is right.
 */
uint32_t packet_sum(const uint8_t *bytes, size_t length);
/* Of the IPv4 header at ip. */
uint32_t packet_ip_sum(const uint8_t *ip);
/*
 * Of `length` bytes of UDP, ICMP or ICMPv6 (17, 1, 58) and, where it is not
 * ICMP, the pseudo header out of the IPv4 or IPv6 header at ip.
 */
uint32_t packet_l4_sum(const uint8_t *ip, uint8_t protocol, const uint8_t *l4,
		       size_t length);
/* What makes such a sum 0; the field itself must be 0 in it. 0 ... 0xfffe. */
uint16_t packet_checksum(uint32_t sum);

/* Where the IP header is, behind whatever VLAN tags there are. */
size_t packet_ip_offset(const uint8_t *frame);

/*
 * All checksums of a sound frame are right, or that of UDP is absent (0): the
 * IPv4 header's, UDP's, ICMP's; within IP in IP, those of the inner packet.  Of
 * what is in a fragment nothing can be said.
 */
bool packet_verify(const uint8_t *frame);

/* Big-endian numbers at p. */
uint16_t packet_get16(const uint8_t *p);
uint32_t packet_get32(const uint8_t *p);
void packet_put16(uint8_t *p, uint16_t value);
void packet_put32(uint8_t *p, uint32_t value);
void packet_put_mac(uint8_t *p, uint64_t mac);
/* An address takes 4 or 16 bytes. */
struct ipaddr packet_get_address4(const uint8_t *p);
struct ipaddr packet_get_address6(const uint8_t *p);
void packet_put_address(uint8_t *p, struct ipaddr address);

#endif
