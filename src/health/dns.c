/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RFC 1035, section 4.  The question is the first name of a message, so it is
 * never compressed, and an answer's question is the query's, byte by byte (but
 * for upper and lower case, which servers need not keep).
 */
#include "health/dns.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HEADER_SIZE   12
#define NAME_SIZE_MAX 255 /* on the wire */
#define LABEL_MAX     63
#define CLASS_IN      1
#define FLAGS_RD      0x0100 /* recursion desired */
#define FLAGS_TC      0x0200 /* truncated */
#define FLAGS_QR      0x8000 /* an answer */
#define FLAGS_OPCODE  0x7800
#define FLAGS_RCODE   0x000f

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Into out, of NAME_SIZE_MAX bytes: the name's size there, or -EINVAL. */
static int put_name(uint8_t *out, const char *name)
{
	size_t n = 0;

	if (!strcmp(name, "."))
		name++;
	else if (!*name)
		return -EINVAL;
	while (*name) {
		const size_t label = strcspn(name, ".");

		if (!label || label > LABEL_MAX ||
		    n + 1 + label + 1 > NAME_SIZE_MAX)
			return -EINVAL;
		out[n++] = (uint8_t)label;
		memcpy(out + n, name, label);
		n += label;
		name += label;
		if (*name)
			name++;
	}
	out[n++] = 0;
	return (int)n;
}

int health_dns_query(uint8_t out[HEALTH_DNS_QUERY_MAX], const char *name,
		     uint16_t qtype, uint16_t id)
{
	const int size = put_name(out + HEADER_SIZE, name);
	uint8_t *end;

	if (size < 0)
		return size;
	memset(out, 0, HEADER_SIZE);
	put16(out, id);
	put16(out + 2, FLAGS_RD);
	put16(out + 4, 1);
	end = out + HEADER_SIZE + size;
	put16(end, qtype);
	put16(end + 2, CLASS_IN);
	return HEADER_SIZE + size + 4;
}

/* RFC 1035, section 4.1.1. */
static const char *rcode_name(unsigned int rcode, char *buf, size_t size)
{
	static const char *const names[] = { "NOERROR",	 "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED" };

	if (rcode < sizeof(names) / sizeof(*names))
		return names[rcode];
	snprintf(buf, size, "code %u", rcode);
	return buf;
}

static bool same_question(const uint8_t *query, const uint8_t *answer,
			  size_t length)
{
	const size_t type = length - 4;

	for (size_t i = HEADER_SIZE; i < type; i++) {
		const uint8_t a = query[i], b = answer[i];
		const bool letter = (a | 0x20) >= 'a' && (a | 0x20) <= 'z';

		if (a != b && !(letter && (a ^ b) == 0x20))
			return false;
	}
	return !memcmp(query + type, answer + type, 4);
}

static bool is_answer(const uint8_t *query, size_t query_length,
		      const uint8_t *answer, size_t length)
{
	uint16_t flags;

	if (length < query_length || get16(answer) != get16(query))
		return false;
	flags = get16(answer + 2);
	return flags & FLAGS_QR && !(flags & FLAGS_OPCODE) &&
	       get16(answer + 4) == 1 &&
	       same_question(query, answer, query_length);
}

/* A server that fails may leave the question out. */
static bool is_error(const uint8_t *query, const uint8_t *answer, size_t length)
{
	return length >= HEADER_SIZE && get16(answer) == get16(query) &&
	       get16(answer + 2) & FLAGS_QR && get16(answer + 2) & FLAGS_RCODE;
}

bool health_dns_is_ours(const uint8_t *query, size_t query_length,
			const uint8_t *answer, size_t length)
{
	return is_answer(query, query_length, answer, length) ||
	       is_error(query, answer, length);
}

bool health_dns_judge(const uint8_t *query, size_t query_length,
		      const uint8_t *answer, size_t length, char *why,
		      size_t why_size)
{
	char code[16];
	uint16_t flags;

	if (!health_dns_is_ours(query, query_length, answer, length)) {
		snprintf(why, why_size, "answer is not one to the DNS query");
		return false;
	}
	flags = get16(answer + 2);
	if (flags & FLAGS_RCODE) {
		snprintf(why, why_size, "DNS server says %s",
			 rcode_name(flags & FLAGS_RCODE, code, sizeof(code)));
		return false;
	}
	/* What does not fit into a datagram is there all the same. */
	if (!get16(answer + 6) && !(flags & FLAGS_TC)) {
		snprintf(why, why_size, "DNS answer has no record");
		return false;
	}
	return true;
}

static const struct {
	const char *word;
	uint16_t qtype;
} types[] = {
	{ "A", 1 },    { "NS", 2 },    { "CNAME", 5 },
	{ "SOA", 6 },  { "PTR", 12 },  { "MX", 15 },
	{ "TXT", 16 }, { "AAAA", 28 }, { "SRV", 33 },
};

uint16_t health_dns_qtype(const char *word)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcasecmp(word, types[i].word))
			return types[i].qtype;
	return 0;
}

const char *health_dns_word(uint16_t qtype)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].qtype == qtype)
			return types[i].word;
	return NULL;
}
