/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/address.h"

#include <stdio.h>
#include <string.h>

const char *config_address_family(sa_family_t family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

static const char *address_expected(sa_family_t family)
{
	switch (family) {
	case AF_INET:
		return "an IPv4 address like 192.0.2.1";
	case AF_INET6:
		return "an IPv6 address like 2001:db8::1";
	default:
		return "an IPv4 or IPv6 address like 192.0.2.1 or 2001:db8::1";
	}
}

static bool check_host(const struct config_place *place, const char *key,
		       const char *text, sa_family_t family, struct addr *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr addr;
	const char *why;

	if (!text)
		return false;
	config_errors_quote(text, quoted);
	if (addr_parse(text, &addr) || (family && addr.family != family)) {
		config_value_fail(place, key, "expected %s, got %s",
				  address_expected(family), quoted);
		return false;
	}
	why = addr_not_unicast(&addr);
	if (why) {
		config_value_fail(place, key,
				  "expected the address of a host, got %s, %s",
				  quoted, why);
		return false;
	}
	*out = addr;
	return true;
}

static bool is_link_local(const struct addr *addr)
{
	return addr->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&addr->v6);
}

bool config_address_host(const struct config_place *place, const char *key,
			 const char *text, sa_family_t family, struct addr *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr addr;

	if (!check_host(place, key, text, family, &addr))
		return false;
	if (is_link_local(&addr)) {
		config_value_fail(place, key,
				  "expected an address that is valid beyond "
				  "one link, got %s, a link-local address: it "
				  "says nothing without its interface",
				  config_errors_quote(text, quoted));
		return false;
	}
	*out = addr;
	return true;
}

bool config_address_router(const struct config_place *place, const char *key,
			   const char *text, sa_family_t family,
			   struct addr *out)
{
	return check_host(place, key, text, family, out);
}

static const char *prefix_expected(sa_family_t family)
{
	switch (family) {
	case AF_INET:
		return "an IPv4 prefix like 192.0.2.0/24";
	case AF_INET6:
		return "an IPv6 prefix like 2001:db8::/32";
	default:
		return "a prefix like 192.0.2.0/24 or 2001:db8::/32";
	}
}

static uint32_t family_bits(sa_family_t family)
{
	return family == AF_INET6 ? 128 : 32;
}

static bool parse_prefix(const char *text, struct model_prefix *out)
{
	size_t length = strcspn(text, "/");
	char address[ADDR_STRLEN];
	uint32_t bits;

	if (!text[length] || length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (addr_parse(address, &out->address))
		return false;
	text += length + 1;
	if (!config_value_decimal(text, strlen(text), &bits) ||
	    bits > family_bits(out->address.family))
		return false;
	out->length = (uint8_t)bits;
	return true;
}

/* Clears what is beyond the length; whether that was clear before. */
static bool mask_prefix(struct model_prefix *prefix)
{
	size_t n = family_bits(prefix->address.family) / 8;
	struct addr given = prefix->address;

	for (size_t i = 0; i < n; i++) {
		unsigned int start = (unsigned int)i * 8;
		unsigned int kept =
			prefix->length > start ? prefix->length - start : 0;

		if (kept < 8)
			prefix->address.bytes[i] &= (uint8_t)(0xff00U >> kept);
	}
	return !addr_compare(&given, &prefix->address);
}

static void tell_not_prefix(const struct config_place *place, const char *key,
			    const char *text, sa_family_t family)
{
	char quoted[CONFIG_QUOTED_SIZE], address[ADDR_STRLEN];
	struct addr addr;

	config_errors_quote(text, quoted);
	if (!addr_parse(text, &addr) && (!family || addr.family == family))
		config_value_fail(place, key,
				  "expected %s, got %s; a single address is "
				  "%s/%u",
				  prefix_expected(family), quoted,
				  addr_format(&addr, address),
				  family_bits(addr.family));
	else
		config_value_fail(place, key, "expected %s, got %s",
				  prefix_expected(family), quoted);
}

bool config_address_prefix(const struct config_place *place, const char *key,
			   const char *text, sa_family_t family,
			   struct model_prefix *out)
{
	struct model_prefix prefix = { .length = 0 };
	char quoted[CONFIG_QUOTED_SIZE], right[CONFIG_PREFIX_SIZE];

	if (!text)
		return false;
	if (!parse_prefix(text, &prefix) ||
	    (family && prefix.address.family != family)) {
		tell_not_prefix(place, key, text, family);
		return false;
	}
	if (!mask_prefix(&prefix)) {
		config_value_fail(place, key,
				  "expected %s, got %s, which has bits set "
				  "beyond its length",
				  config_address_format(&prefix, right),
				  config_errors_quote(text, quoted));
		return false;
	}
	*out = prefix;
	return true;
}

const char *config_address_format(const struct model_prefix *prefix,
				  char buf[CONFIG_PREFIX_SIZE])
{
	char address[ADDR_STRLEN];

	snprintf(buf, CONFIG_PREFIX_SIZE, "%s/%u",
		 addr_format(&prefix->address, address), prefix->length);
	return buf;
}

int config_address_compare(const struct model_prefix *a,
			   const struct model_prefix *b)
{
	if (a->address.family == b->address.family && a->length != b->length)
		return a->length > b->length ? -1 : 1;
	return addr_compare(&a->address, &b->address);
}

bool config_address_mac(const struct config_place *place, const char *key,
			const char *text, uint8_t mac[MAC_LEN])
{
	char quoted[CONFIG_QUOTED_SIZE];
	uint8_t parsed[MAC_LEN];

	if (!text)
		return false;
	config_errors_quote(text, quoted);
	if (mac_parse(text, parsed)) {
		config_value_fail(place, key,
				  "expected a MAC address like "
				  "00:11:22:aa:bb:cc, got %s",
				  quoted);
		return false;
	}
	if (!mac_is_unicast(parsed)) {
		config_value_fail(place, key,
				  "expected the MAC address of one host, got "
				  "%s, %s",
				  quoted,
				  parsed[0] & 1 ? "a group address"
						: "which is all zero");
		return false;
	}
	memcpy(mac, parsed, MAC_LEN);
	return true;
}
