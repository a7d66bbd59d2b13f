#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# ICMP: pings of a VIP, and errors that find the socket they are about.
#   MODE=drv|skb|hw bats -t hwtests/suites/icmp.bats

bats_require_minimum_version 1.5.0
load common6

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" "$LB_DIR"/b1.out || true
	lb_clean
	narrow 1500
}

# How large a packet the router can send to the clients.
narrow() { at router ip link set clients mtu "$1"; }

# One backend of one family, so that it is known who answers.
one_backend() {
	local forward=$1 address=$2 backend=$3

	configure <<-END
		  - name: echo
		    address: "$address"
		    ports: [5000]
		    forward: $forward
		    backends: [{address: "$backend"}]
	END
}

one_backend4() { one_backend "$1" "$NET_VIP" "$(net_backend_address 1)"; }
one_backend6() { one_backend "$1" "$NET_VIP6" "$(net_backend_address6 1)"; }

@test "$MODE: a VIP answers ping, of either family and any size that fits" {
	{
		lb_service4 four nat 5000 0
		lb_service6 six nat 5000 0
	} | configure
	lb_start
	for size in 0 1 8 56 1000 1400; do
		at client ping -nqc 3 -i 0.01 -W 2 -s $size "$NET_VIP"
		at client ping -nqc 3 -i 0.01 -W 2 -s $size "$NET_VIP6"
	done
	equal "$(metric_now udplb_packets_total reason=echoed)" 36
}

@test "$MODE: ping is for the VIPs that allow it, and for nobody else's address" {
	{
		lb_service4 four nat 5000 0
		lb_service6 six nat 5000 0 "ping: false"
	} | configure
	lb_start
	at client ping -nqc 1 -W 2 "$NET_VIP"
	run ! at client ping -nqc 1 -W 1 "$NET_VIP6"
	# The balancer's own address: its kernel answers, not the program.
	at router ping -nqc 2 -i 0.01 -W 2 192.0.2.2
	equal "$(metric_now udplb_packets_total reason=echoed)" 1
}

# The client is gone when the answer comes: the backend's socket learns of it.
client_is_gone() {
	local source=$1 vip=$2

	backend_run 1 "$PEER" late 5000
	net_wait 5 grep -q ready "$LB_DIR/b1.out"
	lb_start
	ask "$source" "$vip" 5000 --wait 0.1 || true
	net_wait 10 grep -q '^error\|^fine' "$LB_DIR/b1.out"
	equal "$(tail -n 1 "$LB_DIR/b1.out")" "error ECONNREFUSED"
	(($(metric_now udplb_packets_total reason=icmp_error) > 0))
}

@test "$MODE: nat: 'port unreachable' of a client reaches the backend's socket" {
	one_backend4 nat
	client_is_gone 198.18.3.4 "$NET_VIP"
}

@test "$MODE: nat, IPv6: 'port unreachable' of a client reaches the backend's socket" {
	one_backend6 nat
	client_is_gone 2001:db8:c::9 "$NET_VIP6"
}

@test "$MODE: dsr: 'port unreachable' of a client reaches the backend's socket" {
	net_backends_dsr
	one_backend4 dsr
	client_is_gone 198.18.3.4 "$NET_VIP"
}

@test "$MODE: dsr, IPv6: 'port unreachable' of a client reaches the backend's socket" {
	net_backends_dsr6
	one_backend6 dsr
	client_is_gone 2001:db8:c::9 "$NET_VIP6"
}

# Nobody listens: the client's socket learns that from the VIP.
@test "$MODE: nat: 'port unreachable' of a backend reaches the client's socket" {
	one_backend4 nat
	lb_start
	equal "$(ask 198.18.3.4 "$NET_VIP" 5000)" ECONNREFUSED
}

@test "$MODE: nat, IPv6: 'port unreachable' of a backend reaches the client's socket" {
	one_backend6 nat
	lb_start
	equal "$(ask 2001:db8:c::9 "$NET_VIP6" 5000)" ECONNREFUSED
}

# The router cannot send the backend's answer on, and says so to the VIP.
backend_learns_mtu() {
	local source=$1 vip=$2

	narrow 1300
	backend_run 1 "$PEER" large 5000 1452
	net_wait 5 grep -q ready "$LB_DIR/b1.out"
	lb_start
	ask "$source" "$vip" 5000 --wait 8 >"$LB_DIR/answer" || true
	net_wait 10 grep -q '^mtu' "$LB_DIR/b1.out"
	equal "$(tail -n 1 "$LB_DIR/b1.out")" "mtu 1500 1300"
	(($(metric_now udplb_packets_total reason=icmp_error) > 0))
}

@test "$MODE: nat: a backend learns the path's MTU, and its answer arrives" {
	one_backend4 nat
	backend_learns_mtu 198.18.3.4 "$NET_VIP"
	equal "$(wc -c <"$LB_DIR/answer")" 1273
}

@test "$MODE: nat, IPv6: a backend learns the path's MTU, and its answer arrives" {
	one_backend6 nat
	backend_learns_mtu 2001:db8:c::9 "$NET_VIP6"
	equal "$(wc -c <"$LB_DIR/answer")" 1253
}

@test "$MODE: dsr: a backend learns the path's MTU, and its answer arrives" {
	net_backends_dsr
	one_backend4 dsr
	backend_learns_mtu 198.18.3.4 "$NET_VIP"
	equal "$(wc -c <"$LB_DIR/answer")" 1273
}
