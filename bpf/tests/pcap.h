/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames as files for tcpdump and Wireshark. */
#ifndef PCAP_H
#define PCAP_H

#include <stdint.h>
#include <stdio.h>

/* Both return 0 or a negative errno. */
int pcap_begin(FILE *file);
int pcap_write(FILE *file, uint32_t seconds, const uint8_t *frame,
	       size_t length);

#endif
