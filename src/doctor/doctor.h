/* SPDX-License-Identifier: GPL-2.0-only */
/* Looks at this host before, or while, it balances. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "model/model.h"

/* Exit codes of "udplb doctor". */
enum doctor_verdict {
	DOCTOR_HEALTHY = 0,	/* hints at most */
	DOCTOR_FOUND = 1,	/* something has to be mended */
	DOCTOR_CANNOT_TELL = 2, /* logged why */
};

/*
 * Prints what is wrong, and the commands for the backends.  ask_network: also
 * send probes for the VIPs.
 */
enum doctor_verdict doctor_run(const struct model *model, bool json,
			       bool ask_network);

#endif
