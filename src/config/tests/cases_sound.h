/* SPDX-License-Identifier: GPL-2.0-only */
/* What is no mistake. */
#ifndef CONFIG_CASES_SOUND_H
#define CONFIG_CASES_SOUND_H

#include "config/tests/cases.h"

/* Accepted, with these warnings. */
static const struct config_case config_warnings[] = {
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
	CASE("quic, a backend without an id",
	     TOP SERVICE("10.0.0.1", "53")
		     BACKENDS("[{address: 10.0.0.2, server_id: ab},\n"
			      "{address: 10.0.0.3}]") "    balance: quic\n",
	     "f:6: services[0].backends[1]: has no server_id, so only packets "
	     "with an unknown one or none can reach it"),
	CASE("an MTU below IPv6's",
	     "tunnel: {mtu: 1327}\n" TOP SERVICE6 BACKEND6 "    forward: gue\n",
	     "f:1: tunnel.mtu: IPv6 senders may ignore that less than 1280 "
	     "bytes fit; expected at least 1328 for the tunnels of "
	     "services[0] \"[2001:db8::1]:53\""),
	CASE("an MTU below IPv6's, IPv4 outside",
	     "tunnel: {mtu: 1299}\n" TOP SERVICE6 BACKEND "    forward: ipip\n",
	     "f:1: tunnel.mtu: IPv6 senders may ignore that less than 1280 "
	     "bytes fit; expected at least 1300"),
	CASE("all ports and one port of an IPv6 backend",
	     TOP SERVICE("\"2001:db8::1\"", "all")
		     BACKEND6 SERVICE("\"2001:db8::9\"", "53") BACKEND6,
	     "f:8: services[1].backends[0]: packets to port 53 of 2001:db8::1 "
	     "reach 2001:db8::2 through services[0] \"[2001:db8::1]:all\""),
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
	      TOP SERVICE("10.0.0.1", "[53, 54]")
		      BACKENDS("[{address: 10.0.0.2, port: "
			       "5353}]") "    forward: snat\n"),
	SOUND("no health check", SERVICE_KEY("health: {type: none}")),
	SOUND("listen on all addresses",
	      TOP_KEY("metrics: {listen: \"0.0.0.0:9100\"}")),
	SOUND("IPv6", TOP PLAIN6),
	SOUND("IPv6 not quoted",
	      TOP "  - address: 2001:db8::1\n    ports: 53\n    backends:\n"
		  "    - address: 2001:db8::2\n"),
	SOUND("both families of one service", TOP PLAIN PLAIN6),
	SOUND("IPv6 forwarded by its own",
	      TOP PLAIN6 "    forward: snat\n" SERVICE("\"2001:db8::9\"", "53")
		      BACKEND6 "    forward: dsr\n"),
	SOUND("a link-local router", TOP_KEY("gateway6: fe80::1")),
	SOUND("tunnels across families", TOP SERVICE6 BACKEND
	      "    forward: ipip\n" SERVICE("10.0.0.1", "all") BACKEND6
	      "    forward: gue\n"),
	SOUND("tunnels to both families, at several ports",
	      TOP SERVICE6 BACKENDS(
		      "[{address: \"2001:db8::2\"}, {address: 10.0.0.2}, "
		      "{address: 10.0.0.2, port: 1}]") "    forward: gue\n"),
	SOUND("tunnels to a backend of another service",
	      TOP PLAIN SERVICE("10.0.0.9", "53") BACKEND
	      "    forward: ipip\n"),
	SOUND("the least MTU that IPv6 needs",
	      "tunnel: {mtu: 1328}\n" TOP SERVICE6 BACKEND6
	      "    forward: gue\n"),
	SOUND("an MTU that only IPv4 needs",
	      "tunnel: {mtu: 576}\n" TOP PLAIN "    forward: gue\n" PLAIN6),
	SOUND("the narrowest spread", TOP_KEY("tunnel: {spread: 10.0.0.2/31, "
					      "spread6: \"2001:db8::/127\"}")),
	SOUND("an empty tunnel and presence",
	      TOP_KEY("tunnel: {}\npresence: {}")),
	SOUND("deny nobody", SERVICE_KEY("deny: []")),
	SOUND("as many lengths as there may be",
	      SERVICE_KEY("allow: [10.0.0.0/8, 10.0.0.0/9, 10.0.0.0/10, "
			  "10.0.0.0/11, 11.0.0.0/8]\n    deny: [10.0.0.0/12, "
			  "10.0.0.0/13, 10.0.0.0/32, 0.0.0.0/0]")),
	SOUND("mapped clients of an IPv6 service",
	      SERVICE6_KEY("deny: \"::ffff:0:0/96\"")),
	SOUND("agreement of a VIP's services", TOP PLAIN
	      "    ping: false\n    malformed: drop\n" SERVICE("10.0.0.1", "54")
		      BACKEND "    ping: no\n    malformed: drop\n" SERVICE(
			      "10.0.0.9", "55") BACKEND "    ping: yes\n"),
	SOUND("ids of several configurations",
	      ONE_BACKEND("address: 10.0.0.2, server_id: [ab, 0/cd, 1/ab, "
			  "6/0102030405060708]") "    balance: quic\n"),
};

#endif
