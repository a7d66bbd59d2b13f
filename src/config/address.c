/* SPDX-License-Identifier: GPL-2.0-only */
/* The types of values that are addresses and prefixes. */
#include <stdio.h>
#include <string.h>

#include "config/value.h"

const char *config_family_name(sa_family_t family)
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

/* Of a host that packets are sent to. */
static bool check_host(const struct config_place *place,
		       const struct config_key *key, const char *text,
		       struct addr *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	const char *why;

	config_errors_quote(text, quoted);
	if (addr_parse(text, out) ||
	    (key->family && out->family != key->family)) {
		config_fail(place, key->name, "expected %s, got %s",
			    address_expected(key->family), quoted);
		return false;
	}
	why = addr_not_unicast(out);
	if (why)
		config_fail(place, key->name,
			    "expected the address of a host, got %s, %s",
			    quoted, why);
	return !why;
}

/* At our interface: it may be link-local. */
static void read_router(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	struct addr addr;

	if (check_host(place, key, text, &addr))
		*(struct addr *)to = addr;
}

/* Of any other host that would leave open where. */
static void read_addr(const struct config_place *place,
		      const struct config_key *key, const char *text, void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr addr;

	if (!check_host(place, key, text, &addr))
		return;
	if (addr.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&addr.v6))
		config_fail(place, key->name,
			    "expected an address that is valid beyond one "
			    "link, got %s, a link-local address: it says "
			    "nothing without its interface",
			    config_errors_quote(text, quoted));
	else
		*(struct addr *)to = addr;
}

static void print_addr(struct config_printer *printer,
		       const struct config_key *key, const void *from)
{
	char text[ADDR_STRLEN];

	if (addr_is_set(from))
		fprintf(config_printer_key(printer, key->name), "\"%s\"",
			addr_format(from, text));
}

const struct config_type config_addr = { .read = read_addr,
					 .print = print_addr };
const struct config_type config_router = { .read = read_router,
					   .print = print_addr };

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
	if (!config_decimal(text, strlen(text), &bits) ||
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
		config_fail(place, key,
			    "expected %s, got %s; a single address is "
			    "%s/%u",
			    prefix_expected(family), quoted,
			    addr_format(&addr, address),
			    family_bits(addr.family));
	else
		config_fail(place, key, "expected %s, got %s",
			    prefix_expected(family), quoted);
}

bool config_prefix_read(const struct config_place *place, const char *key,
			const char *text, sa_family_t family,
			struct model_prefix *out)
{
	struct model_prefix prefix = { .length = 0 };
	char quoted[CONFIG_QUOTED_SIZE], right[CONFIG_PREFIX_SIZE];

	if (!parse_prefix(text, &prefix) ||
	    (family && prefix.address.family != family)) {
		tell_not_prefix(place, key, text, family);
		return false;
	}
	if (!mask_prefix(&prefix)) {
		config_fail(place, key,
			    "expected %s, got %s, which has bits set "
			    "beyond its length",
			    config_prefix_format(&prefix, right),
			    config_errors_quote(text, quoted));
		return false;
	}
	*out = prefix;
	return true;
}

const char *config_prefix_format(const struct model_prefix *prefix,
				 char buf[CONFIG_PREFIX_SIZE])
{
	char address[ADDR_STRLEN];

	snprintf(buf, CONFIG_PREFIX_SIZE, "%s/%u",
		 addr_format(&prefix->address, address), prefix->length);
	return buf;
}

int config_prefix_compare(const struct model_prefix *a,
			  const struct model_prefix *b)
{
	if (a->address.family == b->address.family && a->length != b->length)
		return a->length > b->length ? -1 : 1;
	return addr_compare(&a->address, &b->address);
}

/* A shorter one may hold addresses that are no host's, as 224.0.0.0/3 does. */
#define SPREAD_LENGTH_MIN 8

/* Source addresses that a host may have; "off" is none. */
static void read_prefix(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	unsigned int max = family_bits(key->family) - 1;
	char quoted[CONFIG_QUOTED_SIZE];
	struct model_prefix prefix = { .length = 0 };
	const char *why;

	if (strcmp(text, "off") != 0 &&
	    !config_prefix_read(place, key->name, text, key->family, &prefix))
		return;
	config_errors_quote(text, quoted);
	why = prefix.address.family ? addr_not_unicast(&prefix.address) : NULL;
	if (why)
		config_fail(place, key->name,
			    "expected source addresses that a host may have, "
			    "or off; %s is %s",
			    quoted, why);
	else if (prefix.address.family &&
		 (prefix.length < SPREAD_LENGTH_MIN || prefix.length > max))
		config_fail(place, key->name,
			    "expected a prefix of %u to %u bits, or off, got "
			    "%s",
			    SPREAD_LENGTH_MIN, max, quoted);
	else
		*(struct model_prefix *)to = prefix;
}

static void print_prefix(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	const struct model_prefix *prefix = from;
	char text[CONFIG_PREFIX_SIZE];

	fprintf(config_printer_key(printer, key->name), "\"%s\"",
		addr_is_set(&prefix->address)
			? config_prefix_format(prefix, text)
			: "off");
}

const struct config_type config_prefix = { .read = read_prefix,
					   .print = print_prefix };

static void read_mac(const struct config_place *place,
		     const struct config_key *key, const char *text, void *to)
{
	struct model_backend *backend = to;
	char quoted[CONFIG_QUOTED_SIZE];
	uint8_t mac[MAC_LEN];

	config_errors_quote(text, quoted);
	if (mac_parse(text, mac)) {
		config_fail(place, key->name,
			    "expected a MAC address like 00:11:22:aa:bb:cc, "
			    "got %s",
			    quoted);
	} else if (!mac_is_unicast(mac)) {
		config_fail(place, key->name,
			    "expected the MAC address of one host, got %s, %s",
			    quoted,
			    mac[0] & 1 ? "a group address"
				       : "which is all zero");
	} else {
		memcpy(backend->mac, mac, MAC_LEN);
		backend->has_mac = true;
	}
}

static void print_mac(struct config_printer *printer,
		      const struct config_key *key, const void *from)
{
	const struct model_backend *backend = from;
	char mac[MAC_STRLEN];

	if (backend->has_mac)
		fprintf(config_printer_key(printer, key->name), "\"%s\"",
			mac_format(backend->mac, mac));
}

const struct config_type config_mac = { .read = read_mac, .print = print_mac };
