/* SPDX-License-Identifier: GPL-2.0-only */
/* What ethtool knows of a NIC's offloads, rings and channels. */
#ifndef ETHTOOL_H
#define ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

/* Zero: the driver does not say. */
struct ethtool_settings {
	bool lro, gro_hw, rx_vlan, rx_vlan_filter; /* are on */
	uint32_t rx_ring, rx_ring_max;
	uint32_t channels, channels_max;
};

/* What the driver does not tell stays zero; 0 or negative errno. */
int ethtool_read(const char *interface, struct ethtool_settings *out);

/* The same of what is on only; the kernel knows that, and asks no driver. */
int ethtool_read_features(const char *interface, struct ethtool_settings *out);

#endif
