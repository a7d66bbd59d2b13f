/* SPDX-License-Identifier: GPL-2.0-only */
/* What a packet can be to the balancer, one of each kind. */
#ifndef PACKETS_H
#define PACKETS_H

#include <stddef.h>
#include <stdint.h>

struct packet_kind {
	const char *name;
	int action;	 /* XDP_PASS, XDP_DROP or XDP_TX */
	uint16_t length; /* 0: the shortest */
	/* What to change in a packet of a service, and to what. */
	struct {
		uint16_t offset, length;
		uint8_t bytes[4];
	} change[2];
};

#define PACKET_LENGTH 64

extern const struct packet_kind packet_kinds[];
extern const size_t packet_kinds_count;

/* Fills bytes with a packet of this kind; returns its length. */
size_t packets_build(const struct packet_kind *kind, uint8_t *bytes);

/* Fills length bytes with a packet of the first service. */
void packets_build_service(uint8_t *bytes, size_t length);

#endif
