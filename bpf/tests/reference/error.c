/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "error.h"
#include "header.h"
#include "rewrite.h"

#define L4_LENGTH	     8
#define INTERNETWORK_CONTROL 0xc0 /* RFC 1812, 4.3.2.5 */

void reference_error_write(const struct reference_packet *p,
			   const struct reference_error *error,
			   struct expectation *want)
{
	uint8_t protocol = p->is6 ? REFERENCE_ICMP6 : REFERENCE_ICMP;
	uint8_t message[L4_LENGTH + REFERENCE_QUOTE6_MAX] = { 0 };
	size_t length = L4_LENGTH + error->quote;
	struct reference_header h = {
		.is6 = p->is6,
		.tos = p->is6 ? 0 : INTERNETWORK_CONTROL,
		.payload = length,
		.protocol = protocol,
		.source = error->source,
		.destination = p->source,
	};
	uint8_t *ip = want->frame + p->ip, *icmp;

	message[0] = error->type;
	message[1] = error->code;
	packet_put32(message + 4, error->rest);
	memcpy(message + L4_LENGTH, ip, error->quote);

	reference_rewrite_turn(want->frame);
	icmp = ip + reference_header_write(&h, ip);
	memcpy(icmp, message, length);
	packet_put16(icmp + 2, packet_checksum(packet_l4_sum(ip, protocol, icmp,
							     length)));
	want->length = (size_t)(icmp - want->frame) + length;
}
