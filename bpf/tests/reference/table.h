/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tables say about a packet, read as they are written. */
#ifndef REFERENCE_TABLE_H
#define REFERENCE_TABLE_H

#include "bpf/tests/fixture.h"
#include "parse.h"

/*
 * Whose a UDP packet is: LB_PARSED and a service or else a reply, NULL in the
 * other; or why it is nobody's.
 */
enum lb_reason reference_table_owner(const struct fixture *f,
				     const struct reference_packet *p,
				     const struct fixture_service **service,
				     const struct fixture_reply **reply);

/*
 * By port, the exact one first; NULL if nobody's.  What is ::ffff:a.b.c.d in
 * an IPv6 packet is not the IPv4 address (RFC 4291, 2.5.5.2).
 */
const struct fixture_service *reference_table_service(const struct fixture *f,
						      bool is6,
						      struct ipaddr address,
						      uint16_t port);
const struct fixture_reply *reference_table_reply(const struct fixture *f,
						  bool is6,
						  struct ipaddr address,
						  uint16_t port);

/* Some service of the VIP, for what is alike in all; NULL if it is none. */
const struct fixture_service *
reference_table_vip(const struct fixture *f, bool is6, struct ipaddr address);

/* The frame was sent to one of our MAC addresses, as far as they are known. */
bool reference_table_has_mac(const struct fixture *f, const uint8_t *frame);

/* No host has this address for itself. */
bool reference_table_is_nobody(bool is6, struct ipaddr address);

/* The source of what is for this service is nobody's, or ours. */
bool reference_table_is_forged(const struct fixture *f,
			       const struct fixture_service *s,
			       const struct reference_packet *p);

/* What this backend gets is left to this host's own stack. */
bool reference_table_is_local(const struct fixture *f,
			      const struct fixture_backend *b);

/* The service's filter turns this client away. */
bool reference_table_denies(const struct fixture *f,
			    const struct fixture_service *s,
			    struct ipaddr client);

#endif
