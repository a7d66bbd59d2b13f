/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver's files reach the chip through: the CPP bus, firmware
 * symbols, the NSP (its management processor).  They call these functions by
 * the driver's own names; this is only to set them up.
 */
#ifndef LAB_CHIP_H
#define LAB_CHIP_H

struct device;

/* Messages of the driver about the chip appear under this device's name. */
void lab_chip_start(struct device *parent);

#endif
