#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2317
#
# udplb on what stands on top of a port; only for the VM of lab-interfaces, as it
# takes kernel modules.

bats_require_minimum_version 1.5.0
load ../suites/common

setup_file() {
	[ -n "${LAB_STACKED:-}" ] || skip "only in the VM of lab-interfaces"
}

teardown_file() { :; }

setup() { LB_DIR=$BATS_TEST_TMPDIR; }

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	net_close
}

# on DEVICE FUNCTION: the network of net.sh, where FUNCTION makes the balancer's
# DEVICE.
on() {
	NET_LB_DEV=$1
	make_device=$2
	net_open
}

net_lb() {
	net_host lb
	net_pass_program
	$make_device
	net_up lb "$NET_LB_DEV"
	balancer_addresses
}

balancer_addresses() {
	net_address lb 192.0.2.2/24 "$NET_LB_DEV"
	net_route lb default via 192.0.2.1
	at lb sysctl -qw "net/ipv4/neigh/$NET_LB_DEV/retrans_time_ms=100"
}

lb_link() { ip -n "$(net_ns lb)" link "$@"; }

# port DEVICE PEER: a cable to the switch.
port() {
	net_cable lb "$1" switch "$2"
	net_plug "$2"
	ip -n "$(net_ns switch)" link set "$2" xdpdrv obj "$NET_PASS" sec xdp
	net_up lb "$1"
}

make_bond() {
	lb_link add bond9 type bond mode active-backup miimon 50
	for i in 0 1; do
		port "p$i" "lb$i"
		lb_link set "p$i" down
		lb_link set "p$i" master bond9
	done
	at lb ethtool -K bond9 tx off >/dev/null 2>&1 || true
}

# Of a trunk, VLAN 7 is the LAN.
make_vlan() {
	net_cable lb trunk switch trunk
	net_up lb trunk
	net_up switch trunk
	ip -n "$(net_ns switch)" link add link trunk name trunk.7 type vlan id 7
	net_plug trunk.7
	lb_link add link trunk name trunk.7 type vlan id 7
}

make_macvlan() {
	port eth0 lb0
	lb_link add link eth0 name mv0 type macvlan mode bridge
}

make_ipvlan() {
	port eth0 lb0
	lb_link add link eth0 name iv0 type ipvlan mode l2
}

make_bridge() {
	lb_link add br9 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
	port eth0 lb0
	lb_link set eth0 master br9
}

make_vrf() {
	port eth0 lb0
	lb_link add red type vrf table 100
	lb_link set red up
	lb_link set eth0 master red
}

configure() {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$1"
}

# balances MODE KERNEL-MODE: a thousand answers, all through udplb.
balances() {
	configure "$1"
	lb_start
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	equal "$(metric_now udplb_packets_total reason=forwarded)" 1000
	equal "$(metric udplb_packets_total reason=replied)" 1000
	equal "$(metric xdp_mode "mode=$2")" 1
	lb_stop
}

# refuses MODE PATTERN: does not start, and says so.
refuses() {
	configure "$1"
	run ! lb_start
	cat "$LB_DIR/log"
	lb_said "$2" || fail "no line matches '$2'"
}

@test "a bond: both host modes, and a cable less" {
	on bond9 make_bond
	backends_serve 5000
	balances drv xdp
	balances skb xdpgeneric

	configure drv
	lb_start
	lb_link set p0 down
	net_wait 10 at client ping -nqc1 -W1 192.0.2.2
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	lb_stop
}

@test "the port of a bond: is told to be one" {
	on bond9 make_bond
	configure skb
	sed -i 's/^interface: .*/interface: p0/' "$LB_DIR/udplb.yaml"
	lb_start
	lb_said 'p0 is a port of the bond bond9.*interface: bond9'
}

@test "a VLAN device: generic mode" {
	on trunk.7 make_vlan
	backends_serve 5000
	refuses drv "'mode: auto' takes"
	balances skb xdpgeneric
	balances auto xdpgeneric
}

@test "macvlan: generic mode" {
	on mv0 make_macvlan
	backends_serve 5000
	refuses drv "'mode: auto' takes"
	balances skb xdpgeneric
	balances auto xdpgeneric
}

@test "ipvlan, which has its own addresses' packets only: refused" {
	on iv0 make_ipvlan
	refuses skb 'interface: eth0'
}

@test "a bridge: generic mode" {
	on br9 make_bridge
	backends_serve 5000
	balances skb xdpgeneric
	balances auto xdpgeneric
}

@test "the port of a bridge: backends by their MAC addresses" {
	on br9 make_bridge
	backends_serve 5000
	configure skb
	sed -i 's/^interface: .*/interface: eth0/' "$LB_DIR/udplb.yaml"
	for i in 1 2 3; do
		sed -i "s/{address: $(net_backend_address $i)/&, mac: \"$(net_mac b$i)\"/" \
			"$LB_DIR/udplb.yaml"
	done
	net_backends_dsr
	sed -i 's/forward: nat/forward: dsr/; s/, port: 5000//' "$LB_DIR/udplb.yaml"
	lb_start
	lb_said 'eth0 is a port of the bridge br9'
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	equal "$(metric_now udplb_packets_total reason=forwarded)" 1000
}

@test "a VRF's port: neighbours and routes are those of the VRF" {
	balancer_addresses() {
		net_address lb 192.0.2.2/24 "$NET_LB_DEV"
		ip -n "$(net_ns lb)" route add default via 192.0.2.1 vrf red
	}
	eval "of_its_own_$(declare -f at)"
	at() {
		if [ "$2" = ping ]; then
			of_its_own_at "$1" ping -I "$NET_LB_DEV" "${@:3}"
		else
			of_its_own_at "$@"
		fi
	}
	on eth0 make_vrf
	backends_serve 5000
	balances drv xdp
	balances skb xdpgeneric

	# Beyond a router, which the VRF's table alone names; and then another one.
	configure drv
	sed -i 's/192\.0\.2\.11/198.19.0.2/' "$LB_DIR/udplb.yaml"
	lb_start
	lb_said "Backend 198.19.0.2:5000 via mac $(net_mac router lan)"
	ip -n "$(net_ns lb)" route add 198.19.0.0/24 via 192.0.2.13 vrf red
	net_wait 10 lb_said "Backend 198.19.0.2:5000.* $(net_mac b3)"
}
