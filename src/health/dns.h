/* SPDX-License-Identifier: GPL-2.0-only */
/* A DNS query (RFC 1035), and what its answer says of the server.  Pure. */
#ifndef HEALTH_DNS_H
#define HEALTH_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/health.h"

#define HEALTH_DNS_QUERY_MAX (12 + 255 + 4)

/*
 * Writes the query into out; its length, or -EINVAL where the name cannot be
 * one: "example.com", "example.com.", or "." for the root.
 */
int health_dns_query(uint8_t out[HEALTH_DNS_QUERY_MAX], const char *name,
		     uint16_t qtype, uint16_t id);

/*
 * Ours: it is an answer to the query, whatever it says.  Judge: whether the
 * server answered it, without error and with a record of whatever kind; else
 * why not, for the user.
 */
bool health_dns_is_ours(const uint8_t *query, size_t query_length,
			const uint8_t *answer, size_t length);
bool health_dns_judge(const uint8_t *query, size_t query_length,
		      const uint8_t *answer, size_t length, char *why,
		      size_t why_size);

/* "A", "soa", ...: the type's number; 0 where the word is none of those known.
 */
uint16_t health_dns_qtype(const char *word);

/* The other way round; NULL for a number that none of the words has. */
const char *health_dns_word(uint16_t qtype);

#endif
