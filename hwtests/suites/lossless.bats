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

QUEUES=1
# shellcheck source=bench/topology.sh
. "$ROOT/hwtests/bench/topology.sh"
FLOWSEQ=$ROOT/build/hwtests/lossless

setup_file() {
	[ "$MODE" != hw ] || skip "needs a veth pair"
	topology_open
	export LB_MAC
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	BACKENDS=16
	config 1 2 3 4 5 6 7 8
	lb_start
	traffic
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" || true
	lb_clean
	# It takes its program off the device itself, at the end of its input,
	# whose other end the daemons have inherited.
	[ -z "${to_flowseq:-}" ] || exec {to_flowseq}>&-
	wait "${FLOWSEQ_PID:-}" || true
}

# These backends of the topology, as control.bash has it for net.sh's.
config() {
	local i

	mkdir -p "$LB_DIR/new"
	{
		echo "${top:-}"
		echo "services:"
		printf '  - {name: echo, address: %s, ports: [%s], backends: [' \
			"$VIP" "$PORT"
		for i; do
			printf '{address: %s, port: %s%s}, ' "$(backend "$i")" \
				"$BACKEND_PORT" "${extra[$i]:-}"
		done
		echo ']}'
		echo "${more:-}"
	} | LB_DIR=$LB_DIR/new lb_config "$MODE"
	mv "$LB_DIR/new/udplb.yaml" "$LB_DIR"
}

# Starts the flows, and waits until each has been somewhere.
traffic() {
	mkfifo "$LB_DIR/ask" "$LB_DIR/told"
	nsenter --net="/run/netns/$NET_PREFIX-gen" -- "$FLOWSEQ/flowseq" \
		-d "$DEV" -m "$LB_MAC" -a "$VIP" -p "$PORT" -b "$BACKEND_PORT" \
		-r "${RATE:-500000}" -o "$FLOWSEQ/flowseq.bpf.o" \
		<"$LB_DIR/ask" >"$LB_DIR/told" 3>&- &
	FLOWSEQ_PID=$!
	exec {to_flowseq}>"$LB_DIR/ask" {from_flowseq}<"$LB_DIR/told"
	account start
	equal "$(jq .flows <<<"$said")" 10000 "flows"
}

# Ends the time of "$1": its account is in said.
ask() {
	echo "$1" >&"$to_flowseq"
	read -rt 30 said <&"$from_flowseq"
}

# The same, and nothing was lost.
account() {
	ask "$1"
	jq -r '"# \(.name): \(.sent) frames, \(.pps / 1000 | round) kpps, \(.flows) flows, \(.lost) lost, \(.late) late, \(.moves | map(.n) | add // 0) moves, \(.elsewhere) flows elsewhere"' \
		<<<"$said" >&3
	jq -e '.sent > 0 and .lost == 0 and .skipped == 0 and .late == 0 and
		.strange == 0' <<<"$said" >/dev/null || fail "$said"
}

# Moves of flows that were not with, and did not go to, the backends named.
moves_besides() {
	local names=() i

	for i; do names+=("$((16 + i))"); done
	jq --argjson of "[$(IFS=,; echo "${names[*]}")]" '[.moves[] |
		select((.from | IN($of[]) | not) and (.to | IN($of[]) | not)) |
		.n] | add // 0' <<<"$said"
}
moves() { jq '.moves | map(.n) | add // 0' <<<"$said"; }
elsewhere() { jq .elsewhere <<<"$said"; }

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
	equal "$(counted udplb_packets_total reason=no_backend)" "$lost"
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
