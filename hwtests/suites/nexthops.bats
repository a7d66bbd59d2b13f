#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2314
#
# Routes with several next hops, routers and neighbours that keep silent, rules.
#   MODE=drv|skb|hw bats -t hwtests/suites/nexthops.bats

bats_require_minimum_version 1.5.0
load common

FAR=10.9.0.1
OTHER_MAC=02:00:5e:00:53:77

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	ROUTER_MAC=$(net_mac router lan)
	RETRANS=net.ipv4.neigh.$NET_LB_DEV.retrans_time_ms
	backends_serve 5000
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	for i in 1 2 3; do
		net_replug "$i"
		arp_again "b$i"
		at "b$i" sysctl -qw net.ipv4.ip_forward=0
		ip -n "$(net_ns "b$i")" address flush dev lo scope global
		ip -n "$(net_ns "b$i")" route del "$FAR" 2>/dev/null || true
	done
	arp_again router
	arp_again lb
	at router ip link set lan address "$ROUTER_MAC"
	at lb ip neigh flush dev "$NET_LB_DEV"
	for host in lb router; do
		ip -n "$(net_ns $host)" route del "$FAR" 2>/dev/null || true
	done
	at lb ip rule del pref 100 2>/dev/null || true
	at lb ip route flush table 100 2>/dev/null || true
	at lb ip nexthop flush >/dev/null 2>&1 || true
	at lb sysctl -qw "$RETRANS=100" net.ipv4.nexthop_compat_mode=1
	net_route lb default via 192.0.2.1
	net_wait 10 at lb ping -nqc1 -W1 192.0.2.1
}

# A host answers no ARP any more, or only what is broadcast; and again.
no_arp() { # HOST [RULE [DEVICE]]
	at "$1" nft add table netdev silent
	at "$1" nft "add chain netdev silent in {
		type filter hook ingress device ${3:-$NET_DEV} priority 0; }"
	at "$1" nft "add rule netdev silent in ether type arp ${2:-} drop"
}
arp_again() { at "$1" nft delete table netdev silent 2>/dev/null || true; }

# b1 has FAR; b2 and b3 are routers towards it.
far_backend() {
	ip -n "$(net_ns b1)" address add "$FAR/32" dev lo
	for i in 2 3; do
		at "b$i" sysctl -qw net.ipv4.ip_forward=1 \
			net.ipv4.conf.all.send_redirects=0 \
			"net.ipv4.conf.$NET_DEV.send_redirects=0"
		net_route "b$i" "$FAR" via 192.0.2.11
	done
}

start_far() { # [MORE-BACKENDS]
	lb_config "$MODE" <<-END
		services:
		  - {name: far, address: $NET_VIP, ports: [5000], ring_size: 64,
		     backends: [{address: $FAR, port: 5000}$*]}
	END
	lb_start
}

all_answered() {
	flows -n 20 -m 5 5000 || fail "lost: $(cat "$LB_DIR/told")"
}

# cilium/cilium#29069, #28782: one of several next hops is used, and dead.
either_router() {
	all_answered
	lb_said "Backend $FAR:5000 via mac $(net_mac b2)"
	net_unplug 2
	net_wait 10 lb_said "Backend $FAR:5000 via mac $(net_mac b3)"
	all_answered
	run ! lb_said "does not serve"
	net_replug 2
	net_wait 10 at lb ping -nqc1 -W1 192.0.2.12
	net_unplug 3
	net_wait 10 more "Backend $FAR:5000 via mac $(net_mac b2)" 2
	all_answered
}

more() { (($(grep -c -- "$1" "$LB_DIR/log") >= $2)); }

@test "$MODE: two routers of equal cost: any that lives is used" {
	far_backend
	at lb ip route add "$FAR" nexthop via 192.0.2.12 dev "$NET_LB_DEV" \
		nexthop via 192.0.2.13 dev "$NET_LB_DEV"
	start_far
	either_router
}

@test "$MODE: a group of nexthop objects, named only (FRR): its hops, and its events" {
	far_backend
	at lb sysctl -qw net.ipv4.nexthop_compat_mode=0
	at lb ip nexthop add id 12 via 192.0.2.12 dev "$NET_LB_DEV"
	at lb ip nexthop add id 13 via 192.0.2.13 dev "$NET_LB_DEV"
	at lb ip nexthop add id 70 group 12/13
	at lb ip route add "$FAR" nhid 70
	start_far
	either_router
	net_replug 3
	# No route changes with this: only the object that it names.
	n=$(grep -c "via mac $(net_mac b3)" "$LB_DIR/log" || true)
	at lb ip nexthop replace id 70 group 13
	net_wait 10 more "Backend $FAR:5000 via mac $(net_mac b3)" $((n + 1))
	all_answered
}

# Where replies go is the kernel's word: rules and tables, too.
@test "$MODE: the only default route is in another table, by a rule" {
	at lb ip route del default
	net_route lb default via 192.0.2.1 table 100
	at lb ip rule add pref 100 lookup 100
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	lb_start
	all_answered
	equal "$(metric_now udplb_gateway_up family=ipv4)" 1
	# The rule goes: nowhere to send replies to.  It comes: again.
	at lb ip rule del pref 100
	net_wait 5 gateway_is 0
	at lb ip rule add pref 100 lookup 100
	net_wait 5 gateway_is 1
	all_answered
}

gateway_is() { [ "$(metric_now udplb_gateway_up family=ipv4)" = "$1" ]; }

# Nothing could replace it, and it forwards all the same.
@test "$MODE: a gateway that answers no ARP for a while: no reply is lost" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	lb_start
	all_answered
	no_arp router "arp operation request" lan
	net_wait 10 gateway_is 0
	lb_said "Gateway 192.0.2.1: neighbour 192.0.2.1 does not answer"
	all_answered
	arp_again router
	net_wait 10 gateway_is 1
	lb_said "Gateway 192.0.2.1 answers again"
	# And when it comes back as another one.
	at router ip link set lan address "$OTHER_MAC"
	at lb ip neigh flush dev "$NET_LB_DEV"
	net_wait 10 lb_said "Gateway 192.0.2.1 via mac $OTHER_MAC"
	net_wait 10 at client "$UDPFLOWS" send "$NET_VIP" 5000
	all_answered
}

@test "$MODE: the only router to all backends answers no ARP: still used; with others, it is not" {
	far_backend
	net_route lb "$FAR" via 192.0.2.12
	start_far
	all_answered
	no_arp b2 'arp operation request'
	net_wait 10 lb_said "Backend $FAR:5000: neighbour 192.0.2.12 does not"
	all_answered
	lb_stop
	arp_again b2
	at lb ip neigh flush dev "$NET_LB_DEV"
	start_far ", {address: 192.0.2.13, port: 5000}"
	all_answered
	no_arp b2 'arp operation request'
	net_wait 10 lb_said "Backend $FAR:5000 does not serve"
	all_answered
	equal "$(told 'backend b1')" ""
}

# Proxies and wireless bridges; net.ipv4.neigh.*.mcast_resolicit.
@test "$MODE: a backend that answers broadcast ARP only serves all the time" {
	no_arp b3 'arp operation request ether daddr != ff:ff:ff:ff:ff:ff'
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	lb_start
	ip -n "$(net_ns lb)" -t monitor neigh >"$LB_DIR/neigh" 3>&- &
	echo $! >>"$LB_DIR/pids"
	for _ in 1 2 3 4; do
		sleep 1
		all_answered
	done
	grep -q '192.0.2.13.* FAILED' "$LB_DIR/neigh" # or this shows nothing
	run ! lb_said 'does not serve'
	# It dies: out as soon as any other.
	net_unplug 3
	net_wait 6 backend_up 3 5000 0
	all_answered
}
