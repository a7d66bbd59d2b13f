/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the firmware does with packets: it runs the program that the driver has
 * loaded for a port, in the emulator.
 */
#ifndef LAB_FIRMWARE_H
#define LAB_FIRMWARE_H

#include "nfp_fw.h"

struct dentry;
struct sk_buff;

struct lab_firmware;

/* The files "image" and "packets" in dir: the code, and what packets cost. */
struct lab_firmware *lab_firmware_create(void);
void lab_firmware_show_in(struct lab_firmware *firmware, struct dentry *dir);
void lab_firmware_destroy(struct lab_firmware *firmware);

/* A new program; the one before may run until this returns. */
int lab_firmware_load(struct lab_firmware *firmware, const u64 *words,
		      u32 count);

/*
 * Runs a linear frame.  Sets *out to the frame as the program left it, to be
 * freed by the caller, or NULL where it goes nowhere.  A program that does
 * something that no program may do has aborted.
 */
enum nfp_fw_verdict lab_firmware_run(struct lab_firmware *firmware,
				     const struct sk_buff *in,
				     struct sk_buff **out);

#endif
