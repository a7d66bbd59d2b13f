/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int addr_parse(const char *text, struct addr *out)
{
	struct addr addr = { .family = AF_INET };

	if (inet_pton(AF_INET, text, &addr.v4) != 1) {
		addr.family = AF_INET6;
		if (inet_pton(AF_INET6, text, &addr.v6) != 1)
			return -EINVAL;
	}
	*out = addr;
	return 0;
}

const char *addr_format(const struct addr *addr, char *buf)
{
	if (!addr_is_set(addr))
		return memcpy(buf, "none", sizeof("none"));
	return inet_ntop(addr->family, addr->bytes, buf, ADDR_STRLEN);
}

static size_t addr_length(const struct addr *addr)
{
	switch (addr->family) {
	case AF_INET:
		return sizeof(addr->v4);
	case AF_INET6:
		return sizeof(addr->v6);
	default:
		return 0;
	}
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, addr_length(a));
}

bool addr_is_set(const struct addr *addr)
{
	return addr->family != AF_UNSPEC;
}

/* The special blocks of RFC 6890 that no host answers from. */
static const char *v4_not_unicast(uint32_t address)
{
	if (address == INADDR_ANY)
		return "the unspecified address";
	if (address == INADDR_BROADCAST)
		return "the broadcast address";
	if (address >> 24 == 0)
		return "an address of \"this network\" (0.0.0.0/8)";
	if (address >> 24 == IN_LOOPBACKNET)
		return "a loopback address";
	if (IN_MULTICAST(address))
		return "a multicast address";
	if (IN_BADCLASS(address))
		return "a reserved address (240.0.0.0/4)";
	return NULL;
}

static const char *v6_not_unicast(const struct in6_addr *address)
{
	if (IN6_IS_ADDR_UNSPECIFIED(address))
		return "the unspecified address";
	if (IN6_IS_ADDR_LOOPBACK(address))
		return "a loopback address";
	if (IN6_IS_ADDR_MULTICAST(address))
		return "a multicast address";
	if (IN6_IS_ADDR_V4MAPPED(address))
		return "an IPv4 address written as IPv6";
	return NULL;
}

const char *addr_not_unicast(const struct addr *addr)
{
	switch (addr->family) {
	case AF_INET:
		return v4_not_unicast(ntohl(addr->v4.s_addr));
	case AF_INET6:
		return v6_not_unicast(&addr->v6);
	default:
		return "no address";
	}
}

static int parse_port(const char *text, uint16_t *port)
{
	unsigned int value = 0;
	size_t length = strlen(text);

	if (length == 0 || length > strlen("65535"))
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		value = value * 10 + (unsigned int)(*text - '0');
	}
	if (value > UINT16_MAX)
		return -EINVAL;
	*port = (uint16_t)value;
	return 0;
}

/* A bare IPv6 address has colons of its own, so it must stand in brackets. */
int addr_parse_endpoint(const char *text, struct addr *addr, uint16_t *port)
{
	const char *colon = strrchr(text, ':');
	bool bracketed = *text == '[';
	struct addr parsed;
	uint16_t number;
	char host[ADDR_STRLEN];
	size_t length;

	if (!colon || parse_port(colon + 1, &number))
		return -EINVAL;
	length = (size_t)(colon - text);
	if (bracketed) {
		if (length < strlen("[]") || colon[-1] != ']')
			return -EINVAL;
		text++;
		length -= strlen("[]");
	}
	if (length >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	if (addr_parse(host, &parsed))
		return -EINVAL;
	if (bracketed != (parsed.family == AF_INET6))
		return -EINVAL;
	*addr = parsed;
	*port = number;
	return 0;
}

const char *addr_format_endpoint(const struct addr *addr, uint16_t port,
				 char *buf)
{
	bool brackets = addr->family == AF_INET6;
	char host[ADDR_STRLEN];

	snprintf(buf, ENDPOINT_STRLEN, "%s%s%s:%u", brackets ? "[" : "",
		 addr_format(addr, host), brackets ? "]" : "", port);
	return buf;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

socklen_t addr_to_sockaddr(const struct addr *addr, uint16_t port,
			   union addr_sockaddr *out)
{
	memset(out, 0, sizeof(*out));
	out->any.sa_family = addr->family;
	if (addr->family == AF_INET6) {
		out->v6.sin6_addr = addr->v6;
		out->v6.sin6_port = htons(port);
		return sizeof(out->v6);
	}
	out->v4.sin_addr = addr->v4;
	out->v4.sin_port = htons(port);
	return sizeof(out->v4);
}

void addr_from_sockaddr(const union addr_sockaddr *from, struct addr *addr,
			uint16_t *port)
{
	*addr = (struct addr){ 0 };
	*port = 0;
	if (from->any.sa_family == AF_INET6) {
		addr->v6 = from->v6.sin6_addr;
		*port = ntohs(from->v6.sin6_port);
	} else if (from->any.sa_family == AF_INET) {
		addr->v4 = from->v4.sin_addr;
		*port = ntohs(from->v4.sin_port);
	} else {
		return;
	}
	addr->family = from->any.sa_family;
}

int mac_parse(const char *text, uint8_t mac[MAC_LEN])
{
	uint8_t parsed[MAC_LEN];

	if (strlen(text) != MAC_STRLEN - 1)
		return -EINVAL;
	for (size_t i = 0; i < MAC_LEN; i++, text += 3) {
		int high = hex_digit(text[0]), low = hex_digit(text[1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		if (text[2] != (i + 1 < MAC_LEN ? ':' : '\0'))
			return -EINVAL;
		parsed[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(mac, parsed, MAC_LEN);
	return 0;
}

const char *mac_format(const uint8_t mac[MAC_LEN], char *buf)
{
	snprintf(buf, MAC_STRLEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

bool mac_is_unicast(const uint8_t mac[MAC_LEN])
{
	static const uint8_t zero[MAC_LEN];

	return !(mac[0] & 1) && memcmp(mac, zero, MAC_LEN) != 0;
}
