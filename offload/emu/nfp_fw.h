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
/* Room before the packet; the card's is the driver's adjust_head.off_max. */
#define NFP_FW_HEADROOM 192
#define NFP_FW_BUFFER	(NFP_FW_HEADROOM + NFP_FW_FRAME_MAX + 128)
#define NFP_FW_KEY_MAX	64

/* What the firmware must know of a map to serve it. */
struct nfp_fw_map {
	u32 key_size, value_size;
	u32 entries, stride; /* stride: bytes from one value to the next */
	u8 *values;
	void *handle; /* the caller's */
};

/*
 * Slots are indices of values, or negative if there is none.  update() and
 * remove() return what the helper does, 0 or a negative errno; they may be
 * NULL if no program needs them.
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
	u32 base; /* address of buffer */
	u8 buffer[NFP_FW_BUFFER];
	/* What became of the last packet; the frame lies in buffer. */
	enum nfp_fw_verdict verdict;
	const u8 *frame;
	u32 length;
	bool overread; /* it read beyond the frame's end */
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
