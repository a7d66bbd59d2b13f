/* SPDX-License-Identifier: GPL-2.0-only */
/* What ethtool knows of a NIC, as far as it matters for the doctor. */
#ifndef DOCTOR_NIC_H
#define DOCTOR_NIC_H

#include "doctor/rules.h"

/* What the driver does not tell stays zero; 0 or negative errno. */
int doctor_nic_read(const char *interface, struct doctor_nic *out);

#endif
