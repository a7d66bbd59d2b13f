/* SPDX-License-Identifier: GPL-2.0-only */
/* Another interface of this host in the network of ours. */
#ifndef DOCTOR_TWIN_H
#define DOCTOR_TWIN_H

#include "doctor/rules.h"

/*
 * Sets twin.  0 or negative errno where the kernel cannot be asked; what it
 * does not know of an interface is no finding.
 */
int doctor_twin_find(struct doctor_facts *facts);

#endif
