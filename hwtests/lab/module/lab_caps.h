/* SPDX-License-Identifier: GPL-2.0-only */
/* What the card's firmware is and what it says it can do: module parameters. */
#ifndef LAB_CAPS_H
#define LAB_CAPS_H

#include <linux/types.h>

struct nfp_emu_image;
struct nfp_net;

#define LAB_PORTS_MAX 4

/* Does the firmware have BPF at all?  "nic", the one cards ship with, has not.
 */
bool lab_caps_has_bpf(void);
const char *lab_caps_firmware_name(void);
unsigned int lab_caps_ports(void);
unsigned int lab_caps_tx_rings(void);
unsigned int lab_caps_program_max(void);
/* How many entries a bucket of a HASH takes; 0: as many as the map. */
unsigned int lab_caps_bucket_entries(void);

/*
 * The firmware's symbol _abi_bpf_capabilities: a sequence of (type, length,
 * value), read by nfp_bpf_parse_capabilities().  NULL, and an empty *size, for
 * a firmware without it; valid until lab_caps_free().
 */
int lab_caps_build(void);
const u8 *lab_caps_table(size_t *size);
void lab_caps_free(void);

/* What a vNIC's control BAR says about BPF; its memory must be zeroed. */
void lab_caps_write_bar(struct nfp_net *nn);

/* Where the firmware wants programs, and where its own functions are. */
void lab_caps_place(struct nfp_emu_image *image);

#endif
