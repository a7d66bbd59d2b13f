/* SPDX-License-Identifier: GPL-2.0-only */
/* What this machine, its kernel and its NIC can do for udplb. */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "card.h"
#include "tables/plan.h"

/* 0, or -EPERM with what is missing logged. */
int probe_privileges(void);

/* The interface's index; or -ENODEV, logged. */
int probe_interface(const char *name);

/*
 * Would the program, with these features (1 << LB_FEATURE_...) and maps of
 * these sizes, load in this mode?  Nothing is attached.  0; or negative errno
 * and the reasons in why.
 */
int probe_mode(int ifindex, enum mode mode, const struct plan_sizes *sizes,
	       uint32_t features, char *why, size_t why_size);

/* Ordered: the worse, the higher. */
enum probe_fit {
	PROBE_FITS,
	PROBE_MAY_FIT, /* in the larger room that is reported, not the other */
	PROBE_REFUSED,
};

/* What a card would say to the program of a plan, judged offline. */
struct probe_verdict {
	enum probe_fit fit;
	const char *variant; /* of the program */
	uint32_t nfp_insns;  /* an estimate; 0: not made */
	char why[512];	     /* unless it fits: why, and what would */
};

/*
 * By the table of a card's firmware.  0 whatever the verdict; or negative
 * errno, with a sentence in out->why.
 */
int probe_plan(const struct plan *plan, const struct card_firmware *firmware,
	       struct probe_verdict *out);

/* Prints the answer for an interface to standard output.  Logs errors. */
int probe_print(const char *interface, bool json);

/*
 * Prints whether a card would take an object file, judged offline (no root, no
 * card, no kernel).  -EINVAL where it would not; else 0 or negative errno.
 */
int probe_object(const char *path, bool json);

#endif
