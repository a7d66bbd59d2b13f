/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a card's firmware can take.  The names follow the TLVs of the "bpf"
 * firmware and the driver's capability structures (drivers/net/ethernet/
 * netronome/nfp/bpf/main.h, nfp_net_ctrl.h: NFP_NET_CFG_BPF_*).
 */
#ifndef NFP_CAPS_H
#define NFP_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nfp_caps {
	uint32_t max_insns;   /* NFP instructions of a program */
	uint32_t stack_bytes; /* whole call chain */
	uint32_t inline_mtu;  /* in 64 bytes; see nfp_caps_packet_limit() */
	uint32_t map_types;   /* bit BPF_MAP_TYPE_x */
	uint32_t max_maps;
	uint32_t max_entries; /* of all maps together */
	uint32_t max_key_bytes;
	uint32_t max_value_bytes;
	uint32_t max_element_bytes; /* key and value, each rounded to 8 */
	uint32_t adjust_head_sub;   /* guaranteed range of a constant */
	uint32_t adjust_head_add;
	bool adjust_head;
	bool adjust_tail;
	bool random;
	bool queue_select;
	bool map_lookup;
	bool map_update;
	bool map_delete;
	bool event_output;
};

/*
 * No file says how long a program may be.  A user of a card met the first
 * (CentaurusInfra/mizar, issue 658); the second is the room of a vNIC in
 * Netronome's published nic-firmware.  Who is below both is safe.
 */
#define NFP_CAPS_INSNS_REPORTED	 2800U
#define NFP_CAPS_INSNS_PUBLISHED 2560U

/* Firmware 2.0.6.124, the only "bpf" firmware that Netronome has published. */
extern const struct nfp_caps nfp_caps_default;

/*
 * Reads a JSON object whose members are named as the fields above; what is
 * missing keeps its default.  Returns 0 or a negative errno, and then a
 * sentence in `why`.
 */
int nfp_caps_read(struct nfp_caps *caps, const char *path, char *why,
		  size_t why_size);
/* Writes such a file.  Returns 0 or a negative errno. */
int nfp_caps_write(const struct nfp_caps *caps, const char *path);

/* The first byte of a packet that the program cannot reach. */
uint32_t nfp_caps_packet_limit(const struct nfp_caps *caps);

#endif
