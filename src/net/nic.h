/* SPDX-License-Identifier: GPL-2.0-only */
/* The NIC as ethtool knows it. */
#ifndef NIC_H
#define NIC_H

#include "metrics/snapshot.h"

/*
 * Driver, firmware, bus and every counter.  out->stats is reused and grown;
 * nic_free() it in the end.  0 or negative errno; a NIC without counters has
 * none and that is no error.
 */
int nic_read(const char *interface, struct snapshot_nic *out);
void nic_free(struct snapshot_nic *nic);

#endif
