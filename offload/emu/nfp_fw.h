/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The firmware around a program: it lays out a packet where the program
 * expects it, answers helper calls, and reads the verdict.  The maps are the
 * caller's, so that a test and the lab's kernel module can have their own.
 * One packet at a time.
 */
#ifndef NFP_FW_H
#define NFP_FW_H

#include "nfp_emu.h"

#define NFP_FW_FRAME_MAX 9248 /* MTU 9216, Ethernet, two VLAN tags */
/*
 * Where packets lie in their buffer.  Firmware 2.0.6.124 says (adjust_head)
 * that offsets from 44 to 248 are good, that 84 bytes can always be prepended
 * and 112 always be removed: so no packet lies before 44 + 84 or behind 248 -
 * 112.
 */
#define NFP_FW_PLACE_MIN 128
#define NFP_FW_PLACE_MAX 136
#define NFP_FW_BUFFER	 (NFP_FW_PLACE_MAX + NFP_FW_FRAME_MAX + 128)
#define NFP_FW_KEY_MAX	 64
/* A program reads whole words, from any byte of a value. */
#define NFP_FW_MAP_SLACK 3
/*
 * Longer messages of an event do not reach the host: those of 256 bytes and a
 * packet of 1,400 were lost on a card (Netronome's perf_event_output_too_big);
 * the exact limit is ours, the MTU of the control channel.
 */
#define NFP_FW_EVENT_MAX	      1500
#define NFP_FW_EVENT_HEAD	      24 /* struct cmsg_bpf_event */
#define NFP_FW_EVENT_PAD(packet_size) (((packet_size) + 3) & ~3U)

/* What the firmware must know of a map to serve it. */
struct nfp_fw_map {
	u32 key_size, value_size;
	u32 entries, stride; /* stride: bytes from one value to the next */
	u8 *values;	     /* and NFP_FW_MAP_SLACK bytes that may be read */
	void *handle;	     /* the caller's */
};

/* What a program says to the host (bpf_perf_event_output()). */
struct nfp_fw_event {
	u64 map; /* the kernel's id of the perf event array */
	u32 cpu;
	const u8 *data, *packet;
	u32 data_size, packet_size;
};

/*
 * Slots are indices of values, or negative if there is none.  update() and
 * remove() return what the helper does, 0 or a negative errno; they may be
 * NULL if no program needs them, as may event().
 */
struct nfp_fw_maps {
	void *priv;
	bool (*find)(void *priv, u32 id, struct nfp_fw_map *map);
	int (*slot)(void *priv, const struct nfp_fw_map *map, const void *key);
	int (*update)(void *priv, const struct nfp_fw_map *map, const void *key,
		      const void *value, u64 flags);
	int (*remove)(void *priv, const struct nfp_fw_map *map,
		      const void *key);
	u32 (*random)(void *priv);
	/* Asynchronous: what becomes of it the program never learns. */
	void (*event)(void *priv, const struct nfp_fw_event *event);
};

/* The byte that a program leaves behind (nfp_outro_xdp() in jit.c). */
enum nfp_fw_verdict {
	NFP_FW_PASS = 0x11,
	NFP_FW_DROP = 0x22,
	NFP_FW_TX = 0x44,
	NFP_FW_ABORTED = 0x82,
};

struct nfp_fw {
	struct nfp_emu_image image;
	struct nfp_fw_maps maps;
	struct nfp_emu_thread thread; /* costs, guesses, reason of a failure */
	u64 packets;
	u32 base;  /* address of buffer */
	u32 place; /* of the packet in it, at first */
	u8 buffer[NFP_FW_BUFFER];
	/* What became of the last packet; the frame lies in buffer. */
	enum nfp_fw_verdict verdict;
	const u8 *frame;
	u32 length;
	int queue;	 /* that the program chose for it, or -1 */
	bool overread;	 /* it read beyond the frame's end */
	bool map_beyond; /* or beyond a map's */
};

/* Every register and every byte holds something, as on a card in use. */
void nfp_fw_init(struct nfp_fw *fw, const struct nfp_emu_image *image,
		 const struct nfp_fw_maps *maps);

/*
 * Runs a packet.  True if the program came to a verdict; else
 * fw->thread.end says why not, and on a card nobody knows what would happen.
 */
bool nfp_fw_run(struct nfp_fw *fw, const u8 *frame, u32 length);

#endif
