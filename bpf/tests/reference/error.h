/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMP errors of our own: RFC 792 and 1191; RFC 4443, 2.4 and 3. */
#ifndef REFERENCE_ERROR_H
#define REFERENCE_ERROR_H

#include "bpf/tests/harness.h"
#include "parse.h"

/* How much is quoted: an IP header and 8 bytes; or a fragment header, too. */
#define REFERENCE_QUOTE4     28
#define REFERENCE_QUOTE6     48
#define REFERENCE_QUOTE6_MAX 56

struct reference_error {
	uint8_t type, code;
	uint32_t rest; /* of the header */
	size_t quote;
	struct ipaddr source;
};

/* The frame of *want becomes the message to who sent it. */
void reference_error_write(const struct reference_packet *p,
			   const struct reference_error *error,
			   struct expectation *want);

#endif
