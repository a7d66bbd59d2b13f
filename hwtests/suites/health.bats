#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# Backends that are asked whether they serve, each way there is; what they say
# is in a file that the test writes.  The service itself always works.
#   MODE=drv|skb|hw bats -t hwtests/suites/health.bats

bats_require_minimum_version 1.5.0
load common
load control

QUICK='interval: 300ms, timeout: 200ms, rise: 2, fall: 3'

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	backends_serve 5000
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	for i in 1 2 3; do
		net_replug "$i"
		at "b$i" sysctl -qw net.ipv4.icmp_echo_ignore_all=0
	done
	lb_clean
}

# Backends as of control.bash, asked like this.
checked() {
	local how=$1

	shift
	config "$@"
	# The service of config() is one line in braces; the check goes inside.
	sed -i "s#ring_size: 4096,#ring_size: 4096, health: {$how},#" \
		"$LB_DIR/udplb.yaml"
}

# answers N KIND PORT TEXT [CERT]: backend N answers so, from now on.
answers() {
	says "$1" "$4"
	if [ "$2" = udp ]; then
		backend_run "$1" "$ROOT/hwtests/peer" serve "b$1" "$3" \
			"$LB_DIR/answer$1"
	else
		backend_run "$1" python3 "$ROOT/hwtests/tools/page.py" "$3" \
			"$LB_DIR/answer$1" "${@:5}"
	fi
	net_wait 20 grep -q ready "$LB_DIR/b$1.out"
}

says() {
	printf '%s' "$2" >"$LB_DIR/answer$1.new"
	mv "$LB_DIR/answer$1.new" "$LB_DIR/answer$1"
}

silent() { rm "$LB_DIR/answer$1"; }

healthy() { # N [0]
	[ "$(metric_now udplb_backend_healthy \
		"backend=$(net_backend_address "$1"):5000")" = "${2:-1}" ] &&
		[ "$(metric udplb_backend_up \
			"backend=$(net_backend_address "$1"):5000")" = "${2:-1}" ]
}

becomes() { # N 0|1, for a reason that the log tells
	net_wait 20 healthy "$1" "$2" || fail "b$1 is not healthy=$2"
	lb_said "service echo: backend $(net_backend_address "$1"):5000 is $3" ||
		fail "not logged: $3"
}

# What the log said of backend N last: up, or down.
last_of() {
	grep -o "$(net_backend_address "$1"):5000 is [a-z]*" "$LB_DIR/log" |
		tail -n 1 | awk '{ print $3 }'
}

said_at() { # when, by the log's own clock
	grep "$(net_backend_address "$1"):5000 is" "$LB_DIR/log" |
		tail -n 1 | sed 's/^.\([^]]*\)].*/\1/; s/,/./'
}

checks() {
	metric_now udplb_backend_health_checks_total \
		"backend=$(net_backend_address "$1"):5000"
}
checked_more() { (($(checks "$1") >= $2)); }

# Nothing is lost, and nothing goes to this backend.
nobody_at() {
	map_flows without
	equal "$(awk -v b="b$1" '$2 == b' "$LB_DIR/without" | wc -l)" 0 \
		"flows at b$1"
}

@test "$MODE: udp: silence, a wrong answer, a closed port; and back, to the very flows" {
	for i in 1 2 3; do answers $i udp 6000 "pong"; done
	server=$(tail -n 1 "$LB_DIR/pids")
	checked "type: udp, $QUICK, port: 6000, send: ping, expect: po, match: prefix" 1 2 3
	lb_start
	for i in 1 2 3; do net_wait 20 checked_more $i 2; done
	for i in 1 2 3; do healthy $i; done
	map_flows before
	silent 3
	becomes 3 0 'down: no answer within 200 ms; was up for'
	nobody_at 3
	equal "$(moved before without b3)" 0 "flows of others moved"
	says 3 "pong"
	becomes 3 1 'up (answered in .*); was down for'
	map_flows after
	equal "$(moved before after)" 0 "flows that did not return"
	says 3 "no pong"
	becomes 3 0 'down: answer does not match; was up for'
	says 3 "pong"
	becomes 3 1 'up'
	kill "$server"
	becomes 3 0 'down: port unreachable; was up for'
	nobody_at 3
}

@test "$MODE: what the admin API and the command line tell of it" {
	answers 1 udp 6000 pong
	top="admin: {socket: \"$LB_DIR/admin\"}"
	checked "type: udp, $QUICK, port: 6000, send: ping" 1 2
	top=
	lb_start
	becomes 2 0 'down: port unreachable'
	net_wait 20 checked_more 1 4
	curl -sfm 5 --unix-socket "$LB_DIR/admin" http://x/v1/services/echo \
		>"$LB_DIR/service"
	jq -e '.backends[0].health | .type == "udp" and .up and
		.reason == "answered" and .checks >= 4 and .failed == 0 and
		.latency_seconds > 0 and .latency_seconds < 1 and
		.since_seconds > 0' "$LB_DIR/service" ||
		fail "$(cat "$LB_DIR/service")"
	jq -e '.backends[1] | .state == "unhealthy" and (.up | not) and
		(.health.up | not) and .health.latency_seconds == null and
		.health.reason == "port unreachable" and
		.health.failed >= 3' "$LB_DIR/service" ||
		fail "$(cat "$LB_DIR/service")"
	top="admin: {socket: \"$LB_DIR/admin\"}"
	config 1 2
	hup
	curl -sfm 5 --unix-socket "$LB_DIR/admin" http://x/v1/services/echo |
		jq -e '[.backends[] | .health == null and .healthy] | all'
}

@test "$MODE: udp: at the service's own port, whose answers pass through the balancer" {
	checked "type: udp, $QUICK, send: \"x\"" 1 2 3
	lb_start
	for i in 1 2 3; do net_wait 20 checked_more $i 4; done
	for i in 1 2 3; do healthy $i; done
	equal "$(counted udplb_backend_health_failures_total)" 0 "failures"
	map_flows before
	# Who balances under another address is asked from that one.
	ip -n "$(net_ns lb)" address add 192.0.2.77/24 dev "$NET_LB_DEV"
	ip -n "$(net_ns lb)" address del 192.0.2.2/24 dev "$NET_LB_DEV"
	net_address lb 192.0.2.77/24 "$NET_LB_DEV" || true
	net_route lb default via 192.0.2.1
	n=$(checks 1)
	net_wait 20 checked_more 1 $((n + 4))
	net_wait 20 healthy 1
	net_wait 20 healthy 2
	net_wait 20 healthy 3
	net_address lb 192.0.2.2/24 "$NET_LB_DEV"
	ip -n "$(net_ns lb)" address del 192.0.2.77/24 dev "$NET_LB_DEV"
	net_address lb 192.0.2.2/24 "$NET_LB_DEV" || true
	net_route lb default via 192.0.2.1
}

@test "$MODE: dns: a name that is known, and one that is not" {
	for i in 1 2; do
		backend_run $i dnsmasq --no-daemon --no-resolv --no-hosts \
			--port=6000 --bind-interfaces --listen-address="$(net_backend_address $i)" \
			--conf-file=/dev/null --address="/b$i.example/192.0.2.99"
	done
	checked "type: dns, $QUICK, port: 6000, name: b1.example" 1 2
	lb_start
	becomes 2 0 'down: DNS server says REFUSED; was up for'
	net_wait 20 checked_more 1 6
	healthy 1
	nobody_at 2
}

@test "$MODE: icmp, and tcp" {
	checked "type: icmp, $QUICK" 1 2 3
	lb_start
	at b2 sysctl -qw net.ipv4.icmp_echo_ignore_all=1
	becomes 2 0 'down: no answer within 200 ms'
	healthy 1
	nobody_at 2
	at b2 sysctl -qw net.ipv4.icmp_echo_ignore_all=0
	becomes 2 1 'up (answered in'
	answers 1 http 6000 $'200\nfine'
	checked "type: tcp, $QUICK, port: 6000" 1 2 3
	id=$(attached_id)
	hup
	becomes 2 0 'down: connection refused'
	becomes 3 0 'down: connection refused'
	healthy 1
	equal "$(attached_id)" "$id" "program, after another check only"
}

@test "$MODE: http: status and body" {
	for i in 1 2 3; do answers $i http 6000 $'200\nall is fine'; done
	checked "type: http, $QUICK, port: 6000, path: /health, expect: fine" 1 2 3
	lb_start
	says 1 $'503\nfine'
	becomes 1 0 'down: status 503, expected 200-299'
	says 2 $'200\nill'
	becomes 2 0 'down: answer does not match'
	healthy 3
	says 1 $'201\nfine'
	becomes 1 1 'up (answered in'
}

@test "$MODE: https: a certificate of its own, believed or not" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -days 2 -subj /CN=b1.example -keyout "$LB_DIR/cert" \
		-out "$LB_DIR/cert.crt" 2>/dev/null
	cat "$LB_DIR/cert.crt" >>"$LB_DIR/cert"
	answers 1 http 6000 $'200\nfine' "$LB_DIR/cert"
	checked "type: https, $QUICK, port: 6000, verify: off, host: b1.example" 1
	lb_start
	net_wait 20 checked_more 1 4
	healthy 1
	equal "$(counted udplb_backend_health_failures_total)" 0 "failures"
	checked "type: https, $QUICK, port: 6000, host: b1.example" 1
	hup
	becomes 1 0 'down: .*certificate'
}

@test "$MODE: rise and fall: so many in a row, and none else" {
	answers 1 udp 6000 pong
	checked "type: udp, interval: 200ms, timeout: 150ms, rise: 4, fall: 3, port: 6000, send: ping" 1
	lb_start
	net_wait 20 checked_more 1 2
	silent 1
	becomes 1 0 'down: no answer'
	# One more may have failed until the metrics were read.
	(($(metric udplb_backend_health_failures_total backend=192.0.2.11:5000) >= 3)) ||
		fail "down too early: $(cat "$LB_DIR/log")"
	says 1 pong
	net_wait 20 healthy 1
	lb_said 'was down for 0\.[6-9] s\|was down for [1-9]' ||
		fail "up too early: $(cat "$LB_DIR/log")"
}

@test "$MODE: a reload takes over what is known; who is new waits for his turn" {
	for i in 1 2; do answers $i udp 6000 pong; done
	checked "type: udp, $QUICK, port: 6000, send: ping" 1 2
	lb_start
	silent 2
	becomes 2 0 'down'
	net_wait 20 checked_more 1 10
	n=$(checks 1)
	id=$(attached_id)
	# The third does not answer, and never gets a packet.
	checked "type: udp, $QUICK, port: 6000, send: ping" 3 1 2
	hup
	other_program "$id"
	healthy 2 0
	healthy 3 0
	nobody_at 3
	checked_more 1 "$n" || fail "checks began anew"
	equal "$(logged '192.0.2.11:5000 is')" 0 "changes of b1"
	equal "$(logged '192.0.2.12:5000 is down')" 1 "falls of b2"
	answers 3 udp 6000 pong
	becomes 3 1 'up (answered in'
}

@test "$MODE: who is new gets its share when it is up, and no flow moves before or twice" {
	local n

	for i in 1 2; do answers $i udp 6000 pong; done
	how="type: udp, $QUICK, port: 6000, send: ping"
	checked "$how" 1 2
	lb_start
	for i in 1 2; do net_wait 20 checked_more $i 2; done
	map_flows before
	checked "$how" 1 2 3
	hup
	net_wait 20 checked_more 3 4
	map_flows waiting
	equal "$(moved before waiting)" 0 "flows moved for one that is not up"
	# It is history, and the next udplb knows it; weights do not change it.
	net_wait 5 is_saved_new
	kill_hard
	lb_start
	map_flows waiting
	equal "$(moved before waiting)" 0 "flows moved by a restart"
	extra[3]=", weight: 2"
	checked "$how" 1 2 3
	hup
	map_flows waiting
	equal "$(moved before waiting)" 0 "flows moved by its weight"
	extra[3]=
	checked "$how" 1 2 3
	hup
	answers 3 udp 6000 pong
	becomes 3 1 'up (answered in'
	map_flows after
	n=$(awk '$2 == "b3"' "$LB_DIR/after" | wc -l)
	((n > 250 && n < 420)) || fail "b3 has $n of 1000 flows"
	# Maglev moves a few among the others, too, when a member comes.
	((n = $(moved before after) - n, n < 100)) || fail "$n others moved"
	# From now on it is a member like any other, up or down.
	silent 3
	becomes 3 0 'down'
	map_flows without
	equal "$(moved after without b3)" 0 "flows of others moved"
	says 3 pong
	becomes 3 1 'up'
	map_flows again
	equal "$(moved after again)" 0 "flows that did not return"
	net_wait 5 is_saved_old
}

saved_new() {
	jq -r '.new[]' "$(find /run/udplb -name \
		"$NET_LB_DEV@$(at lb stat -Lc %i /proc/self/ns/net).json")"
}
is_saved_new() { [ "$(saved_new)" = "echo $(net_backend_address 3):5000" ]; }
is_saved_old() { [ -z "$(saved_new)" ]; }

# falls END BACK: b3 does, five times; the longest time until it is out, in ms.
falls() {
	local start took n

	worst=0
	for ((n = 1; n <= 5; n++)); do
		start=${EPOCHREALTIME/./}
		"$1"
		until [ "$(last_of 3)" = down ]; do
			sleep 0.005
			((${EPOCHREALTIME/./} < start + 20000000 * $(net_slow))) ||
				fail "never down"
		done
		took=$(($(date -d "$(said_at 3)" +%s%3N) - start / 1000))
		((took <= worst)) || worst=$took
		nobody_at 3
		"$2"
		net_wait 20 healthy 3
	done
	echo "# $3, 200 ms x 3: out after at most $worst ms of 5 times" >&3
	((worst < 5000 * $(net_slow))) || fail "out after $worst ms"
}

pull() { net_unplug 3; }
plug() { net_replug 3; }
# The kernel of b3 says "port unreachable" then.
close_port() { kill "$server"; }
open_port() {
	answers 3 udp 6000 pong
	server=$(tail -n 1 "$LB_DIR/pids")
}

@test "$MODE: a backend is cut off, or its port closes: how soon it gets nothing any more" {
	answers 1 udp 6000 pong
	answers 2 udp 6000 pong
	open_port
	checked "type: udp, interval: 200ms, timeout: 100ms, rise: 1, fall: 3, port: 6000, send: ping" 1 2 3
	lb_start
	for i in 1 2 3; do net_wait 20 checked_more $i 3; done
	falls pull plug "cable pulled"
	falls close_port open_port "port closed"
}

@test "$MODE: 200 backends" {
	for ((i = 1; i <= 200; i++)); do
		ip -n "$(net_ns b1)" address add 192.0.2.$((20 + i))/24 dev "$NET_DEV"
	done
	{
		printf 'services:\n  - {name: many, address: %s, ports: [5000], ' \
			"$NET_VIP"
		printf 'ring_size: 32768, health: {type: udp, send: x, %s}, ' \
			'interval: 500ms, fall: 2, rise: 1'
		printf 'backends: ['
		for ((i = 1; i <= 200; i++)); do
			printf '{address: 192.0.2.%d}, ' $((20 + i))
		done
		echo ']}'
	} | lb_config "$MODE"
	lb_start
	all_checked() { (($(counted udplb_backend_health_checks_total) >= 1000)); }
	net_wait 60 all_checked
	equal "$(counted udplb_backend_healthy)" 200 "healthy"
	for ((i = 101; i <= 200; i++)); do
		ip -n "$(net_ns b1)" address del 192.0.2.$((20 + i))/24 dev "$NET_DEV"
	done
	half() { equal "$(counted udplb_backend_up)" 100; }
	net_wait 60 half || fail "up: $(counted udplb_backend_up)"
	map_flows half
	ticks=$(awk '{ print $14 + $15 }' "/proc/$LB_PID/stat")
	echo "# 200 backends: $ticks ticks of CPU time in all" >&3
	for ((i = 1; i <= 100; i++)); do
		ip -n "$(net_ns b1)" address del 192.0.2.$((20 + i))/24 dev "$NET_DEV"
	done
	none() { equal "$(counted udplb_backend_up)" 0; }
	net_wait 60 none || fail "up: $(counted udplb_backend_up)"
	at client "$UDPFLOWS" send -q "$NET_VIP" 5000
	(($(undelivered no_backend) > 0))
}

@test "$MODE: 100 flaps under traffic: no packet is lost, no other flow moves" {
	for i in 1 2 3; do answers $i udp 6000 pong; done
	checked "type: udp, interval: 100ms, timeout: 70ms, rise: 1, fall: 1, port: 6000, send: ping, expect: pong" 1 2 3
	# A machine that is busy for 70 ms answers no check: not udplb's loss.
	sed -i 's#ring_size: 4096,#ring_size: 4096, fail_open: true,#' \
		"$LB_DIR/udplb.yaml"
	lb_start
	for i in 1 2 3; do net_wait 20 checked_more $i 2; done
	map_flows before
	total=0
	flap() {
		for ((i = 0; i < 10; i++)); do
			n=$(logged '192.0.2.13:5000 is down')
			says 3 ouch
			net_wait 10 more_than "$n" '192.0.2.13:5000 is down'
			n=$(logged '192.0.2.13:5000 is up')
			says 3 pong
			net_wait 10 more_than "$n" '192.0.2.13:5000 is up'
		done
	}
	for ((round = 0; round < 10; round++)); do
		under_traffic flap
		total=$((total + sent))
	done
	# So quick checks of a busy machine may fail elsewhere, too.
	for i in 1 2 3; do net_wait 20 healthy $i; done
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((total + 2000)) "forwarded"
	echo "# $(logged '192.0.2.13:5000 is down') flaps, $total packets, none lost" >&3
}

# Of the whole process, each time for longer than a check may take.
stop_and_go() {
	local i

	for ((i = 0; i < 8; i++)); do
		kill -STOP "$LB_PID"
		sleep 0.5
		kill -CONT "$LB_PID"
		sleep 0.1
	done
}

# As envoy#36295 had it by a busy thread, and VMs by being moved.
@test "$MODE: the daemon is stopped for longer than its timeouts: nobody falls by that" {
	for i in 1 2 3; do answers $i http 8080 "200
ok"; done
	checked "type: http, interval: 400ms, timeout: 200ms, rise: 1, fall: 2, port: 8080, expect: ok" 1 2 3
	lb_start
	for i in 1 2 3; do net_wait 20 checked_more $i 2; done
	stop_and_go
	for i in 1 2 3; do net_wait 20 checked_more $i 8; done
	equal "$(logged 'is down')" 0 "falls: $(grep 'is down' "$LB_DIR/log")"
	silent 3
	becomes 3 0 'down'
}

@test "$MODE: what this host lacks is counted, told, and held against nobody; or a failure by choice" {
	for i in 1 2; do answers $i udp 6000 pong; done
	how="type: udp, $QUICK, port: 6000, send: ping"
	checked "$how" 1 2
	lb_start
	for i in 1 2; do net_wait 20 checked_more $i 2; done
	# Whatever it asks: this host's firewall says EPERM.
	at lb nft 'add table ip t { chain o { type filter hook output priority 0; udp dport 6000 drop; }; }'
	net_wait 20 lb_said 'Health checks are skipped .* this host lacks rights'
	net_wait 20 lb_said 'echo 192.0.2.1[12]:5000: not checked: .*, 9 times in a row'
	for i in 1 2; do healthy $i; done
	(($(metric_now udplb_health_skipped_total lack=rights) >= 18)) ||
		fail "$(metric_now udplb_health_skipped_total lack=rights) counted"
	equal "$(logged 'Health checks are skipped')" 1
	checked "$how, skipped: fail" 1 2
	hup
	for i in 1 2; do becomes $i 0 'down: not checked: '; done
	at lb nft 'delete table ip t'
	for i in 1 2; do becomes $i 1 'up (answered in'; done
}

@test "$MODE: all fail: dropped; with fail_open all get packets, until one is well" {
	for i in 1 2 3; do answers $i udp 6000 pong; done
	checked "type: udp, $QUICK, port: 6000, send: ping" 1 2 3
	lb_start
	for i in 1 2 3; do silent $i; done
	for i in 1 2 3; do becomes $i 0 down; done
	net_wait 10 lb_said 'service echo: nobody serves it.*unhealthy: 3'
	at client "$UDPFLOWS" send -n 10 "$NET_VIP" 5000 >"$LB_DIR/told" || true
	equal "$(told answered)" 0 "answered by nobody"
	sed -i 's/ring_size: 4096,/ring_size: 4096, fail_open: true,/' "$LB_DIR/udplb.yaml"
	hup
	net_wait 10 lb_said "no backend passes its health check; by 'fail_open' packets go to all that can be reached: 3"
	equal "$(metric_now udplb_service_fail_open)" 1
	equal "$(metric udplb_service_backends_up)" 3
	equal "$(counted udplb_backend_healthy)" 0 "healthy"
	at lb "$UDPLB" services | grep -q 'open 3/3'
	map_flows open
	for i in 1 2 3; do grep -q "b$i\$" "$LB_DIR/open" || fail "nothing at b$i"; done
	# Who cannot be reached gets nothing even so.
	net_unplug 3
	net_wait 20 is_counted 2 udplb_service_backends_up
	nobody_at 3
	net_replug 3
	net_wait 20 is_counted 3 udplb_service_backends_up
	says 2 pong
	becomes 2 1 'up'
	net_wait 10 lb_said 'pass their health checks again, and serve alone: 1'
	equal "$(metric_now udplb_service_fail_open)" 0
	nobody_at 1
	nobody_at 3
}

# Counters alone told of it: who looks into the log finds nothing.
@test "$MODE: said once: who never answers ARP; that nobody serves, and again somebody" {
	config 1 2
	sed -i 's/192.0.2.12/192.0.2.99/' "$LB_DIR/udplb.yaml"
	lb_start
	net_wait 20 lb_said 'backend 192.0.2.99:5000 gets no packets: neighbour 192.0.2.99 has not answered ARP on'
	run ! lb_said 'nobody serves'
	net_unplug 1
	net_wait 20 lb_said 'service echo: nobody serves it any more.*without a known neighbour: 2'
	net_replug 1
	net_wait 20 lb_said 'service echo: it is served again, by backends: 1'
	hup
	sleep 6
	equal "$(logged 'has not answered ARP')" 1 "times ARP is told"
	equal "$(logged 'nobody serves')" 1 "times that nobody serves is told"
}
