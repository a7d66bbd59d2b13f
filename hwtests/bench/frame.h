/* SPDX-License-Identifier: GPL-2.0-only */
/* The frames of the benchmarks: Ethernet, IPv4, UDP, checksums right. */
#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MIN 42
#define FRAME_MAX 1514

/* Addresses and ports in host byte order. */
struct frame {
	uint8_t to[6], from[6];
	uint32_t source, destination;
	uint16_t source_port, destination_port;
};

/* Fills length bytes, FRAME_MIN ... FRAME_MAX; zeroes as the payload. */
void frame_build(const struct frame *frame, uint8_t *bytes, size_t length);

#endif
