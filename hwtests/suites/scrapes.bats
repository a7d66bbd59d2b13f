#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Many who look at very many backends, while others are checked.
#   MODE=drv bats -t hwtests/suites/scrapes.bats

bats_require_minimum_version 1.5.0
load common
load control

SERVICES=100 EACH=100 ALL=$((100 * 100 + 3))

setup() {
	[ "$MODE" = drv ] || skip "the same in drv"
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	backends_serve 5000
}

# Beside the three that are checked, none of which is there: all are behind the
# router.
many_backends() {
	local s b n

	echo "services:"
	printf '  - {name: echo, address: %s, ports: [5000], ' "$NET_VIP"
	printf 'health: {type: icmp, interval: 1s, timeout: 700ms, rise: 1, fall: 3}, '
	printf 'backends: ['
	for n in 1 2 3; do
		printf '{address: %s, port: 5000}, ' "$(net_backend_address $n)"
	done
	echo ']}'
	for ((s = 0; s < SERVICES; s++)); do
		printf '  - {name: s%d, address: 203.1.0.%d, ports: [5000], ' \
			"$s" "$s"
		printf 'ring_size: 1024, backends: ['
		for ((b = 0; b < EACH; b++)); do
			n=$((s * EACH + b))
			printf '{address: 10.0.%d.%d, port: 5000}, ' \
				$((n / 256)) $((n % 256))
		done
		echo ']}'
	done
}

cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$LB_PID/stat"; }

# In the background, what it says of failures into a file.
scraper() {
	local n

	for n in 1 2 3; do
		at lb curl -sSfm 120 --compressed "http://$LB_LISTEN/metrics" \
			>"$LB_DIR/scrape$1" || echo "scraper $1 failed"
		equal "$(grep -c '^udplb_backend_up{' "$LB_DIR/scrape$1")" \
			"$ALL" "backends in scrape $n of $1"
		tail -n 1 "$LB_DIR/scrape$1" | grep -q '^udplb_nic' ||
			echo "scrape $n of $1 has no end"
	done
}

reader() {
	at lb curl -sSfm 120 --unix-socket "$socket" http://x/v1/backends |
		jq -e "length == $ALL" >/dev/null || echo "reader $1 failed"
}

# Average, in microseconds of its own CPU time: others on this machine have no
# part in it.
cpu_per_turn() {
	echo $(((cpu[1] - cpu[0]) * 1000000 / $(getconf CLK_TCK) /
		(turns[1] - turns[0])))
}

@test "$MODE: 16 scrapers and 64 readers of 10,000 backends: all is answered, no check fails" {
	many_backends | lb_config "$MODE"
	lb_launch
	net_wait 60 lb_decided
	lb_said 'Application startup complete'
	socket=$(echo /run/udplb/"$NET_LB_DEV"@*.sock)
	is_checked() { (($(counted udplb_service_health_checks_total) >= 3)); }
	net_wait 30 is_checked
	turns[0]=$(metric udplb_loop_delay_seconds_count)
	cpu[0]=$(cpu_ticks)
	for ((i = 0; i < 16; i++)); do scraper $i & done >"$LB_DIR/failed" 2>&1 3>&-
	for ((i = 0; i < 64; i++)); do reader $i & done >>"$LB_DIR/failed" 2>&1 3>&-
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	# shellcheck disable=SC2046
	wait $(jobs -p | grep -vxFf "$LB_DIR/pids")
	cpu[1]=$(cpu_ticks)
	turns[1]=$(metric_now udplb_loop_delay_seconds_count)
	[ ! -s "$LB_DIR/failed" ] || fail "$(cat "$LB_DIR/failed")"
	equal "$(counted udplb_backend_healthy service=echo)" 3
	equal "$(logged 'service echo: backend .* is down')" 0
	echo "# $(cpu_per_turn) us of CPU per turn, the longest took" \
		"$(metric udplb_loop_delay_worst_seconds) s" >&3
	# Made and sent at once it was 12 ms.
	(($(cpu_per_turn) < 4000)) || fail "$(cpu_per_turn) us of CPU per turn"
	# Three pages that are packed, and a buffer for each client.
	(($(awk '/^VmHWM/ { print $2 }' "/proc/$LB_PID/status") -
		$(awk '/^VmRSS/ { print $2 }' "/proc/$LB_PID/status") < 16384))
}

# A pipe that nobody reads, and some hundred lines.
@test "$MODE: a log that nobody reads: packets and checks go on, and what is lost is told" {
	mkfifo "$LB_DIR/fifo"
	exec 9<>"$LB_DIR/fifo" # opened, and not read
	config 1 2 3
	: >"$LB_DIR/log"
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		"$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>"$LB_DIR/fifo" 3>&- 9>&- &
	LB_PID=$!
	echo "$LB_PID" >>"$LB_DIR/pids"
	net_wait 20 lb_scrape
	# Each is a line of some kilobytes: mistakes of the file.
	awk 'BEGIN { for (i = 0; i < 400; i++) printf "k%d_%01000d: 1\n", i, 0 }' \
		>>"$LB_DIR/udplb.yaml"
	lost() { (($(metric_now udplb_log_dropped_lines_total) > 0)); }
	for ((i = 0; i < 20; i++)); do
		kill -HUP "$LB_PID"
		! net_wait 2 lost || break
	done
	net_wait 20 lost
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	timeout 20 cat <&9 >"$LB_DIR/log" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 20 lb_said 'lines of this log were lost, as nobody took them'
	exec 9<&-
	lb_stop
}
