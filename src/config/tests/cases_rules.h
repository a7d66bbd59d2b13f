/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes that only several services can make. */
#ifndef CONFIG_CASES_RULES_H
#define CONFIG_CASES_RULES_H

#include "config/tests/cases.h"

static const struct config_case rules_cases[] = {
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

	/* The same in IPv6. */
	CASE("same port, IPv6",
	     TOP PLAIN6 SERVICE("\"2001:db8:0::1\"", "[1-53]")
		     BACKENDS("[{address: \"2001:db8::3\"}]"),
	     "f:7: services[1].ports: claims port 53 of 2001:db8::1 like "
	     "services[0] \"[2001:db8::1]:53\" (line 3)"),
	CASE("reply of two VIPs, IPv6",
	     TOP PLAIN6 SERVICE("\"2001:db8::9\"", "53") BACKEND6,
	     "f:8: services[1].backends[0]: replies from port 53 of "
	     "2001:db8::2 could belong to services[0] \"[2001:db8::1]:53\""),

	/* What is the VIP's. */
	CASE("disagreement on ping",
	     TOP PLAIN "    ping: false\n" SERVICE("10.0.0.1", "54") BACKEND
	     "    ping: yes\n",
	     "f:10: services[1].ping: is true, but false in services[0] "
	     "\"10.0.0.1:53\" (line 3), of the same address 10.0.0.1; an echo "
	     "request has no port, so expected the same in both"),
	CASE("disagreement on malformed, over a service that does not say",
	     TOP PLAIN6 "    malformed: drop\n" SERVICE("\"2001:db8::1\"", "54")
		     BACKEND6 SERVICE("\"2001:db8::1\"", "55") BACKEND6
	     "    malformed: pass\n",
	     "f:13: services[2].malformed: is pass, but drop in services[0] "
	     "\"[2001:db8::1]:53\" (line 3), of the same address "
	     "2001:db8::1; a malformed packet may have no port"),
};

#endif
