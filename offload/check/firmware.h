/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a firmware file says of itself, read as the card's driver reads it from
 * a running card: the symbol _abi_bpf_capabilities
 * (nfp_bpf_parse_capabilities() in
 * drivers/net/ethernet/netronome/nfp/bpf/main.c) and the name in the symbol
 * .mip (nfpcore/nfp_mip.c).
 */
#ifndef NFP_FIRMWARE_H
#define NFP_FIRMWARE_H

#include "caps.h"

struct nfp_firmware {
	char name[17]; /* "bpf-2.0.6.124"; empty: it has none */
	/* What is in no file (length, stack, split) is the default's. */
	struct nfp_caps caps;
	uint32_t abi;
	uint32_t adjust_head_min, adjust_head_max; /* of a packet's offset */
	bool several_entries;			   /* in one control message */
};

/*
 * Reads an .nffw file.  0; -ENODATA: a sound file of a firmware without BPF;
 * -EINVAL: damaged, or no firmware; another negative errno: not readable.  With
 * a sentence in `why` unless 0.
 */
int nfp_firmware_read(struct nfp_firmware *out, const char *path, char *why,
		      size_t why_size);

#endif
