#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2030,SC2031
#
# What happens to very many at once: all backends are dark, or a large
# configuration is read again, while checks go on.
#   MODE=drv|skb bats -t hwtests/suites/mass.bats
# MASS=SERVICES:BACKENDS is how many go dark; 10:100 unless told otherwise.

bats_require_minimum_version 1.5.0
load common

CHECK_PORT=7007

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_route lb 10.0.0.0/8 via 192.0.2.11
	light
	backend_run 1 "$ROOT/build/hwtests/accept" "$CHECK_PORT"
	net_wait 5 grep -q ready "$LB_DIR/b1.out"
	ulimit -n "$(ulimit -Hn)"
}

# Backends behind b1, which holds all of their addresses, or none.
light() { ip -n "$(net_ns b1)" route replace local 10.0.0.0/8 dev lo; }
dark() { ip -n "$(net_ns b1)" route del local 10.0.0.0/8 dev lo; }

# As lb_start, with the time that it takes.
starts() {
	lb_launch
	net_wait 100 lb_decided
	lb_said 'Application startup complete'
}

# SERVICES BACKENDS HEALTH
many() {
	awk -v services="$1" -v backends="$2" -v health="$3" 'BEGIN {
		print "services:"
		for (s = 0; s < services; s++) {
			printf "  - {name: s%d, address: 198.19.%d.%d, ports: 5000, %s backends: [\n", s, s / 200, s % 200 + 1, health
			for (b = 0; b < backends; b++) {
				n = s * backends + b
				printf "      {address: 10.%d.%d.%d, port: 5000},\n", n / 40000, n / 200 % 200, n % 200 + 1
			}
			print "    ]}"
		}
	}' | lb_config "$MODE"
}

# NAME: the sum of its series.
sum() {
	at lb curl -sfm 20 "http://$LB_LISTEN/metrics" |
		awk -v name="$1" 'index($0, name) == 1 { n += $NF } END { print n + 0 }'
}
is_sum() { [ "$(sum "$1")" = "$2" ]; }
more_checks() { (($(sum udplb_backend_health_checks_total) > $1)); }

cpu_ms() { awk '{ print int($1 / 1e6) }' "/proc/$LB_PID/schedstat"; }

# Sets took: milliseconds until the daemon is gone.
ends() {
	local start=${EPOCHREALTIME/./}

	lb_stop || fail "an error at the end"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "# SIGTERM took $took ms" >&3
}

# interval x fall is 3 s.  A busy machine gives us less of its time, but what
# has to be done does not grow: the CPU time is what a defect would multiply
# (500 took 7 s of it when each failure had all orphans asked for all heirs).
# haproxy/haproxy#1770: what dead backends cost made checks of others late, and
# all were taken for dead.
@test "$MODE: all backends are dark at once, and back; SIGTERM meanwhile" {
	local shape=${MASS:-10:100} all start cpu took

	all=$((${shape%:*} * ${shape#*:}))
	many "${shape%:*}" "${shape#*:}" "health: {type: tcp, port: $CHECK_PORT, interval: 1s, timeout: 500ms, rise: 1, fall: 3},"
	starts
	net_wait 60 more_checks $((2 * all))
	is_sum udplb_backend_healthy "$all" || fail "not all are healthy"
	start=${EPOCHREALTIME/./} cpu=$(cpu_ms)
	dark
	net_wait 60 is_sum udplb_backend_up 0 || fail "still up: $(sum udplb_backend_up)"
	took=$(((${EPOCHREALTIME/./} - start) / 1000)) cpu=$(($(cpu_ms) - cpu))
	echo "# $all dark: out after $took ms, $cpu ms of CPU time" >&3
	((cpu < 3000 + 3 * all)) || fail "$cpu ms of CPU time"
	light
	net_wait 60 is_sum udplb_backend_up "$all" || fail "not back: $(sum udplb_backend_up)"
	dark
	sleep 2.8
	ends
	((took < 5000 * $(net_slow))) || fail "SIGTERM took $took ms"
}

# The longest time without a check, of 50 backends that are asked every 100 ms,
# is a part of the time that a reload takes, or short.  Where the loop stands
# still meanwhile, it is all of it, and seconds.  yaoweibin/nginx_upstream_check_module#5: after a
# reload some were not checked any more; haproxy/haproxy#918: all served.
@test "$MODE: a large configuration is read again, and checks go on" {
	local i start took gap best=100 least=100000

	many 200 50 ''
	sed -i "s/name: s0,/name: s0, health: {type: tcp, port: $CHECK_PORT, interval: 100ms, timeout: 90ms, rise: 1, fall: 100},/" \
		"$LB_DIR/udplb.yaml"
	starts
	net_wait 20 more_checks 100
	for i in 1 2 3; do
		echo "  - {name: x$i, address: 198.19.99.$i, ports: 5000, backends: [{address: 10.99.0.$i, port: 5000}]}" \
			>>"$LB_DIR/udplb.yaml"
		longest_gap >/dev/null
		start=${EPOCHREALTIME/./}
		kill -HUP "$LB_PID"
		net_wait 60 reloads "$i"
		took=$(((${EPOCHREALTIME/./} - start) / 1000))
		gap=$(longest_gap)
		echo "# a reload of $took ms, $gap ms without a check" >&3
		((gap * 100 / took >= best)) || best=$((gap * 100 / took))
		((gap >= least)) || least=$gap
	done
	((best < 40 || least < 300)) || fail "without a check for $best % of a reload"
	equal "$(sum udplb_backend_up)" 10003
}

# Of the checks at b1, in ms, since this was asked last.
longest_gap() {
	local n

	n=$(wc -l <"$LB_DIR/b1.out")
	kill -USR1 "$(head -n 1 "$LB_DIR/pids")"
	net_wait 5 more_lines "$n"
	tail -n 1 "$LB_DIR/b1.out"
}
more_lines() { (($(wc -l <"$LB_DIR/b1.out") > $1)); }
reloads() { (($(grep -c 'Reloaded' "$LB_DIR/log") >= $1)); }

# It has not started yet, and what it does takes a while.
@test "$MODE: SIGTERM while it starts" {
	local took

	many 1000 50 ''
	lb_launch
	net_wait 100 lb_said 'Trying to load'
	ends
	((took < 10000 * $(net_slow))) || fail "SIGTERM took $took ms"
	if lb_attached; then fail "something is attached"; fi
	if lb_said 'startup complete'; then skip "it had started already"; fi
}
