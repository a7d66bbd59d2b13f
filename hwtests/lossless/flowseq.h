/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbered frames: what flowseq's BPF programs and user space agree on. */
#ifndef FLOWSEQ_H
#define FLOWSEQ_H

#include <linux/types.h>

#define FLOWSEQ_LENGTH	 64
#define FLOWSEQ_FLOWS	 65536
#define FLOWSEQ_BACKENDS 256 /* by the last byte of the address */

/* 16-bit words of a frame: Ethernet, IPv4 without options, UDP. */
enum flowseq_word {
	FLOWSEQ_ETHERTYPE = 6,
	FLOWSEQ_TTL_PROTOCOL = 11,
	FLOWSEQ_IP_CHECK = 12,
	FLOWSEQ_CLIENT = 14, /* low half of the source address */
	FLOWSEQ_BACKEND = 16,
	FLOWSEQ_SOURCE_PORT = 17,
	FLOWSEQ_PORT = 18,
	FLOWSEQ_UDP_CHECK = 20,
	FLOWSEQ_FLOW = 21,   /* the payload; both zero in the template */
	FLOWSEQ_NUMBER = 23, /* and the next one: high, low half */
	FLOWSEQ_WORDS = FLOWSEQ_LENGTH / 2
};

/* Flow n comes from port n % 256 of client n / 256, counted from the first. */
#define FLOWSEQ_CLIENT_BITS 8

struct flowseq {
	union {
		__u16 words[FLOWSEQ_WORDS];
		__u64 longs[FLOWSEQ_WORDS / 4];
	} frame;
	__u32 flows;
	__u32 ifindex; /* where they are sent to */
	__u32 window;  /* on their way at the same time; 0: pause */
	__u16 port;    /* network order: what a balanced frame goes to */
	__u16 zero;
	/* Those on their way are sent - received - forgiven. */
	__u64 sent, received, forgiven;
	__u64 limit;   /* what may be sent in all */
	__u64 strange; /* UDP that is none of ours, or not balanced */
};

/* What the sink knows of a flow; the next number of it, where it went last. */
struct flowseq_flow {
	__u32 next;
	__u32 lost;    /* numbers that were skipped */
	__u32 late;    /* numbers below the next one: twice, or out of order */
	__u32 backend; /* 0: none yet */
};

#endif
