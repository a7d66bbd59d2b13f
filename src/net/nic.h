/* SPDX-License-Identifier: GPL-2.0-only */
/* The NIC as ethtool knows it. */
#ifndef NIC_H
#define NIC_H

#include <stddef.h>
#include <stdint.h>

struct nic_stat {
	char name[32]; /* ETH_GSTRING_LEN */
	uint64_t value;
};

struct nic {
	char driver[32], firmware[32], bus[32];
	struct nic_stat *stats;
	size_t n_stats;
};

/*
 * Driver, firmware, bus and every counter.  out->stats is reused and grown;
 * nic_free() it in the end.  0 or negative errno; a NIC without counters has
 * none and that is no error.
 */
int nic_read(const char *interface, struct nic *out);
void nic_free(struct nic *nic);

#endif
