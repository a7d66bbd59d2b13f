/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libFuzzer target: whatever comes back as the answer to a DNS query.  Two
 * bytes are the query's number, then comes the name up to a NUL, then the
 * answer.
 */
#include <stdlib.h>
#include <string.h>

#include "health/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

/* Of its own size, so that a byte too far is seen. */
static bool judge(const uint8_t *query, size_t query_length,
		  const uint8_t *answer, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	char why[80] = "";
	bool good;

	require(copy);
	memcpy(copy, answer, length);
	good = health_dns_judge(query, query_length, copy, length, why,
				sizeof(why));
	require(good == !*why);
	free(copy);
	return good;
}

/* The query itself with QR and a record counted is a good answer to it. */
static void check_good(const uint8_t *query, size_t length)
{
	uint8_t answer[HEALTH_DNS_QUERY_MAX];

	memcpy(answer, query, length);
	require(!judge(query, length, answer, length));
	answer[2] |= 0x80;
	require(!judge(query, length, answer, length));
	answer[7] = 1;
	require(judge(query, length, answer, length));
	require(!judge(query, length, answer, length - 1));
	answer[3] |= 5;
	require(!judge(query, length, answer, length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	const uint8_t *end;
	int length;

	if (size < 3)
		return 0;
	end = memchr(data + 2, 0, size - 2);
	if (!end)
		return 0;
	length = health_dns_query(query, (const char *)data + 2, data[0] + 1,
				  (uint16_t)(data[0] << 8 | data[1]));
	if (length < 0)
		return 0;
	require(length <= HEALTH_DNS_QUERY_MAX);
	check_good(query, (size_t)length);
	end++;
	judge(query, (size_t)length, end, size - (size_t)(end - data));
	return 0;
}
