#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Numbered frames without a pause, and an event a second, at random: nothing is
# lost, twice or late, no flow moves that need not, nothing grows, and no counter
# of packets falls.
#   [MODE=drv|skb] [SOAK_SECONDS=3600] [SOAK_SEED=N] bats -t hwtests/soak/soak.bats
# UDPLB=build/san/udplb: the same with ASan and UBSan.

bats_require_minimum_version 1.5.0
load ../suites/common
load ../suites/control
load ../suites/lossless

ROUND=20 # events between two accounts

# The file's eight, and a service whose backend is checked.
CHECKED=7000
write_file() {
	more="  - {name: checked, address: 203.0.113.9, ports: [53], backends: [{address: 192.0.2.1, port: $CHECKED}], health: {type: tcp, interval: 200ms, timeout: 150ms}}
$other"
	config 1 2 3 4 5 6 7 8
}

udplb() { at lb "$UDPLB" "$@" --interface "$NET_LB_DEV" >/dev/null; }
one_of_eight() { echo $((1 + RANDOM % 8)); }
endpoint() { echo "$(backend "$1"):$BACKEND_PORT"; }

# Backend $1 has, or will get or give back, other slots than the file says.
touched() { touched[$1]=1 changed[$1]=1; }

# What the file says is in force.
as_in_file() {
	lists=$((lists + ${#changed[@]}))
	changed=()
}

# Each event returns when it is done.  Its name and argument go to the log.
weight() {
	lists=$((lists + 1))
	touched "$1"
	udplb weight "$(endpoint "$1")" $((1 + RANDOM % 10))
}

drain() {
	touched "$1"
	udplb drain "$(endpoint "$1")"
}

undrain() {
	touched "$1"
	udplb undrain "$(endpoint "$1")"
}

add_and_del() {
	lists=$((lists + 2))
	touched 9
	udplb add echo "$(endpoint 9)"
	udplb del echo "$(endpoint 9)"
}

reload() {
	write_file
	hup
	as_in_file
}

other_service() {
	if [ -n "$other" ]; then
		other=
	else
		other="  - {name: other, address: 203.0.113.2, ports: [6001-6100], backends: [{address: 192.0.2.90}]}"
	fi
	reload
}

scrapes() {
	local pids=() pid i

	for i in 1 2 3 4 5 6 7 8; do
		at lb curl -sfm 20 -o "$LB_DIR/page$i" \
			"http://$LB_LISTEN/metrics" 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	udplb services --json
	udplb backends --json
}

# Of the checked service: its server ends, or begins.
flap() {
	if [ -n "$server" ]; then
		kill -KILL "$server"
		wait "$server" 2>/dev/null || true
		server=
	else
		nsenter --net="/run/netns/$NET_PREFIX-gen" -- \
			/usr/bin/python3 -m http.server $CHECKED \
			>/dev/null 2>&1 3>&- &
		server=$!
	fi
}

own_addresses() {
	if [ -n "$own" ]; then
		ip -n "$(net_ns lb)" address del 198.51.100.9/32 dev lo
		own=
	else
		net_address lb 198.51.100.9/32 lo
		own=1
	fi
}

neighbours() {
	local i=$((RANDOM % 16))

	ip -n "$(net_ns lb)" neighbour replace "$(backend $i)" \
		lladdr "$SINK_MAC" dev "$DEV" nud stale
	net_neighbour "$(backend $i)"
}

kill_and_start() {
	kill_hard
	sleep 0.2
	begin
}

replace() {
	local old=$LB_PID

	begin --replace || return
	wait "$old" 2>/dev/null || true
}

# What the API changed and no file says may be gone with the old process.
begin() {
	write_file
	lb_start "$@" || return
	lists=$((lists + ${#changed[@]}))
	processes=$((processes + 1)) fds=
}

# EVENT WEIGHT
events=(weight 20 drain 10 undrain 10 add_and_del 4 reload 6 other_service 4
	scrapes 10 flap 10 own_addresses 6 neighbours 6 kill_and_start 1
	replace 1)

any_event() {
	local sum=0 i pick

	for ((i = 1; i < ${#events[@]}; i += 2)); do
		sum=$((sum + events[i]))
	done
	pick=$((RANDOM % sum))
	for ((i = 0; pick >= events[i + 1]; i += 2)); do
		pick=$((pick - events[i + 1]))
	done
	event="${events[i]} $(one_of_eight)"
}

# Nothing grows: descriptors at once, memory from the process's first minute on.
check_growth() {
	local now_fds now_rss

	net_wait 10 no_readers
	now_fds=$(find "/proc/$LB_PID/fd" -mindepth 1 | wc -l)
	now_rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$LB_PID/status")
	if [ -z "${fds:-}" ]; then
		fds=$now_fds rss=$now_rss
	fi
	((now_fds <= fds + 8)) || fail "descriptors: $fds, then $now_fds"
	((now_rss <= rss + rss / 2 + 8192)) || fail "KiB: $rss, then $now_rss"
}

no_readers() { ! at lb ss -Htn "sport = :${LB_LISTEN##*:}" | grep -q ESTAB; }

round() {
	local i

	echo "# round $1" >>"$LB_DIR/events"
	for ((i = 0; i < ROUND; i++)); do
		any_event
		echo "$event" >>"$LB_DIR/events"
		next=$((next + 1000000))
		$event || fail "$event"
		((next <= ${EPOCHREALTIME/./})) ||
			sleep "$(((next - ${EPOCHREALTIME/./}) / 1000 + 1))e-3"
	done
	account "round $1" || fail "$(tail -n $ROUND "$LB_DIR/events")"
	besides=$(moves_besides "${!touched[@]}")
	# Another list or weight is another ring: one flow of twenty at most.
	((besides <= lists * 500)) ||
		fail "$besides moves: $(tail -n $ROUND "$LB_DIR/events")"
	check_growth
	touched=() lists=${#changed[@]}
	for i in "${!changed[@]}"; do touched[$i]=1; done
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	SINK_MAC=$(net_mac gen)
	BACKENDS=16 RATE=${SOAK_RATE:-200000}
	other='' server='' own='' lists=0 processes=1
	declare -gA touched=() changed=()
	write_file
	lb_start
	traffic
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] ||
		tail -n 25 "$LB_DIR/events" "$LB_DIR/log" || true
	[ -z "$server" ] || kill -KILL "$server"
	lb_clean
	[ -z "${to_flowseq:-}" ] || exec {to_flowseq}>&-
	wait "${FLOWSEQ_PID:-}" || true
}

@test "$MODE: ${SOAK_SECONDS:-3600} s of events under numbered frames" {
	RANDOM=${SOAK_SEED:=$RANDOM}
	echo "# seed $SOAK_SEED" >&3
	counters_watch 'udplb_(service_)?(packets|bytes)_total'
	next=${EPOCHREALTIME/./}
	end=$((next + ${SOAK_SECONDS:-3600} * 1000000))
	for ((n = 1; next < end; n++)); do
		round $n
	done
	# As it was first, so everybody is where they were; a reload ends no drain.
	for i in 1 2 3 4 5 6 7 8; do undrain $i; done
	reload
	account end
	equal "$(elsewhere)" 0 "flows elsewhere"
	sent=$(jq .total_sent <<<"$said")
	equal "$(counted udplb_packets_total reason=forwarded)" "$sent"
	equal "$(counted udplb_service_packets_total service=echo)" "$sent"
	counters_watched
	echo "# $((n - 1)) rounds of $ROUND events, $processes processes, $sent frames" >&3
	run ! grep -E 'AddressSanitizer|runtime error|LeakSanitizer' "$LB_DIR/log"
}
