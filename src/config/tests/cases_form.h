/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes in YAML itself, and in the form of a configuration. */
#ifndef CONFIG_CASES_FORM_H
#define CONFIG_CASES_FORM_H

#include "config/tests/cases.h"

static const struct config_case form_cases[] = {
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
	     "f:1: interface: is missing; expected the name of the network",
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
	     "dispatcher, latency, persist, flows, gateway, gateway6, direct, "
	     "tunnel, presence, metrics, admin, services"),
	CASE("misspelt keys", TOP_KEY("mdoe: auto\ngatway: 10.0.0.9"),
	     "f:1: mdoe: unknown key; did you mean \"mode\"?",
	     "f:2: gatway: unknown key; did you mean \"gateway\"?"),
	CASE("misspelt key below", ONE_BACKEND("address: 10.0.0.2, wieght: 2"),
	     "f:5: services[0].backends[0].wieght: unknown key; did you mean "
	     "\"weight\"?"),
	CASE("misspelt required key", ONE_BACKEND("adress: 10.0.0.2"),
	     "f:5: services[0].backends[0].adress: unknown key; did you mean "
	     "\"address\"?"),
	CASE("misspelt required lists",
	     "interface: eth0\nservices:\n  - address: 10.0.0.1\n    port: 53\n"
	     "    backend: [{address: 10.0.0.2}]\n",
	     "f:4: services[0].port: unknown key; did you mean \"ports\"?",
	     "f:5: services[0].backend: unknown key; did you mean "
	     "\"backends\"?"),
	CASE("misspelt services", "interface: eth0\nservice:\n" PLAIN,
	     "f:2: service: unknown key; did you mean \"services\"?"),
	CASE("misspelt type of health",
	     SERVICE_KEY("health: {typ: udp, send: x}"),
	     "f:6: services[0].health.typ: unknown key; did you mean "
	     "\"type\"?"),
	CASE("a key too much is not the one that is missing",
	     ONE_BACKEND("colour: red"),
	     "f:5: services[0].backends[0].colour: unknown key; expected one",
	     "f:5: services[0].backends[0].address: is missing"),
	CASE("no space behind the colon", "interface:eth0\nservices:\n" PLAIN,
	     "f:1: not valid YAML: there is no space behind \"interface:\""),
	CASE("no space behind the colon, further down",
	     TOP "  - address:10.0.0.1\n    ports: 53\n" BACKEND,
	     "f:3: not valid YAML: there is no space behind \"address:\""),
	CASE("no space behind the last colon", TOP PLAIN "    ring_size:1024\n",
	     "f:6: not valid YAML: there is no space behind \"ring_size:\""),
	CASE("no space behind a colon in braces",
	     ONE_BACKEND("address:10.0.0.2, weight: 7"),
	     "f:5: services[0].backends[0].address:10.0.0.2: unknown key; "
	     "write "
	     "a space behind \"address:\""),
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
	/* As copied from web pages: nmstate #2051, travis-ci #1204. */
	CASE("no-break spaces before a key",
	     TOP "  - address: 10.0.0.1\n  \xc2\xa0 ports: 53\n" BACKEND,
	     "f:4: not valid YAML: the line begins with a no-break space "
	     "(U+00A0); indent with spaces"),
	CASE("no-break spaces at the start of a line",
	     TOP_KEY("mode: auto\n\xc2\xa0 latency: no"),
	     "f:2: \xc2\xa0 latency: unknown key; it contains a no-break "
	     "space"),
	CASE("a no-break space behind the colon",
	     "interface: eth0\ngateway:\xc2\xa0"
	     "10.0.0.9\nservices:\n" PLAIN,
	     "f:2: not valid YAML: there is no space behind \"gateway:\""),
	CASE("services twice", ONE_BACKEND("address: x") "services: []\n",
	     "f:5: services[0].backends[0].address: expected an IPv4",
	     "f:6: services: given twice, first in line 2; remove one"),
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
	CASE("misspelt new keys",
	     TOP_KEY("tunel: {}\npresense: {}\ntunnel: {spred6: off}\n"
		     "presence: {asign: none}\ngatway6: 2001:db8::1"),
	     "f:1: tunel: unknown key; did you mean \"tunnel\"?",
	     "f:2: presense: unknown key; did you mean \"presence\"?",
	     "f:3: tunnel.spred6: unknown key; did you mean \"spread6\"?",
	     "f:4: presence.asign: unknown key; did you mean \"assign\"?",
	     "f:5: gatway6: unknown key; did you mean \"gateway6\"?"),
	CASE("misspelt new keys of a service",
	     SERVICE_KEY("alow: 10.0.0.0/8\n    denny: 10.0.0.0/8\n"
			 "    pings: no\n    malformd: drop"),
	     "f:6: services[0].alow: unknown key; did you mean \"allow\"?",
	     "f:7: services[0].denny: unknown key; did you mean \"deny\"?",
	     "f:8: services[0].pings: unknown key; did you mean \"ping\"?",
	     "f:9: services[0].malformd: unknown key; did you mean "
	     "\"malformed\"?"),
	CASE("misspelt new key of a backend",
	     ONE_BACKEND("address: 10.0.0.2, serverid: beef"),
	     "f:5: services[0].backends[0].serverid: unknown key; did you mean "
	     "\"server_id\"?"),
	CASE("new lists in the wrong form",
	     SERVICE_KEY("allow: {a: b}\n    deny: [[x]]"),
	     "f:6: services[0].allow: expected a list, got a group",
	     "f:7: services[0].deny[0]: expected a single value, got a list"),
	CASE("new groups in the wrong form",
	     TOP_KEY("tunnel: off\npresence: [auto]"),
	     "f:1: tunnel: expected a group of \"key: value\", got a single",
	     "f:2: presence: expected a group of \"key: value\", got a list"),

	CASE("empty item", TOP "  -\n",
	     "f:3: services[0]: has no value; expected a group"),
	CASE("list within ports", TOP SERVICE("10.0.0.1", "[[53]]") BACKEND,
	     "f:4: services[0].ports[0]: expected a single value, got a list"),
};

#endif
