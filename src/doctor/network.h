/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks the hosts around who else has our VIPs. */
#ifndef DOCTOR_NETWORK_H
#define DOCTOR_NETWORK_H

#include "doctor/rules.h"

/*
 * Sends one ARP probe or neighbour solicitation for each VIP and listens for
 * half a second; sets claimed and mac.  0 or negative errno, logged.
 */
int doctor_network_ask(struct doctor_facts *facts);

#endif
