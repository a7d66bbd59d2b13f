#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# What backends of a nat service send that is no answer to a client: to a second
# balancer's health checks (haproxy/haproxy#1662), to servers that they ask from
# the service's port (martin-ger/esp_wifi_repeater#103), to their own VIP
# (kubernetes/kubernetes#53775); and a network without a router.  As
# docs/backends.md has it.
#   MODE=drv|skb|hw bats -t hwtests/suites/direct.bats

bats_require_minimum_version 1.5.0
load common
load control

# Besides: lb2, a host of the LAN.
setup_file() {
	[ -z "${NET_LB_PORT:-}" ] && [ "$MODE" = hw ] &&
		skip "no ports of a card given: NET_LB_PORT, NET_LB_PEER"
	net_open
	net_host lb2
	net_cable lb2 "$NET_DEV" switch lb2
	net_plug lb2
	net_pass_program
	ip -n "$(net_ns switch)" link set lb2 xdpdrv obj "$NET_PASS" sec xdp
	net_up lb2 "$NET_DEV"
	net_address lb2 192.0.2.3/24
	net_route lb2 default via 192.0.2.1
	at lb2 sysctl -qw "net.ipv4.neigh.$NET_DEV.retrans_time_ms=100"
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	backends_serve 5000
	by_rule
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" "$LB_DIR/log2" 2>/dev/null || true
	lb_clean
	for i in 1 2 3; do
		ip -n "$(net_ns "b$i")" rule del ipproto udp sport 5000 lookup 6080 || true
		ip -n "$(net_ns "b$i")" route flush table 6080 || true
	done
	ip -n "$(net_ns lb2)" route del "$NET_VIP/32" 2>/dev/null || true
	for host in lb lb2; do at $host sysctl -qw net.ipv4.ip_forward=0; done
	net_route lb default via 192.0.2.1
	net_backends_nat
}

# Only answers go by the balancer.
by_rule() {
	for i in 1 2 3; do
		net_route "b$i" default via 192.0.2.1
		net_route "b$i" default via 192.0.2.2 table 6080
		ip -n "$(net_ns "b$i")" rule add ipproto udp sport 5000 lookup 6080
	done
}

# ask HOST SOURCE-PORT ADDRESS PORT: one datagram to that address; is it that
# one that answers?
ask() {
	at "$1" python3 -c '
import socket, sys
port, address, to = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", port))
s.connect((address, to))
s.settimeout(2)
s.send(b"\0" * 64)
s.recv(2000)' "${@:2}" 2>"$LB_DIR/asked"
}

checked_service() {
	{
		echo "${top:-}"
		echo "services:"
		printf '  - {name: echo, address: %s, ports: 5000, ' "$NET_VIP"
		printf 'health: {type: udp, send: ping, interval: 200ms, rise: 1}, '
		printf 'backends: [{address: 192.0.2.11}, {address: 192.0.2.12}, {address: 192.0.2.13}]}\n'
	} | lb_config "$MODE"
}

# The standby, with the file as it is.
standby_starts() {
	nsenter --net="/run/netns/$NET_PREFIX-lb2" -- \
		"$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>"$LB_DIR/log2" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 20 grep -q 'startup complete' "$LB_DIR/log2"
}

standby_sees() { # N backends that are healthy, of which so many checks failed
	at lb2 curl -sfm 5 "http://$LB_LISTEN/metrics" >"$LB_DIR/metrics2"
	[ "$(awk '/^udplb_backend_healthy/ { n += $NF } END { print n + 0 }' \
		"$LB_DIR/metrics2")" = "$1" ]
}

# Ten rounds of checks, which is more than it takes to be down.
standby_checked() {
	standby_sees "$1" && [ "$(awk \
		'/^udplb_backend_health_checks_total/ { n += $NF } END { print n + 0 }' \
		"$LB_DIR/metrics2")" -ge 30 ]
}

# By way of the active one, which makes the VIP of the backend.
@test "$MODE: a standby's health checks: the rule by port alone, and who is dead is seen" {
	checked_service
	lb_start
	standby_starts
	net_wait 30 standby_checked 3
	kill "$(sed -n 2p "$LB_DIR/pids")" # b2's server
	net_wait 30 standby_sees 2
	grep 'backend 192.0.2.12:* is down: port unreachable' "$LB_DIR/log2"
	run -1 grep '192.0.2.1[13].* is down' "$LB_DIR/log2"
	net_wait 30 is_out
	flows -n 10 5000
	equal "$(told answered)" 10
}

is_out() { is_counted 2 udplb_backend_healthy; }

@test "$MODE: a standby's health checks: a route to each balancer on the backends" {
	for i in 1 2 3; do
		for peer in 192.0.2.2 192.0.2.3; do
			net_route "b$i" $peer/32 dev "$NET_DEV" table 6080
		done
	done
	checked_service
	lb_start
	standby_starts
	net_wait 30 standby_checked 3
	flows -n 10 5000
	equal "$(told answered)" 10
}

@test "$MODE: a standby's health checks: 'direct' on the balancers" {
	for host in lb lb2; do
		at $host sysctl -qw net.ipv4.ip_forward=1 \
			net.ipv4.conf.all.send_redirects=0 \
			"net.ipv4.conf.$NET_DEV.send_redirects=0"
	done
	top='direct: [192.0.2.2/31]'
	checked_service
	lb_start
	standby_starts
	net_wait 30 standby_checked 3
	flows -n 10 5000
	equal "$(told answered)" 10
	equal "$(metric_now udplb_packets_total reason=replied)" 10
}

@test "$MODE: a backend asks others from its service's port: with 'direct', and without" {
	at lb sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv4.conf.all.send_redirects=0 \
		"net.ipv4.conf.$NET_LB_DEV.send_redirects=0"
	nsenter --net="/run/netns/$NET_PREFIX-client" -- "$UDPFLOWS" serve up 123 \
		>"$LB_DIR/upstream.out" 2>&1 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 5 grep -q ready "$LB_DIR/upstream.out"
	kill "$(head -n 1 "$LB_DIR/pids")" # b1's own server: its port is asked from
	ask b1 5000 198.19.0.2 123
	checked_service
	sed -i 's/health: {[^}]*}, //' "$LB_DIR/udplb.yaml"
	lb_start
	run ! ask b1 5000 198.19.0.2 123
	sed -i '1i direct: 198.19.0.2' "$LB_DIR/udplb.yaml"
	hup
	lb_said 'direct: now'
	ask b1 5000 198.19.0.2 123
}

@test "$MODE: a backend asks its own VIP: all is answered if the VIP is local there" {
	config 1 2 3
	lb_start
	for i in 1 2 3; do
		ip -n "$(net_ns "b$i")" address add "$NET_VIP/32" dev lo
	done
	flows -n 60 5000
	equal "$(told answered)" 60
	for _ in {1..20}; do ask b1 0 "$NET_VIP" 5000; done
}

@test "$MODE: a network without a router: said for nat, and dsr works" {
	ip -n "$(net_ns lb)" route del default
	config 1 2 3
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out" 2>"$LB_DIR/log"
	lb_said 'no IPv4 default route.*forward: dsr'
	tail -n 1 "$LB_DIR/out" | grep -q '^OK, with 1 warning'
	net_backends_dsr
	for i in 1 2 3; do
		ip -n "$(net_ns "b$i")" route del default
		ip -n "$(net_ns "b$i")" route flush table 6080
	done
	config 1 2 3
	sed -i 's/, port: 5000//g; s/ring_size/forward: dsr, ring_size/' \
		"$LB_DIR/udplb.yaml"
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out"
	equal "$(tail -n 1 "$LB_DIR/out")" OK
	lb_start
	ip -n "$(net_ns lb2)" route add "$NET_VIP/32" via 192.0.2.2
	for _ in {1..20}; do ask lb2 0 "$NET_VIP" 5000; done
	equal "$(metric_now udplb_packets_total reason=forwarded)" 20
}
