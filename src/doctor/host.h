/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts that stand in files of /proc and /sys, and in limits. */
#ifndef DOCTOR_HOST_H
#define DOCTOR_HOST_H

#include "doctor/rules.h"

/* What the kernel does not have is -1, or not set. */
void doctor_host_read(struct doctor_facts *facts);

#endif
