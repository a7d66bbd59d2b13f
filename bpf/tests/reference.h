/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program once more, as plain as it gets: from lb_abi.h's documentation
 * and the RFCs, in host byte order, with checksums computed over the whole
 * packet.  Whatever both agree on is unlikely to be a slip.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "fixture.h"
#include "harness.h"

/* The hash of a flow, or of a source if `ports` is 0. */
uint32_t reference_hash(uint32_t saddr, uint32_t ports);

/*
 * What must come of the frame.  Only where a service sprays its packets the
 * choice is the program's: `sprayed` is the backend it took (0: an empty slot),
 * which is believed if a slot of the service has it.
 */
#define REFERENCE_ANY UINT32_MAX /* it came to nothing: any usable one */
void reference_run(const struct fixture *f, const uint8_t *frame, size_t length,
		   uint32_t sprayed, struct expectation *want);

#endif
