/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random frames of all kinds, with addresses and ports out of world_pool.h.
 * PACKET_LENGTH_MAX bytes at frame; both return a length.
 */
#ifndef WORLD_PACKET_H
#define WORLD_PACKET_H

#include "bpf/tests/fixture.h"

/*
 * One whose checksums are right, where it is something that goes anywhere.
 * Half of them are to or from somewhere that these tables know.
 */
size_t world_packet(const struct fixture *f, uint8_t *frame);

/* The same with a byte or a field changed here and there, or its end cut. */
size_t world_packet_mutate(uint8_t *frame, size_t length);

#endif
