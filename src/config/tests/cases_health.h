/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes in how backends are asked. */
#ifndef CONFIG_CASES_HEALTH_H
#define CONFIG_CASES_HEALTH_H

#include "config/tests/cases.h"

#define HEALTH(keys) SERVICE_KEY("health: {type: " keys "}")
#define AT_HEALTH    "f:6: services[0].health."

static const struct config_case health_cases[] = {
	CASE("health without type", SERVICE_KEY("health: {interval: 1s}"),
	     "f:6: services[0].health.type: is missing; expected none, icmp"),
	CASE("health type", SERVICE_KEY("health: {type: ping}"),
	     "f:6: services[0].health.type: expected none, icmp, udp, dns, "
	     "tcp, http or https, got \"ping\""),
	CASE("health without a unit", HEALTH("none, interval: 5"),
	     "f:6: services[0].health.interval: expected a time from 100ms to "
	     "60m with its unit, like 500ms, 1s or 1m, got \"5\""),
	CASE("health interval too short", HEALTH("none, interval: 99ms"),
	     "f:6: services[0].health.interval: expected a time"),
	CASE("health interval overflow", HEALTH("none, interval: 4294967295m"),
	     "f:6: services[0].health.interval: expected a time"),
	CASE("health counts", HEALTH("none, rise: 0, fall: 101"),
	     "f:6: services[0].health.rise: expected a count from 1 to 100",
	     "f:6: services[0].health.fall: expected a count from 1 to 100"),
	CASE("health send for none", HEALTH("none, send: x, expect: y"),
	     "f:6: services[0].health.send: is only for type: udp",
	     "f:6: services[0].health.expect: is only for type: udp, http or "
	     "https; remove it"),
	CASE("health keys of other types",
	     HEALTH("icmp, port: 1, name: a, path: /, verify: no"),
	     AT_HEALTH "port: is only for type: udp, dns, tcp, http or https; "
		       "remove it",
	     AT_HEALTH "name: is only for type: dns; remove it",
	     AT_HEALTH "path: is only for type: http or https; remove it",
	     AT_HEALTH "verify: is only for type: https; remove it"),
	CASE("health verify of http", HEALTH("http, verify: yes"),
	     AT_HEALTH "verify: is only for type: https"),
	CASE("health of silence", HEALTH("udp"),
	     AT_HEALTH "send: is missing; expected what the backend answers, "
		       "because silence does not tell that it serves"),
	CASE("health of silence, expectation", HEALTH("udp, expect: pong"),
	     AT_HEALTH "send: is missing"),
	CASE("health empty payload", HEALTH("udp, send: \"\""),
	     AT_HEALTH "send: is empty"),
	CASE("health timeout",
	     HEALTH("tcp, interval: 1s, fall: 3, timeout: 800ms"),
	     AT_HEALTH "timeout: 800 ms is too long to notice a dead backend "
		       "within interval 1000 ms x fall 3; make it at most 762 "
		       "ms"),
	CASE("health timeout above the interval",
	     HEALTH("tcp, interval: 1s, timeout: 2s"),
	     AT_HEALTH "timeout: 2000 ms is longer than the interval"),
	CASE("health timeout too short", HEALTH("tcp, timeout: 9ms"),
	     AT_HEALTH "timeout: expected a time from 10ms to 60m"),
	CASE("health payload twice", HEALTH("udp, send: x, send_hex: 0a"),
	     AT_HEALTH "send_hex: expected send or send_hex, got both"),
	CASE("health hexadecimal", HEALTH("udp, send_hex: 0a b, expect_hex: x"),
	     AT_HEALTH "send_hex: expected pairs of hexadecimal digits like "
		       "\"0a ff\", got \"0a b\"",
	     AT_HEALTH "expect_hex: expected pairs"),
	CASE("health match", HEALTH("udp, send: x, match: exact"),
	     AT_HEALTH "match: tells how the answer is compared with expect, "
		       "which is missing"),
	CASE("health match word",
	     HEALTH("udp, send: x, expect: y, match: glob"),
	     AT_HEALTH "match: expected contains, exact, prefix or regex, got "
		       "\"glob\""),
	CASE("health regex",
	     HEALTH("udp, send: x, expect: \"(\", match: regex"),
	     AT_HEALTH "expect: the regular expression is wrong: "),
	CASE("health regex as glibc has them",
	     HEALTH("http, expect: '\\<ok', match: regex"),
	     AT_HEALTH "expect: the regular expression is wrong: \\<: a "
		       "word's edge is \\b"),
	CASE("health skipped", HEALTH("icmp, skipped: yes"),
	     AT_HEALTH "skipped: expected keep or fail, got \"yes\""),
	CASE("health regex in hexadecimal",
	     HEALTH("udp, send: x, expect_hex: 61, match: regex"),
	     AT_HEALTH "expect_hex: a regular expression is a text"),
	CASE("health domain", HEALTH("dns"),
	     AT_HEALTH "name: is missing; expected the domain name"),
	CASE("health domain and record", HEALTH("dns, name: a..b, record: X"),
	     AT_HEALTH "record: expected A, AAAA, CNAME, MX, NS, PTR, SOA, SRV "
		       "or TXT, got \"X\""),
	CASE("health no domain", HEALTH("dns, name: a..b"),
	     AT_HEALTH "name: 'a..b' is no domain name"),
	CASE("health path", HEALTH("http, path: \"/a b\""),
	     AT_HEALTH "path: '/a b' does not begin with '/', or contains"),
	CASE("health host", HEALTH("https, host: a/b"),
	     AT_HEALTH "host: 'a/b' is not the name of a host"),
	CASE("health status", HEALTH("http, status: 300-200"),
	     AT_HEALTH "status: expected a status or a range of them within "
		       "100-599, like 200-299, got \"300-200\""),
	CASE("health status beyond", HEALTH("http, status: 600"),
	     AT_HEALTH "status: expected a status"),
	CASE("health status of words", HEALTH("http, status: 2xx"),
	     AT_HEALTH "status: expected a status"),
	CASE("health address", HEALTH("tcp, address: 224.0.0.1"),
	     AT_HEALTH "address: "),
	CASE("health address of a backend",
	     ONE_BACKEND("address: 10.0.0.2, health_address: x"),
	     "f:5: services[0].backends[0].health_address: "),
	CASE("health without a port",
	     TOP SERVICE("10.0.0.1", "[53, 54]") BACKEND
	     "    health: {type: tcp}\n",
	     "f:6: services[0].health.port: is missing: the service has "
	     "several ports, so at which one is backend 10.0.0.2 to be "
	     "asked?"),
};

#endif
