/* SPDX-License-Identifier: GPL-2.0-only */
/* What the benchmarks send, shared by their BPF programs and user space. */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <linux/types.h>

/*
 * Every frame starts as these bytes; flow and service then change the 16-bit
 * words below.  Frames that vary are Ethernet, IPv4 or IPv6 without options or
 * extensions, UDP.
 */
#define TRAFFIC_HEADER 112
#define TRAFFIC_SHORT  48 /* as much as a program changes of IPv4 and UDP */
#define TRAFFIC_WORDS  (TRAFFIC_HEADER / 2)

enum traffic_word {
	TRAFFIC_ETHERTYPE = 6,
	TRAFFIC_TTL_PROTOCOL = 11,
	TRAFFIC_IP_CHECK = 12,
	TRAFFIC_CLIENT = 14, /* low half of the source address */
	TRAFFIC_VIP = 16,    /* low half of the destination */
	TRAFFIC_SOURCE_PORT = 17,
	TRAFFIC_PORT = 18,
	TRAFFIC_UDP_CHECK = 20,
	/* The same in IPv6. */
	TRAFFIC6_CLIENT = 18,
	TRAFFIC6_VIP = 26,
	TRAFFIC6_SOURCE_PORT = 27,
	TRAFFIC6_UDP_CHECK = 30,
};

/* Flow n comes from port n % 2^14 of address n / 2^14. */
#define TRAFFIC_PORT_BITS 14

struct traffic {
	union {
		__u16 words[TRAFFIC_WORDS];
		__u64 longs[TRAFFIC_HEADER / 8];
	} header;
	__u32 restore;	/* this many bytes of it; a multiple of 8 */
	__u32 flows;	/* both 1: all frames are alike */
	__u32 services; /* VIPs in a row */
	__u32 ipv6;
	__u32 length;	     /* of a frame */
	__u32 grown;	     /* what the program under test puts before it */
	__u32 ifindex;	     /* where the generator sends to */
	__u16 balanced_port; /* network order: what the sink wants */
	__u16 zero;
};

enum traffic_count {
	TRAFFIC_BALANCED, /* UDP to balanced_port */
	TRAFFIC_OTHER,	  /* other UDP */
	TRAFFIC_SENT,
	TRAFFIC_COUNTS
};

#endif
