/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes at the top: also tunnel and presence. */
#ifndef CONFIG_CASES_TOP_H
#define CONFIG_CASES_TOP_H

#include "config/tests/cases.h"

static const struct config_case top_cases[] = {
	/* The top. */
	CASE("no interface", "services:\n" PLAIN,
	     "f:1: interface: is missing; expected the name of the network"),
	CASE("interface left empty", "interface: # eth0\nservices:\n" PLAIN,
	     "f:1: interface: has no value; expected the name of the network "
	     "interface that packets come in at; 'ip -br link' lists them"),
	CASE("interface too long",
	     "interface: abcdefghijklmnop\nservices:\n" PLAIN,
	     "f:1: interface: expected the name of a network interface (up to "
	     "15 characters, no spaces, no / and no :), got "
	     "\"abcdefghijklmnop\""),
	CASE("interface with a space", "interface: eth 0\nservices:\n" PLAIN,
	     "f:1: interface: expected the name"),
	CASE("interface with a slash", "interface: ../eth\nservices:\n" PLAIN,
	     "f:1: interface: expected the name"),
	CASE("interface dot dot", "interface: ..\nservices:\n" PLAIN,
	     "f:1: interface: expected the name"),
	CASE("unknown mode", TOP_KEY("mode: fast"),
	     "f:1: mode: expected auto, hw, drv or skb, got \"fast\""),
	CASE("mode in capitals", TOP_KEY("mode: HW"),
	     "f:1: mode: expected auto, hw, drv or skb, got \"HW\""),
	CASE("dispatcher", TOP_KEY("dispatcher: libxdp"),
	     "f:1: dispatcher: expected auto, yes or no, got \"libxdp\""),
	CASE("dispatcher true", TOP_KEY("dispatcher: true"),
	     "f:1: dispatcher: expected auto, yes or no, got \"true\""),
	CASE("latency", TOP_KEY("latency: maybe"),
	     "f:1: latency: expected true, false, yes, no, on or off"),
	CASE("persist", TOP_KEY("persist: 1"),
	     "f:1: persist: expected true, false, yes, no, on or off"),
	CASE("flows", TOP_KEY("flows: 1048577"),
	     "f:1: flows: expected a number of flows from 1 to 1048576, got "
	     "\"1048577\""),
	CASE("gateway IPv6", TOP_KEY("gateway: 2001:db8::1"),
	     "f:1: gateway: expected an IPv4 address like 192.0.2.1, got "
	     "\"2001:db8::1\""),
	CASE("gateway6 IPv4", TOP_KEY("gateway6: 10.0.0.9"),
	     "f:1: gateway6: expected an IPv6 address like 2001:db8::1, got "
	     "\"10.0.0.9\""),
	CASE("gateway6 multicast", TOP_KEY("gateway6: ff02::2"),
	     "f:1: gateway6: expected the address of a host, got \"ff02::2\", "
	     "a multicast address"),
	CASE("gateway6 with a scope", TOP_KEY("gateway6: fe80::1%eth0"),
	     "f:1: gateway6: expected an IPv6 address"),
	CASE("gateway broadcast", TOP_KEY("gateway: 255.255.255.255"),
	     "f:1: gateway: expected the address of a host, got "
	     "\"255.255.255.255\", the broadcast address"),
	CASE("listen without port", TOP_KEY("metrics: {listen: 127.0.0.1}"),
	     "f:1: metrics.listen: expected ADDRESS:PORT like"),
	CASE("listen port 0", TOP_KEY("metrics: {listen: \"127.0.0.1:0\"}"),
	     "f:1: metrics.listen: expected ADDRESS:PORT like"),
	CASE("listen IPv6 not quoted",
	     TOP_KEY("metrics:\n  listen: [::1]:8000"), "f:2: not valid YAML"),
	CASE("listen multicast", TOP_KEY("metrics: {listen: \"224.0.0.1:80\"}"),
	     "f:1: metrics.listen: expected an address of this machine"),
	CASE("admin without socket", TOP_KEY("admin: {}"),
	     "f:1: admin.socket: is missing; expected the path"),
	CASE("admin relative path", TOP_KEY("admin: {socket: a.sock}"),
	     "f:1: admin.socket: expected an absolute path of up to 107"),
	CASE("services empty", "interface: eth0\nservices: []\n",
	     "f:2: services: expected at least one service"),

	/* direct. */
	CASE("direct with bits beyond its length",
	     TOP_KEY("direct: [10.0.0.9, 10.9.0.1/24]"),
	     "f:1: direct[1]: expected 10.9.0.0/24, got \"10.9.0.1/24\", "
	     "which has bits set beyond its length"),
	CASE("direct no address", TOP_KEY("direct: router"),
	     "f:1: direct[0]: expected a prefix like 192.0.2.0/24 or "
	     "2001:db8::/32, got \"router\""),
	CASE("direct no host", TOP_KEY("direct: [224.0.0.1, \"ff02::1\"]"),
	     "f:1: direct[0]: expected addresses of hosts, got \"224.0.0.1\", "
	     "a multicast address",
	     "f:1: direct[1]: expected addresses of hosts"),
	CASE("direct too many", TOP_KEY("direct: [10.9.0.0/24, 10.8.0.1]"),
	     "f:1: direct[1]: expected at most 256 addresses in all, those of "
	     "prefixes counted one by one"),
	CASE("direct far too many", TOP_KEY("direct: \"2001:db8::/32\""),
	     "f:1: direct[0]: expected at most 256 addresses in all"),
	CASE("direct is a VIP", TOP_KEY("direct: 10.0.0.1"),
	     "f:1: direct: 10.0.0.1 is the address of service "
	     "\"10.0.0.1:53\"; expected hosts that ask backends past"),

	/* tunnel. */
	CASE("tunnel sources of the other family",
	     TOP_KEY("tunnel:\n  source: 2001:db8::1\n  source6: 10.0.0.1"),
	     "f:2: tunnel.source: expected an IPv4 address like 192.0.2.1",
	     "f:3: tunnel.source6: expected an IPv6 address like 2001:db8::1"),
	CASE("tunnel sources of no host",
	     TOP_KEY("tunnel:\n  source: 0.0.0.0\n  source6: fe80::1"),
	     "f:2: tunnel.source: expected the address of a host, got "
	     "\"0.0.0.0\", the unspecified address",
	     "f:3: tunnel.source6: expected an address that is valid beyond "
	     "one link, got \"fe80::1\", a link-local address"),
	CASE("spread of the other family",
	     TOP_KEY("tunnel:\n  spread: 100::/64\n  spread6: 10.0.0.0/8"),
	     "f:2: tunnel.spread: expected an IPv4 prefix like 192.0.2.0/24, "
	     "got \"100::/64\"",
	     "f:3: tunnel.spread6: expected an IPv6 prefix like 2001:db8::/32"),
	CASE("spread is an address", TOP_KEY("tunnel: {spread: 172.16.0.0}"),
	     "f:1: tunnel.spread: expected an IPv4 prefix like 192.0.2.0/24, "
	     "got \"172.16.0.0\"; a single address is 172.16.0.0/32"),
	CASE("spread is no", TOP_KEY("tunnel: {spread: no, spread6: 0}"),
	     "f:1: tunnel.spread: expected an IPv4 prefix",
	     "f:1: tunnel.spread6: expected an IPv6 prefix"),
	CASE("spread with bits beyond its length",
	     TOP_KEY("tunnel:\n  spread: 172.16.1.0/16\n"
		     "  spread6: 100::1/64"),
	     "f:2: tunnel.spread: expected 172.16.0.0/16, got "
	     "\"172.16.1.0/16\", which has bits set beyond its length",
	     "f:3: tunnel.spread6: expected 100::/64, got \"100::1/64\""),
	CASE("spread that no host may have",
	     TOP_KEY("tunnel:\n  spread: 224.0.0.0/8\n  spread6: ff00::/16"),
	     "f:2: tunnel.spread: expected source addresses that a host may "
	     "have, or off; \"224.0.0.0/8\" is a multicast address",
	     "f:3: tunnel.spread6: expected source addresses"),
	CASE("spread over nothing, or too much",
	     TOP_KEY("tunnel:\n  spread: 10.0.0.1/32\n"
		     "  spread6: 2000::/7"),
	     "f:2: tunnel.spread: expected a prefix of 8 to 31 bits, or off, "
	     "got \"10.0.0.1/32\"",
	     "f:3: tunnel.spread6: expected a prefix of 8 to 127 bits, or off"),
	CASE("tunnel numbers",
	     TOP_KEY("tunnel:\n  mtu: 575\n  too_big_rate: -1"),
	     "f:2: tunnel.mtu: expected an MTU from 576 to 65535, got "
	     "\"575\"",
	     "f:3: tunnel.too_big_rate: expected messages per second from 0 "
	     "to 100000, got \"-1\""),

	/* presence. */
	CASE("presence words",
	     TOP_KEY("presence:\n  announce: maybe\n  assign: lo"),
	     "f:2: presence.announce: expected auto, yes or no, got \"maybe\"",
	     "f:3: presence.assign: expected none, interface or loopback, got "
	     "\"lo\""),
	CASE("presence interval without a unit",
	     TOP_KEY("presence: {interval: 60}"),
	     "f:1: presence.interval: expected a time from 1s to 60m with its "
	     "unit, like 1s or 1m, or off, got \"60\""),
	CASE("presence interval too short",
	     TOP_KEY("presence: {interval: 999ms}"),
	     "f:1: presence.interval: expected a time from 1s to 60m"),
	CASE("presence interval too long", TOP_KEY("presence: {interval: 61m}"),
	     "f:1: presence.interval: expected a time from 1s to 60m"),
};

#endif
