#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Flows of a sticky service stay where they are while the ring changes.
#   MODE=drv|skb|hw bats -t hwtests/suites/sticky.bats

bats_require_minimum_version 1.5.0
load common

# Flows that were there before, and flows that come later.
OLD=(-n 20 -m 20)
NEW=(-a 198.18.8.1 -n 10 -m 20)

# SECONDS [KEYS-OF-ALL [BACKEND-KEYS-OF-1 [MORE-BACKENDS]]]
sticky_config() {
	local i

	{
		printf '%s\nservices:\n' "${2:-}"
		printf '  - {name: sip, address: %s, ports: [5060], sticky: %s, ' \
			"$NET_VIP" "$1"
		printf 'backends: [\n'
		[ -z "${4:-}" ] || printf '      %s,\n' "$4"
		for ((i = 1; i <= NET_BACKENDS; i++)); do
			printf '      {address: %s, port: 5060%s},\n' \
				"$(net_backend_address "$i")" \
				"$([ "$i" = 1 ] && echo "${3:-}")"
		done
		printf '    ]}\n'
	} | lb_config "$MODE"
}

# Reads the file again, and waits until that has an end.
lb_reload() {
	local before

	before=$(metric_now udplb_reloads_total result=success)
	kill -HUP "$LB_PID"
	net_wait 10 reloaded "$before"
}

reloaded() {
	[ "$(metric_now udplb_reloads_total result=success)" -gt "$1" ]
}

# Sends from each flow, and notes in LB_DIR/$1 who answered it.
who_answers() {
	flows -o "$LB_DIR/$1" "${@:2}" 5060
	equal "$(told answered)" "$(told sent)" "answered of those sent"
}

same_answers() {
	diff "$LB_DIR/$1" "$LB_DIR/$2" >"$LB_DIR/moved" ||
		fail "$(grep -c '^>' "$LB_DIR/moved") flows moved"
}

flows_are() {
	[ "$(metric_now udplb_flows service=sip)" = "$1" ]
}

@test "$MODE: a drained backend keeps its flows and gets no new ones, until they are idle" {
	sticky_config 4
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	net_wait 10 flows_are 400
	sticky_config 4 "" ", drain: true"
	lb_reload
	who_answers after "${OLD[@]}"
	same_answers before after
	[ "$(told 'backend b1')" -gt 0 ]
	who_answers new "${NEW[@]}"
	equal "$(told 'backend b1')" ""
	! lb_said 'has no more flows'
	equal "$(metric_now udplb_flows_full_total)" 0
	net_wait 30 flows_are 0
	lb_said 'Service sip: backend .*:5060 is drained and has no more flows'
	who_answers later "${OLD[@]}"
	equal "$(told 'backend b1')" ""
}

@test "$MODE: flows in use do not become idle" {
	sticky_config 2
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	sticky_config 2 "" ", drain: true"
	lb_reload
	for _ in 1 2 3 4 5 6 7 8; do
		sleep 0.5
		who_answers after "${OLD[@]}"
		same_answers before after
	done
}

@test "$MODE: no flow moves where the program is exchanged, and backends come and go" {
	[ "$MODE" != hw ] || skip "needs firmware that exchanges programs"
	sticky_config 60
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	# One more before the others: every index would be another.
	sticky_config 60 "" "" "{address: $(net_backend_address 1), port: 5061}"
	lb_reload
	who_answers after "${OLD[@]}"
	same_answers before after
	equal "$(metric_now udplb_service_backends service=sip)" $((NET_BACKENDS + 1))
	# Without it, and with a weight and another ring.
	sticky_config 60 "" ", weight: 7"
	lb_reload
	who_answers again "${OLD[@]}"
	same_answers before again
	net_wait 20 flows_are 400
}

@test "$MODE: the table of flows becomes larger, and they stay" {
	[ "$MODE" != hw ] || skip "needs firmware that exchanges programs"
	sticky_config 60 "flows: 500"
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	sticky_config 60 "flows: 5000" ", drain: true"
	lb_reload
	who_answers after "${OLD[@]}"
	same_answers before after
	equal "$(metric_now udplb_map_max_entries map=flows)" 5000
}

@test "$MODE: a full table degrades to the ring, and that is counted" {
	sticky_config 60 "flows: 100"
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	equal "$(told answered)" 400
	who_answers after "${OLD[@]}"
	same_answers before after
	[ "$(metric_now udplb_flows_full_total)" -ge 300 ]
	net_wait 20 flows_are 100
	lb_said 'the table of flows is full (100)'
}

@test "$MODE: after kill -9 the next udplb goes on with the flows" {
	[ "$MODE" != hw ] || skip "needs firmware that exchanges programs"
	sticky_config 60
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	lb_stop KILL || true
	who_answers alone "${OLD[@]}"
	same_answers before alone
	# Drained, so that the ring would not say the same.
	sticky_config 60 "" ", drain: true" \
		"{address: $(net_backend_address 1), port: 5061}"
	lb_start
	who_answers after "${OLD[@]}"
	same_answers before after
	net_wait 20 flows_are 400
}

@test "$MODE: flows of a backend that is lost go to another and stay there" {
	sticky_config 60
	backends_serve 5060
	lb_start
	who_answers before "${OLD[@]}"
	net_unplug 1
	net_wait 20 backend_up 1 5060 0
	who_answers without "${OLD[@]}"
	equal "$(told 'backend b1')" ""
	net_replug 1
	net_wait 20 backend_up 1 5060 1
	who_answers after "${OLD[@]}"
	same_answers without after
}
