/* SPDX-License-Identifier: GPL-2.0-only */
/* One try to attach in one mode, as log, status and metrics tell it. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "model/model.h"

#define ATTACH_REASON_SIZE  2048
#define ATTACH_ATTEMPTS_MAX 3

struct attach_attempt {
	enum mode mode;
	bool ok;
	double seconds;
	char why[ATTACH_REASON_SIZE]; /* of a refusal; else empty */
};

#endif
