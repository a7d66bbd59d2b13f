/* SPDX-License-Identifier: GPL-2.0-only */
/* The firmware with BPF for Agilio cards, as far as it is installed here. */
#ifndef CARD_H
#define CARD_H

#include <jansson.h>
#include <stddef.h>

#include "offload/check/firmware.h"

struct card_firmware {
	size_t files;	/* with BPF; what the first one says: */
	char path[256]; /* the one that the driver would load, if there is */
	struct nfp_firmware says;
	size_t others;	   /* files without BPF */
	char damaged[256]; /* a file that cannot be read, and why; or empty */
};

/*
 * Looks where the kernel looks for firmware (fw_path[] in
 * drivers/base/firmware_loader/main.c), below root ("" outside of tests).
 */
void card_firmware_find(struct card_firmware *out, const char *root);

/* What a card can take: by its file, or else by the one that was published. */
const struct nfp_caps *card_caps(const struct card_firmware *firmware);

/* "bpf-2.0.6.124 (FILE)", or where the numbers come from without a file. */
const char *card_firmware_source(const struct card_firmware *firmware,
				 char *text, size_t size);

/* Helpers and sizes in one sentence. */
const char *card_firmware_offers(const struct card_firmware *firmware,
				 char *text, size_t size);

/* All of it; NULL without memory. */
json_t *card_firmware_json(const struct card_firmware *firmware);

#endif
