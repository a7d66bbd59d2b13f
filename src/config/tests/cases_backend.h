/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes of backends, alone and with their service. */
#ifndef CONFIG_CASES_BACKEND_H
#define CONFIG_CASES_BACKEND_H

#include "config/tests/cases.h"

static const struct config_case backend_cases[] = {
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
	CASE("backend drain", ONE_BACKEND("address: 10.0.0.2, drain: slowly"),
	     "f:5: services[0].backends[0].drain: expected true, false, yes, "
	     "no, on or off, got \"slowly\""),
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

	/* Families and tunnels. */
	CASE("backend link-local",
	     TOP SERVICE6 BACKENDS("[{address: \"fe80::2\"}]"),
	     "f:5: services[0].backends[0].address: expected an address that "
	     "is valid beyond one link"),
	CASE("nat to the other family", ONE_BACKEND("address: \"2001:db8::2\""),
	     "f:5: services[0].backends[0].address: is an IPv6 address, but "
	     "the service's is IPv4; expected the same family, or forward: "
	     "ipip or gue"),
	CASE("snat to the other family",
	     TOP SERVICE6 BACKEND "    forward: snat\n",
	     "f:5: services[0].backends[0].address: is an IPv4 address, but "
	     "the service's is IPv6"),
	CASE("dsr to the other family",
	     TOP SERVICE6 BACKEND "    forward: dsr\n",
	     "f:5: services[0].backends[0].address: is an IPv4 address"),
	CASE("backend is the IPv6 VIP",
	     TOP SERVICE6 BACKENDS("[{address: \"2001:db8::0:1\"}]"),
	     "f:5: services[0].backends[0].address: is the service's own"),
	CASE("tunnel to the VIP",
	     ONE_BACKEND("address: 10.0.0.1") "    forward: gue\n",
	     "f:5: services[0].backends[0].address: is the service's own"),
	CASE("ipip with a port",
	     ONE_BACKEND("address: 10.0.0.2, port: 53") "    forward: ipip\n",
	     "f:5: services[0].backends[0].port: forward: ipip does not change "
	     "what it carries"),
	CASE("gue to one port twice, once by default",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.0.2}, {address: 10.0.0.2, port: "
			      "6080}]") "    forward: gue\n",
	     "f:5: services[0].backends[1]: is the same as backends[0]"),

	/* QUIC. */
	CASE("quic without ids", SERVICE_KEY("balance: quic"),
	     "f:6: services[0].balance: no backend has a server_id; expected "
	     "one, or balance: flow"),
	CASE("quic with an empty list of ids",
	     ONE_BACKEND(
		     "address: 10.0.0.2, server_id: []") "    balance: quic\n",
	     "f:6: services[0].balance: no backend has a server_id"),
	CASE("ids without quic",
	     ONE_BACKEND("address: 10.0.0.2, server_id: beef"),
	     "f:5: services[0].backends[0].server_id: is only for balance: "
	     "quic"),
	CASE("ids of the wrong form",
	     ONE_BACKEND("address: 10.0.0.2, server_id: [abc, \"\", 0x12, "
			 "010203040506070809]") "    balance: quic\n",
	     "f:5: services[0].backends[0].server_id[0]: expected 1 to 8 bytes "
	     "in hexadecimal like 0a0b0c0d, after their configuration and a "
	     "slash (1/0a0b0c0d) unless that is 0, got \"abc\"",
	     "f:5: services[0].backends[0].server_id[1]: expected 1 to 8",
	     "f:5: services[0].backends[0].server_id[2]: expected 1 to 8",
	     "f:5: services[0].backends[0].server_id[3]: expected 1 to 8"),
	CASE("configurations of the wrong form",
	     ONE_BACKEND("address: 10.0.0.2, server_id: [1/, /ab, 8/ab, "
			 "1/2/ab, 7/ab]") "    balance: quic\n",
	     "f:5: services[0].backends[0].server_id[0]: expected 1 to 8 bytes",
	     "f:5: services[0].backends[0].server_id[1]: expected 1 to 8 bytes",
	     "f:5: services[0].backends[0].server_id[2]: expected 1 to 8 bytes",
	     "f:5: services[0].backends[0].server_id[3]: expected 1 to 8 bytes",
	     "f:5: services[0].backends[0].server_id[4]: expected a "
	     "configuration from 0 to 6, got \"7/ab\"; 7 marks connection ids "
	     "without a server id"),
	CASE("id twice",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("\n      - {address: 10.0.0.2, server_id: "
			      "[1/ab, 0aff]}\n      - {address: 10.0.0.3, "
			      "server_id: \"0/0AFF\"}\n") "    balance: quic\n",
	     "f:7: services[0].backends[1].server_id[0]: is the same as "
	     "backends[0].server_id[1]; expected each id once"),
	CASE("id twice in one backend",
	     ONE_BACKEND(
		     "address: 10.0.0.2, server_id: [ab, ab]") "    balance: "
							       "quic\n",
	     "f:5: services[0].backends[0].server_id[1]: is the same as "
	     "backends[0].server_id[0]"),
	CASE("ids of unlike lengths",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("\n      - {address: 10.0.0.2, server_id: "
			      "[beef, 1/ab]}\n      - {address: 10.0.0.3, "
			      "server_id: 1/abcd}\n      - {address: 10.0.0.4, "
			      "server_id: ab}\n") "    balance: quic\n",
	     "f:7: services[0].backends[1].server_id[0]: has a length of 2, "
	     "but backends[0].server_id[1] of 1; expected all ids of "
	     "configuration 1 in a service equally long",
	     "f:8: services[0].backends[2].server_id[0]: has a length of 1, "
	     "but backends[0].server_id[0] of 2"),
};

#endif
