/* SPDX-License-Identifier: GPL-2.0-only */
/* The udplb_link_* and udplb_nic_* families: the hardware below us. */
#ifndef METRICS_NIC_H
#define METRICS_NIC_H

#include "metrics/expo.h"
#include "metrics/snapshot.h"

/* 0 or -ENOMEM. */
int metrics_nic_write(struct expo *expo, const struct snapshot *snapshot);

#endif
