#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# 10,000 flows of numbered frames, without a pause, while everything that may
# change changes: not one frame is lost, twice or late, and no flow moves that
# need not.  Figures are in the TAP comments.
#   MODE=drv|skb bats -t hwtests/suites/lossless.bats

bats_require_minimum_version 1.5.0
load common
load control
load lossless

@test "$MODE: the account is right: what the program drops is what is missed" {
	account before
	for i in 1 2 3 4 5 6 7 8; do extra[$i]=', drain: true'; done
	config 1 2 3 4 5 6 7 8
	hup
	ask "all drained"
	extra=()
	config 1 2 3 4 5 6 7 8
	hup
	lost=$(jq .lost <<<"$said")
	((lost > 0))
	ask end
	lost=$((lost + $(jq .lost <<<"$said")))
	equal "$(undelivered no_backend)" "$lost"
}

@test "$MODE: backends come and go by SIGHUP: nothing lost, the rest stays, all return" {
	config 1 2 3 4 5 6 7 8 9
	hup
	account "backend 9 in"
	echo "# of them $(moves_besides 9) moves of others than 9's" >&3
	config 1 2 3 4 5 6 7
	hup
	net_wait 15 lb_said 'taken out have left'
	account "8 and 9 out"
	echo "# of them $(moves_besides 8 9) moves of others than theirs" >&3
	# Another list is another ring.
	(($(moves_besides 8 9) <= 500)) || fail "$said"
	config 1 2 3 4 5 6 7 8
	hup
	account "8 in"
	equal "$(elsewhere)" 0 "flows elsewhere"
}

@test "$MODE: services come, change and go: nothing lost, nothing moves" {
	for ports in '[6000]' '[6001-6100]' all; do
		more="  - {name: other, address: 203.0.113.2, ports: $ports, backends: [{address: 192.0.2.90}]}"
		config 1 2 3 4 5 6 7 8
		hup
	done
	more=
	config 1 2 3 4 5 6 7 8
	hup
	account "a service in and out"
	equal "$(logged Reloaded)" 4 "reloads"
	equal "$(moves)" 0 "moves"
}

@test "$MODE: 100 flaps: nothing lost, no flow of another backend moves, all return" {
	for ((n = 0; n < 100; n++)); do
		extra[3]=', drain: true'
		config 1 2 3 4 5 6 7 8
		hup
		extra[3]=''
		config 1 2 3 4 5 6 7 8
		hup
	done
	account "100 flaps of backend 3"
	equal "$(logged Reloaded)" 200 "reloads"
	(($(moves) >= 20000)) || fail "$(moves) moves only"
	equal "$(moves_besides 3)" 0 "moves of others"
	equal "$(elsewhere)" 0 "flows elsewhere"
}

@test "$MODE: weights change and come back: nothing lost, all return" {
	for weight in 2 50 1000 1; do
		extra[5]=", weight: $weight"
		config 1 2 3 4 5 6 7 8
		hup
	done
	account "weights of backend 5"
	equal "$(elsewhere)" 0 "flows elsewhere"
}

@test "$MODE: kill -9, restart, upgrade, --replace: nothing lost, nothing moves" {
	kill_hard
	sleep 0.2
	account "killed"
	top='persist: true'
	config 1 2 3 4 5 6 7 8
	lb_start
	lb_said 'taken the place of'
	account "the next one starts"
	lb_stop
	lb_start
	account "restart"
	lb_stop
	cp "$UDPLB" "$LB_DIR/udplb-next"
	UDPLB=$LB_DIR/udplb-next
	top='latency: false'
	more='  - {name: six, address: "2001:db8::1", ports: [53], balance: source, backends: [{address: "2001:db8::b", mac: 02:00:00:00:00:0b}]}'
	config 1 2 3 4 5 6 7 8
	lb_start
	account "upgrade to another binary and program"
	kill_hard
	lb_start --replace
	account "--replace"
	account end
	equal "$(elsewhere)" 0 "flows elsewhere"
	# And none is forgotten: what the daemon counted is what was sent.
	sent=$(jq .total_sent <<<"$said")
	equal "$(counted udplb_service_packets_total service=echo)" "$sent"
}
