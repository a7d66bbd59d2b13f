/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations with mistakes (and warnings), and how the messages about them
 * begin: all of them, in their order.  The file is called "f".
 */
#ifndef CONFIG_CASES_H
#define CONFIG_CASES_H

#include <stddef.h>

#define CASE_MESSAGES 5

struct config_case {
	const char *name;
	const char *text;
	size_t length;
	const char *messages[CASE_MESSAGES];
};

#define CASE(name, text, ...)                                                  \
	{                                                                      \
		name, text, sizeof(text) - 1,                                  \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define SOUND(name, text) CASE(name, text, NULL)

/* Line 1 and 2; the first service begins in line 3. */
#define TOP "interface: eth0\nservices:\n"
#define SERVICE(address, ports)                                                \
	"  - address: " address "\n    ports: " ports "\n"
#define BACKEND	       "    backends: [{address: 10.0.0.2}]\n"
#define BACKENDS(list) "    backends: " list "\n"
#define PLAIN	       SERVICE("10.0.0.1", "53") BACKEND
/* A key of the top in line 1, in front of a sound configuration. */
#define TOP_KEY(key) key "\n" TOP PLAIN
/* A key of the service in line 6. */
#define SERVICE_KEY(key) TOP PLAIN "    " key "\n"
/* A backend in line 5. */
#define ONE_BACKEND(keys) TOP SERVICE("10.0.0.1", "53") BACKENDS("[{" keys "}]")

static const struct config_case config_cases[] = {
	/* YAML itself. */
	CASE("empty file", "", "f:1: the file is empty; expected"),
	CASE("only comments", "# x\n\n# y\n", "f:1: the file is empty"),
	CASE("empty document", "---\n",
	     "f:2: has no value; expected a group of"),
	CASE("only a byte order mark", "\xef\xbb\xbf",
	     "f:1: the file is empty"),
	CASE("a list at the top", "- a\n- b\n",
	     "f:1: expected a group of \"key: value\", got a list"),
	CASE("a text at the top", "hello",
	     "f:1: expected a group of \"key: value\", got a single value"),
	CASE("no key at all", "{}",
	     "f:1: interface: is missing; expected the name of a network",
	     "f:1: services: expected at least one service"),
	CASE("tab indentation", "interface: eth0\nservices:\n\t- address: x\n",
	     "f:3: not valid YAML: the line begins with a tab; indent with"),
	CASE("open bracket", "interface: [eth0\nmode: auto\n",
	     "f:2: not valid YAML: did not find expected ',' or ']', while "
	     "parsing a flow sequence that begins in line 1"),
	CASE("open quote", "interface: \"eth0\nmode: auto\n",
	     "f:3: not valid YAML: found unexpected end of stream"),
	CASE("wrong indentation", "interface: eth0\n mode: auto\n",
	     "f:2: not valid YAML: mapping values are not allowed"),
	CASE("NUL byte", "interface: eth0\nmode: a\0b\n",
	     "f:2: not valid YAML text: control characters are not allowed"),
	CASE("not UTF-8", "interface: \xff\n",
	     "f:1: not valid YAML text: invalid leading UTF-8 octet"),
	CASE("two documents", "---\na: 1\n---\nb: 1\n",
	     "f:3: a second document begins here; expected only one"),
	CASE("anchor, alias", "interface: &a eth0\nmode: *a\n",
	     "f:1: an anchor (&) is not supported",
	     "f:2: an alias (*) is not supported"),
	CASE("alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\n", "f:1: an anchor",
	     "f:2: an anchor", "f:2: an alias", "f:2: an alias"),
	CASE("tags", "interface: !!str eth0\nmode: !x y\n",
	     "f:1: a tag (!) is not supported", "f:2: a tag (!) is not"),
	CASE("too deep", "[[[[[[[[[[[[[[[[[[[[",
	     "f:1: nested more than 16 levels deep"),
	CASE("merge key", TOP_KEY("<<: {mode: auto}"),
	     "f:1: <<: unknown key; expected one of: interface, mode"),

	/* The form. */
	CASE("unknown key", TOP_KEY("colour: red"),
	     "f:1: colour: unknown key; expected one of: interface, mode, "
	     "latency, gateway, metrics, admin, services"),
	CASE("misspelt keys", TOP_KEY("mdoe: auto\ngatway: 10.0.0.9"),
	     "f:1: mdoe: unknown key; did you mean \"mode\"?",
	     "f:2: gatway: unknown key; did you mean \"gateway\"?"),
	CASE("misspelt key below", ONE_BACKEND("address: 10.0.0.2, wieght: 2"),
	     "f:5: services[0].backends[0].wieght: unknown key; did you mean "
	     "\"weight\"?"),
	CASE("misspelt required key", ONE_BACKEND("adress: 10.0.0.2"),
	     "f:5: services[0].backends[0].adress: unknown key; did you mean "
	     "\"address\"?",
	     "f:5: services[0].backends[0].address: is missing"),
	CASE("key with control characters", TOP_KEY("\"a\\e[1m\\x9bb\": 1"),
	     "f:1: a?[1m?b: unknown key"),
	CASE("key with NUL", TOP_KEY("\"mode\\0\": auto"),
	     "f:1: mode: unknown key"),
	CASE("key that is a list", TOP_KEY("? [a, b]\n: c"),
	     "f:1: ?: a key must be a single word, got a list"),
	CASE("template left in", ONE_BACKEND("address: {{ backend }}"),
	     "f:5: services[0].backends[0].address: expected a single value, "
	     "got a group"),
	CASE("key twice", TOP_KEY("mode: auto\nmode: hw"),
	     "f:2: mode: given twice, first in line 1; remove one"),
	CASE("no value", TOP_KEY("mode:\nlatency: ~\ngateway: null"),
	     "f:1: mode: has no value; expected a single value",
	     "f:2: latency: has no value", "f:3: gateway: has no value"),
	CASE("empty text", TOP_KEY("mode: \"\""),
	     "f:1: mode: is empty; give it a value or remove it"),
	CASE("NUL in a text", TOP_KEY("mode: \"auto\\0\""),
	     "f:1: mode: contains a NUL character"),
	CASE("group for value", TOP_KEY("mode: {a: b}"),
	     "f:1: mode: expected a single value, got a group"),
	CASE("value for group", TOP_KEY("metrics: 127.0.0.1:8000"),
	     "f:1: metrics: expected a group of \"key: value\", got a single "
	     "value"),
	CASE("group for list", "interface: a\nservices: {address: 10.0.0.1}\n",
	     "f:2: services: expected a list, got a group of \"key: value\"; "
	     "begin each item with \"- \""),
	CASE("item of the wrong form keeps the others' index",
	     TOP SERVICE("10.0.0.1", "53") BACKENDS("[x, {address: y}]"),
	     "f:5: services[0].backends[0]: expected a group",
	     "f:5: services[0].backends[1].address: expected an IPv4"),
	CASE("empty item", TOP "  -\n",
	     "f:3: services[0]: has no value; expected a group"),
	CASE("list within ports", TOP SERVICE("10.0.0.1", "[[53]]") BACKEND,
	     "f:4: services[0].ports[0]: expected a single value, got a list"),

	/* The top. */
	CASE("no interface", "services:\n" PLAIN,
	     "f:1: interface: is missing; expected the name of a network"),
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
	CASE("latency", TOP_KEY("latency: maybe"),
	     "f:1: latency: expected true, false, yes, no, on or off"),
	CASE("gateway IPv6", TOP_KEY("gateway: 2001:db8::1"),
	     "f:1: gateway: IPv6 is not supported yet; expected an IPv4"),
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

	/* A service. */
	CASE("service of nothing", TOP "  - {}\n",
	     "f:3: services[0].address: is missing; expected the IPv4 address",
	     "f:3: services[0].ports: is missing; expected a list of ports",
	     "f:3: services[0].backends: expected at least one backend"),
	CASE("name with a space", SERVICE_KEY("name: a b"),
	     "f:6: services[0].name: expected up to 63 visible ASCII"),
	CASE("name not ASCII", SERVICE_KEY("name: gr\xc3\xbc\xc3\x9f"),
	     "f:6: services[0].name: expected up to 63 visible ASCII "
	     "characters without spaces, got \"gr\xc3\xbc\xc3\x9f\""),
	CASE("address is a name", TOP SERVICE("www", "53") BACKEND,
	     "f:3: services[0].address: expected an IPv4 address like "
	     "192.0.2.1, got \"www\""),
	CASE("address IPv6", TOP SERVICE("\"2001:db8::1\"", "53") BACKEND,
	     "f:3: services[0].address: IPv6 is not supported yet"),
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
	     "f:6: services[0].balance: expected flow, source or packet, got"),
	CASE("balance quic", SERVICE_KEY("balance: quic"),
	     "f:6: services[0].balance: \"quic\" is not supported yet; "
	     "expected "
	     "flow, source or packet"),
	CASE("forward", SERVICE_KEY("forward: dnat"),
	     "f:6: services[0].forward: expected nat, snat or dsr, got"),
	CASE("forward ipip", SERVICE_KEY("forward: ipip"),
	     "f:6: services[0].forward: \"ipip\" is not supported yet"),
	CASE("forward gue", SERVICE_KEY("forward: gue"),
	     "f:6: services[0].forward: \"gue\" is not supported yet"),
	CASE("ring too small", SERVICE_KEY("ring_size: 8"),
	     "f:6: services[0].ring_size: expected a power of two from 16 to "
	     "1048576, got \"8\""),
	CASE("ring no power of two", SERVICE_KEY("ring_size: 65537"),
	     "f:6: services[0].ring_size: expected a power of two like 65536, "
	     "got 65537"),
	CASE("health without type", SERVICE_KEY("health: {interval: 1s}"),
	     "f:6: services[0].health.type: is missing; expected none, icmp"),
	CASE("health type", SERVICE_KEY("health: {type: ping}"),
	     "f:6: services[0].health.type: expected none, icmp, udp, tcp or "
	     "http, got \"ping\""),
	CASE("health without a unit",
	     SERVICE_KEY("health: {type: none, interval: 5}"),
	     "f:6: services[0].health.interval: expected a time from 100ms to "
	     "60m with its unit, like 500ms, 1s or 1m, got \"5\""),
	CASE("health interval too short",
	     SERVICE_KEY("health: {type: none, interval: 99ms}"),
	     "f:6: services[0].health.interval: expected a time"),
	CASE("health interval overflow",
	     SERVICE_KEY("health: {type: none, interval: 4294967295m}"),
	     "f:6: services[0].health.interval: expected a time"),
	CASE("health counts",
	     SERVICE_KEY("health: {type: none, rise: 0, fall: 101}"),
	     "f:6: services[0].health.rise: expected a count from 1 to 100",
	     "f:6: services[0].health.fall: expected a count from 1 to 100"),
	CASE("health send for none",
	     SERVICE_KEY("health: {type: none, send: x, expect: y}"),
	     "f:6: services[0].health.send: is only for type: udp",
	     "f:6: services[0].health.expect: is only for type: udp"),

	/* A backend. */
	CASE("no backends", TOP SERVICE("10.0.0.1", "53") BACKENDS("[]"),
	     "f:5: services[0].backends: expected at least one backend"),
	CASE("backend without address", ONE_BACKEND("port: 53"),
	     "f:5: services[0].backends[0].address: is missing"),
	CASE("backend port", ONE_BACKEND("address: 10.0.0.2, port: 70000"),
	     "f:5: services[0].backends[0].port: expected a port from 1 to "
	     "65535, got \"70000\""),
	CASE("backend weights",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.0.2, weight: 0},\n"
			      "{address: 10.0.0.3, weight: 1001},\n"
			      "{address: 10.0.0.4, weight: 1.5}]"),
	     "f:5: services[0].backends[0].weight: expected a weight from 1 to "
	     "1000, got \"0\"",
	     "f:6: services[0].backends[1].weight: expected a weight",
	     "f:7: services[0].backends[2].weight: expected a weight"),
	CASE("backend MAC", ONE_BACKEND("address: 10.0.0.2, mac: 00-11"),
	     "f:5: services[0].backends[0].mac: expected a MAC address like "
	     "00:11:22:aa:bb:cc, got \"00-11\""),
	CASE("backend group MAC",
	     ONE_BACKEND("address: 10.0.0.2, mac: \"01:00:00:00:00:00\""),
	     "f:5: services[0].backends[0].mac: expected the MAC address of "
	     "one "
	     "host, got \"01:00:00:00:00:00\", a group address"),
	CASE("same backend twice",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("\n      - {address: 10.0.0.2}\n"
			      "      - {address: 10.0.0.3}\n      - {address: "
			      "10.0.0.2}"),
	     "f:8: services[0].backends[2]: is the same as backends[0]"),
	CASE("same backend in disguise",
	     TOP SERVICE("10.0.0.1", "53") BACKENDS(
		     "[{address: 10.0.0.2}, {address: 10.0.0.2, port: 53}]"),
	     "f:5: services[0].backends[1]: claims replies from port 53 of "
	     "10.0.0.2 like backends[0]"),
	CASE("backend is the VIP", ONE_BACKEND("address: 10.0.0.1"),
	     "f:5: services[0].backends[0].address: is the service's own"),
	CASE("nat, fixed port, several ports",
	     TOP SERVICE("10.0.0.1", "[53, 54]")
		     BACKENDS("[{address: 10.0.0.2, port: 5353}]"),
	     "f:5: services[0].backends[0].port: with forward: nat and several "
	     "service ports, a reply from port 5353 could belong to any"),
	CASE("nat, fixed port, all ports",
	     TOP SERVICE("10.0.0.1", "all")
		     BACKENDS("[{address: 10.0.0.2, port: 5353}]"),
	     "f:5: services[0].backends[0].port: with forward: nat"),
	CASE("dsr with a port",
	     ONE_BACKEND("address: 10.0.0.2, port: 53") "    forward: dsr\n",
	     "f:5: services[0].backends[0].port: forward: dsr does not change "
	     "packets"),
	CASE("ring smaller than backends",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.1.1}, {address: 10.0.1.2},"
			      " {address: 10.0.1.3}, {address: 10.0.1.4},"
			      " {address: 10.0.1.5}, {address: 10.0.1.6},"
			      " {address: 10.0.1.7}, {address: 10.0.1.8},"
			      " {address: 10.0.1.9}, {address: 10.0.1.10},"
			      " {address: 10.0.1.11}, {address: 10.0.1.12},"
			      " {address: 10.0.1.13}, {address: 10.0.1.14},"
			      " {address: 10.0.1.15}, {address: 10.0.1.16},"
			      " {address: 10.0.1.17}]") "    ring_size: 16\n",
	     "f:6: services[0].ring_size: 16 slots are too few for 17"),

	/* Services against each other. */
	CASE("same name",
	     TOP PLAIN "    name: a\n" SERVICE("10.0.0.1", "54") BACKEND
	     "    name: a\n",
	     "f:10: services[1].name: is also the name of services[0] \"a\" "
	     "(line 3)"),
	CASE("name like a default",
	     TOP PLAIN SERVICE("10.0.0.1", "54") BACKEND
	     "    name: 10.0.0.1:53\n",
	     "f:9: services[1].name: is also the name of services[0]"),
	CASE("same port",
	     TOP PLAIN SERVICE("10.0.0.1", "[1-53]")
		     BACKENDS("[{address: 10.0.0.3}]"),
	     "f:7: services[1].ports: claims port 53 of 10.0.0.1 like "
	     "services[0] "
	     "\"10.0.0.1:53\" (line 3); expected each port in one"),
	CASE("ranges of two services overlap",
	     TOP SERVICE("10.0.0.1", "100-200")
		     BACKEND SERVICE("10.0.0.1", "[5, 150-250]")
			     BACKENDS("[{address: 10.0.0.3}]"),
	     "f:7: services[1].ports: claims ports 150-200 of 10.0.0.1 like"),
	CASE("all ports twice",
	     TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.1", "all")
		     BACKENDS("[{address: 10.0.0.3}]"),
	     "f:7: services[1].ports: claims all ports of 10.0.0.1 like"),
	CASE("reply of two VIPs", TOP PLAIN SERVICE("10.0.0.9", "53") BACKEND,
	     "f:8: services[1].backends[0]: replies from port 53 of 10.0.0.2 "
	     "could belong to services[0] \"10.0.0.1:53\" (line 3) as well"),
	CASE("reply of two ports",
	     TOP SERVICE("10.0.0.1", "53") BACKENDS(
		     "[{address: 10.0.0.2, port: 9}]") SERVICE("10.0.0.1", "54")
		     BACKENDS("[{address: 10.0.0.2, port: 9}]"),
	     "f:8: services[1].backends[0]: replies from port 9 of 10.0.0.2"),
	CASE("reply of a fixed and a kept port",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.0.2, port: 99}]")
			     SERVICE("10.0.0.1", "90-110") BACKEND,
	     "f:8: services[1].backends[0]: replies from port 99 of 10.0.0.2"),
	CASE("reply of two services for all ports",
	     TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.9", "all")
		     BACKEND,
	     "f:8: services[1].backends[0]: replies from all ports of "
	     "10.0.0.2"),
	CASE("too many entries",
	     TOP SERVICE("10.0.0.1", "1-65535")
		     BACKENDS("[{address: 10.0.1.1}, {address: 10.0.1.2},"
			      " {address: 10.0.1.3}, {address: 10.0.1.4},"
			      " {address: 10.0.1.5}, {address: 10.0.1.6},"
			      " {address: 10.0.1.7}, {address: 10.0.1.8},"
			      " {address: 10.0.1.9}, {address: 10.0.1.10},"
			      " {address: 10.0.1.11}, {address: 10.0.1.12},"
			      " {address: 10.0.1.13}, {address: 10.0.1.14},"
			      " {address: 10.0.1.15}, {address: 10.0.1.16}]"),
	     "f:2: services: with forward: nat each backend needs an entry for "
	     "each port, 1048560 in all, more than 1000000"),
	CASE("a faulty service takes no part",
	     TOP PLAIN "    colour: red\n" SERVICE("10.0.0.1", "53") BACKEND,
	     "f:6: services[0].colour: unknown key"),
	CASE("mistakes of all kinds in one run",
	     "interface: eth/0\nmode: fast\nservices:\n" SERVICE("x", "0")
		     BACKENDS("[{weight: 1}]"),
	     "f:1: interface: expected", "f:2: mode: expected",
	     "f:4: services[0].address: expected",
	     "f:5: services[0].ports[0]: expected",
	     "f:6: services[0].backends[0].address: is missing"),
};

/* Accepted, with these warnings. */
static const struct config_case config_warnings[] = {
	CASE("health checks", SERVICE_KEY("health: {type: udp, send: \"\"}"),
	     "f:6: services[0].health.type: health checks are not carried out "
	     "by this version"),
	CASE("admin socket", TOP_KEY("admin: {socket: /run/udplb.sock}"),
	     "f:1: admin.socket: is not served by this version"),
	CASE("share below one slot",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.0.2, weight: 1000}, {address: "
			      "10.0.0.3}]") "    ring_size: 512\n",
	     "f:5: services[0].backends[1]: a weight of 1 in 1001 is less than "
	     "one of the 512 slots"),
	CASE("all ports and one port of a backend",
	     TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.9", "53")
		     BACKEND,
	     "f:8: services[1].backends[0]: packets to port 53 of 10.0.0.1 "
	     "reach 10.0.0.2 through services[0] \"10.0.0.1:all\" (line 3)"),
};

/* Accepted without a word. */
static const struct config_case config_sound[] = {
	SOUND("minimal", TOP PLAIN),
	SOUND("byte order mark, CRLF",
	      "\xef\xbb\xbfinterface: eth0\r\nservices:\r\n"
	      "- address: 10.0.0.1\r\n  ports: 53\r\n"
	      "  backends: [{address: 10.0.0.2}]\r\n"),
	SOUND("JSON", "{\"interface\": \"eth0\", \"services\": [{\"address\": "
		      "\"10.0.0.1\","
		      "\"ports\": [53], \"backends\": [{\"address\": "
		      "\"10.0.0.2\"}]}]}"),
	SOUND("numbers in quotes",
	      TOP SERVICE("10.0.0.1", "[\"53\", '54']") BACKEND),
	SOUND("document markers", "---\n" TOP PLAIN "...\n"),
	SOUND("all beside an exact port, other backends",
	      TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.1", "53")
		      BACKENDS("[{address: 10.0.0.3}]")),
	SOUND("all beside an exact port, same backend",
	      TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.1", "53")
		      BACKEND),
	SOUND("exact port taken away from all",
	      TOP SERVICE("10.0.0.1", "all") BACKEND SERVICE("10.0.0.1", "53")
		      BACKENDS("[{address: 10.0.0.3}]")
			      SERVICE("10.0.0.9", "53") BACKEND),
	SOUND("neighbouring ranges",
	      TOP SERVICE("10.0.0.1", "[10-19, 20]")
		      BACKEND SERVICE("10.0.0.1", "21-29") BACKEND),
	SOUND("same port of two VIPs",
	      TOP PLAIN SERVICE("10.0.0.9", "53")
		      BACKENDS("[{address: 10.0.0.3}]")),
	SOUND("same backend of two VIPs at different ports",
	      TOP PLAIN SERVICE("10.0.0.9", "53")
		      BACKENDS("[{address: 10.0.0.2, port: 54}]")),
	SOUND("same backend of two VIPs without replies",
	      TOP PLAIN SERVICE("10.0.0.9", "53") BACKEND
	      "    forward: snat\n"),
	SOUND("the same address with two ports",
	      TOP SERVICE("10.0.0.1", "53") BACKENDS(
		      "[{address: 10.0.0.2, port: 1}, {address: 10.0.0.2, "
		      "port: 2}]")),
	SOUND("snat with a fixed port for several",
	      TOP SERVICE("10.0.0.1",
			  "[53, 54]") BACKENDS("[{address: 10.0.0.2, port: "
					       "5353}]") "    forward: snat\n"),
	SOUND("no health check", SERVICE_KEY("health: {type: none}")),
	SOUND("listen on all addresses",
	      TOP_KEY("metrics: {listen: \"0.0.0.0:9100\"}")),
};

#endif
