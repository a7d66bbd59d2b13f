/* SPDX-License-Identifier: GPL-2.0-only */
/* How backends are asked whether they serve.  Plain data, without pointers. */
#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

#define HEALTH_BYTES_MAX    512 /* to send, or expected */
#define HEALTH_DNS_NAME_MAX 254 /* as text, with a dot at its end */
#define HEALTH_PATH_MAX	    512 /* with the NUL */
#define HEALTH_HOST_MAX	    254 /* with the NUL */

enum health_type {
	HEALTH_NONE,
	HEALTH_ICMP,
	HEALTH_UDP,
	HEALTH_DNS, /* over UDP */
	HEALTH_TCP,
	HEALTH_HTTP,
	HEALTH_HTTPS,
};

enum health_expect_kind {
	HEALTH_EXPECT_ANYTHING, /* any answer is a good one */
	HEALTH_EXPECT_EXACT,
	HEALTH_EXPECT_PREFIX,
	HEALTH_EXPECT_CONTAINS,
	HEALTH_EXPECT_REGEX, /* POSIX extended, anywhere in it */
};

struct health_expect {
	enum health_expect_kind kind;
	uint16_t length;		 /* of bytes; 0 with ANYTHING only */
	uint8_t bytes[HEALTH_BYTES_MAX]; /* a regex may not contain zero bytes
					  */
};

struct model_health_udp {
	uint16_t length; /* of send: 1 ... HEALTH_BYTES_MAX */
	uint8_t send[HEALTH_BYTES_MAX];
	struct health_expect expect;
};

struct model_health_dns {
	char name[HEALTH_DNS_NAME_MAX + 1];
	uint16_t qtype; /* of the record asked for */
};

struct model_health_http { /* HTTPS as well */
	bool verify;	   /* HTTPS: the certificate, for host */
	uint16_t status_first, status_last; /* both included; 0, 0: 200-299 */
	char path[HEALTH_PATH_MAX];	    /* with "?query"; empty: "/" */
	char host[HEALTH_HOST_MAX];	    /* empty: the address */
	struct health_expect expect;	    /* within the body's first 16 KiB */
};

struct model_health {
	enum health_type type; /* HEALTH_NONE is no check */
	struct addr address;   /* unset: the backend's */
	uint16_t port;	       /* not with ICMP; 0: the backend's */
	struct addr alias;     /* UDP, DNS: answers come from there, too */
	uint32_t interval_ms;
	uint32_t timeout_ms;	 /* 0: half of the interval */
	unsigned int rise, fall; /* in a row; at least 1 */
	bool skipped_fails;	 /* who could not be asked for long is down */
	union {
		struct model_health_udp udp;
		struct model_health_dns dns;
		struct model_health_http http;
	};
};

/* What may be a secret that is shared with the backends (paths and names of
 * hosts, what is sent and expected) becomes the word "hidden". */
void model_health_hide(struct model_health *health);

#endif
