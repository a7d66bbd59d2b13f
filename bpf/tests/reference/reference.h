/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program once more, as plain as it gets: from lb_abi.h's documentation
 * and the RFCs, in host byte order, with checksums computed over the whole
 * packet.  Whatever both agree on is unlikely to be a slip.
 *
 *   parse -> table -> select -> rewrite, tunnel, icmp
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "bpf/tests/fixture.h"
#include "bpf/tests/harness.h"

/*
 * What must come of the frame.  Only where a service sprays its packets the
 * choice is the program's: then it returns true, and `sprayed` is the backend
 * to try (0: an empty slot), which is taken if a slot of the service has it.
 */
#define REFERENCE_ANY UINT32_MAX /* any usable one */
bool reference_run(const struct fixture *f, const uint8_t *frame, size_t length,
		   uint32_t sprayed, struct expectation *want);

#endif
