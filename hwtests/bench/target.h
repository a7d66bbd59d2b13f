/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program under test as the daemon would run it: planned, loaded with the
 * features that the services need, its tables filled, by the daemon's own code.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/lb_abi.h"

/* Service n is VIP + n, its backends are numbered across services. */
#define TARGET_VIP	    0xc6130000U /* 198.19.0.0, 2001:db8:13:: */
#define TARGET_CLIENT	    0xc6120000U /* 198.18.0.0, 2001:db8:12:: */
#define TARGET_BACKEND	    0x0a000001U /* 10.0.0.1, 2001:db8:a::1 */
#define TARGET_VIP6	    0x00130000U /* second word of the address */
#define TARGET_CLIENT6	    0x00120000U
#define TARGET_BACKEND6	    0x000a0000U
#define TARGET_PORT	    5000
#define TARGET_BACKEND_PORT 5555
#define TARGET_LINK_MTU	    1500
#define TARGET_FLOWS	    (1U << 21)

struct target_shape {
	uint32_t services;
	uint32_t slots;	   /* of each; a power of two */
	uint32_t backends; /* of each */
	enum lb_balance balance;
	enum lb_forward forward;
	bool ipv6;	   /* the VIPs; backends too, but for tunnels */
	bool filtered;	   /* each service has three prefixes */
	bool strict;	   /* drops what is malformed */
	bool sticky;	   /* flows are remembered, TARGET_FLOWS at most */
	uint32_t features; /* 1 << LB_FEATURE_...: what else is switched on */
};

struct target;

/*
 * object: a file to take the program from; NULL: as the daemon chooses it.  0
 * and *out, or negative errno, with the reason on standard error.
 */
int target_open(struct target **out, const char *object,
		const struct target_shape *shape);
void target_close(struct target *target);

/* "nat4", ...; "file" where an object was given. */
const char *target_variant(const struct target *target);

struct bpf_program *target_program(const struct target *target, bool timed);

#endif
