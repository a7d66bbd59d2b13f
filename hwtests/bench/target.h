/* SPDX-License-Identifier: GPL-2.0-only */
/* The program under test: loaded, its tables filled by the daemon's own code. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "../../bpf/lb_abi.h"

/* Service n is TARGET_VIP + n, its backends are numbered across services. */
#define TARGET_VIP	    0xc6130000U /* 198.19.0.0 */
#define TARGET_CLIENT	    0xc6120000U /* 198.18.0.0 */
#define TARGET_BACKEND	    0x0a000001U /* 10.0.0.1 */
#define TARGET_PORT	    5000
#define TARGET_BACKEND_PORT 5555

struct target_shape {
	uint32_t services;
	uint32_t slots;	   /* of each; a power of two */
	uint32_t backends; /* of each */
	uint32_t features; /* 1 << LB_FEATURE_...: what else is switched on */
	bool filtered;	   /* each service has three prefixes */
};

struct target;

/* 0 and *out, or negative errno, with the reason on standard error. */
int target_open(struct target **out, const char *object,
		const struct target_shape *shape);
void target_close(struct target *target);

const struct target_shape *target_shape(const struct target *target);

/* Makes all services balance and forward so.  0 or negative errno. */
int target_set(struct target *target, enum lb_balance balance,
	       enum lb_forward forward);

struct bpf_program *target_program(const struct target *target, bool timed);

#endif
