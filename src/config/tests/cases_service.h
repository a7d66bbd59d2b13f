/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes within a service. */
#ifndef CONFIG_CASES_SERVICE_H
#define CONFIG_CASES_SERVICE_H

#include "config/tests/cases.h"

static const struct config_case service_cases[] = {
	/* A service. */
	CASE("service of nothing", TOP "  - {}\n",
	     "f:3: services[0].address: is missing; expected the IPv4 or "
	     "IPv6 address",
	     "f:3: services[0].ports: is missing; expected a list of ports",
	     "f:3: services[0].backends: expected at least one backend"),
	CASE("name with a space", SERVICE_KEY("name: a b"),
	     "f:6: services[0].name: expected up to 63 visible ASCII"),
	CASE("name not ASCII", SERVICE_KEY("name: gr\xc3\xbc\xc3\x9f"),
	     "f:6: services[0].name: expected up to 63 visible ASCII "
	     "characters without spaces, got \"gr\xc3\xbc\xc3\x9f\""),
	CASE("address is a name", TOP SERVICE("www", "53") BACKEND,
	     "f:3: services[0].address: expected an IPv4 or IPv6 address "
	     "like 192.0.2.1 or 2001:db8::1, got \"www\""),
	CASE("address link-local", TOP SERVICE("\"fe80::1\"", "53") BACKEND6,
	     "f:3: services[0].address: expected an address that is valid "
	     "beyond one link, got \"fe80::1\", a link-local address"),
	CASE("address IPv6 multicast",
	     TOP SERVICE("\"ff02::fb\"", "53") BACKEND6,
	     "f:3: services[0].address: expected the address of a host, got "
	     "\"ff02::fb\", a multicast address"),
	CASE("address IPv4 in IPv6",
	     TOP SERVICE("\"::ffff:10.0.0.1\"", "53") BACKEND6,
	     "f:3: services[0].address: expected the address of a host, got "
	     "\"::ffff:10.0.0.1\", an IPv4 address written as IPv6"),
	CASE("address multicast", TOP SERVICE("224.0.0.251", "53") BACKEND,
	     "f:3: services[0].address: expected the address of a host, got "
	     "\"224.0.0.251\", a multicast address"),
	CASE("address loopback", TOP SERVICE("127.0.0.1", "53") BACKEND,
	     "f:3: services[0].address: expected the address of a host"),
	CASE("address class E", TOP SERVICE("240.0.0.1", "53") BACKEND,
	     "f:3: services[0].address: expected the address of a host"),
	CASE("port 0", TOP SERVICE("10.0.0.1", "0") BACKEND,
	     "f:4: services[0].ports[0]: expected a port from 1 to 65535 or a "
	     "range of them like 5000-5005, got \"0\""),
	CASE("wrong ports",
	     TOP SERVICE("10.0.0.1", "[65536, -5, 5-, http]") BACKEND,
	     "f:4: services[0].ports[0]: expected a port",
	     "f:4: services[0].ports[1]: expected a port",
	     "f:4: services[0].ports[2]: expected a port",
	     "f:4: services[0].ports[3]: expected a port"),
	CASE("port notations",
	     TOP SERVICE("10.0.0.1", "[0x35, 010, 1_0]") BACKEND,
	     "f:4: services[0].ports[0]: expected a port from 1 to 65535 or a "
	     "range of them like 5000-5005, got \"0x35\" (write it in decimal, "
	     "without leading zeros)",
	     "f:4: services[0].ports[1]: expected a port from 1 to 65535 or a "
	     "range of them like 5000-5005, got \"010\" (write it in decimal",
	     "f:4: services[0].ports[2]: expected a port"),
	CASE("reversed range", TOP SERVICE("10.0.0.1", "60-50") BACKEND,
	     "f:4: services[0].ports[0]: the range is reversed; expected "
	     "50-60"),
	CASE("ranges overlap",
	     TOP SERVICE("10.0.0.1", "[50-60, 1-5, 60-70]") BACKEND,
	     "f:4: services[0].ports[2]: overlaps with ports[0]"),
	CASE("range within a range",
	     TOP SERVICE("10.0.0.1", "[5, 9, 1-20]") BACKEND,
	     "f:4: services[0].ports[2]: overlaps with ports[0]"),
	CASE("all and a port", TOP SERVICE("10.0.0.1", "[all, 53]") BACKEND,
	     "f:4: services[0].ports[0]: \"all\" stands for every port"),
	CASE("no ports", TOP SERVICE("10.0.0.1", "[]") BACKEND,
	     "f:4: services[0].ports: is missing"),
	CASE("balance", SERVICE_KEY("balance: rr"),
	     "f:6: services[0].balance: expected flow, source, packet or "
	     "quic, got \"rr\""),
	CASE("forward", SERVICE_KEY("forward: dnat"),
	     "f:6: services[0].forward: expected nat, snat, dsr, ipip or "
	     "gue, got \"dnat\""),
	CASE("ping and malformed",
	     SERVICE_KEY("ping: maybe\n    malformed: yes"),
	     "f:6: services[0].ping: expected true, false, yes, no, on or off, "
	     "got \"maybe\"",
	     "f:7: services[0].malformed: expected pass or drop, got "
	     "\"yes\""),
	CASE("unreachable", SERVICE_KEY("unreachable: reject"),
	     "f:6: services[0].unreachable: expected silent or send, got "
	     "\"reject\""),
	CASE("ring too small", SERVICE_KEY("ring_size: 8"),
	     "f:6: services[0].ring_size: expected a power of two from 16 to "
	     "1048576, got \"8\""),
	CASE("ring no power of two", SERVICE_KEY("ring_size: 65537"),
	     "f:6: services[0].ring_size: expected a power of two like 65536, "
	     "got 65537"),
	CASE("sticky without end", SERVICE_KEY("sticky: 86401"),
	     "f:6: services[0].sticky: expected a number of seconds from 1 to "
	     "86400, got \"86401\""),
	CASE("sticky never", SERVICE_KEY("sticky: 0"),
	     "f:6: services[0].sticky: expected a number of seconds from 1 to "
	     "86400, got \"0\""),
	CASE("sticky packets", SERVICE_KEY("balance: packet\n    sticky: 60"),
	     "f:7: services[0].sticky: balance: packet has no flows that could "
	     "stay; expected balance: flow or source"),
	CASE("sticky QUIC", SERVICE_KEY("balance: quic\n    sticky: 60"),
	     "f:7: services[0].sticky: with balance: quic, connection ids keep "
	     "flows where they are, on a drained backend as well; remove the "
	     "key"),

	/* Its filter. */
	CASE("filter of no prefixes",
	     SERVICE_KEY("allow: [lan, 10.0.0.0/33, 10.0.0.0/08, 10/8]"),
	     "f:6: services[0].allow[0]: expected a prefix like 192.0.2.0/24 "
	     "or 2001:db8::/32, got \"lan\"",
	     "f:6: services[0].allow[1]: expected a prefix",
	     "f:6: services[0].allow[2]: expected a prefix",
	     "f:6: services[0].allow[3]: expected a prefix"),
	CASE("filter of odd prefixes",
	     SERVICE_KEY("deny: [\"\", 10.0.0.0/, /8, 10.0.0.0/-1]"),
	     "f:6: services[0].deny[0]: expected a prefix",
	     "f:6: services[0].deny[1]: expected a prefix",
	     "f:6: services[0].deny[2]: expected a prefix",
	     "f:6: services[0].deny[3]: expected a prefix"),
	CASE("filter of an address", SERVICE_KEY("allow: 10.0.0.7"),
	     "f:6: services[0].allow[0]: expected a prefix like 192.0.2.0/24 "
	     "or 2001:db8::/32, got \"10.0.0.7\"; a single address is "
	     "10.0.0.7/32"),
	CASE("filter with bits beyond a length",
	     SERVICE_KEY("allow: 10.1.2.3/15\n    deny: 10.0.0.1/0"),
	     "f:6: services[0].allow[0]: expected 10.0.0.0/15, got "
	     "\"10.1.2.3/15\", which has bits set beyond its length",
	     "f:7: services[0].deny[0]: expected 0.0.0.0/0, got"),
	CASE("filter with bits beyond a length, IPv6",
	     SERVICE6_KEY("allow: \"2001:db8:ffff::1/47\""),
	     "f:6: services[0].allow[0]: expected 2001:db8:fffe::/47, got"),
	CASE("filter of the other family",
	     SERVICE_KEY("allow: [10.0.0.0/8, \"2001:db8::/32\"]"),
	     "f:6: services[0].allow[1]: is an IPv6 prefix, but the service's "
	     "address is IPv4"),
	CASE("filter of the other family, IPv6",
	     SERVICE6_KEY("deny: 10.0.0.0/8"),
	     "f:6: services[0].deny[0]: is an IPv4 prefix, but the service's "
	     "address is IPv6"),
	CASE("prefix twice",
	     SERVICE_KEY("allow: [10.0.0.0/8, 0.0.0.0/0, 10.0.0.0/8]"),
	     "f:6: services[0].allow[2]: 10.0.0.0/8 is allow[0] as well; "
	     "remove one"),
	CASE("prefix denied twice",
	     SERVICE6_KEY("deny: [\"::/0\", \"0::0/0\"]"),
	     "f:6: services[0].deny[1]: ::/0 is deny[0] as well; remove one"),
	CASE("prefix allowed and denied",
	     SERVICE_KEY(
		     "deny: 10.0.0.0/8\n    allow: [0.0.0.0/0, 10.0.0.0/8]"),
	     "f:6: services[0].deny[0]: 10.0.0.0/8 is allowed by allow[1]; "
	     "expected it in one of the two lists"),
	CASE("nobody allowed", SERVICE_KEY("allow: []"),
	     "f:6: services[0].allow: expected at least one prefix; remove the "
	     "key to allow everyone"),
	CASE("too many lengths",
	     SERVICE_KEY("allow: [10.0.0.0/8, 10.0.0.0/9, 10.0.0.0/10, "
			 "10.0.0.0/11]\n    deny: [10.0.0.0/12, 10.0.0.0/13, "
			 "10.0.0.0/14, 10.0.0.0/15, 0.0.0.0/0]"),
	     "f:7: services[0].deny: the service's prefixes have 9 different "
	     "lengths; expected at most 8"),
};

#endif
