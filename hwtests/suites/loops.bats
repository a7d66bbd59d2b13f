#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Packets must not go round.  Two directors that are each other's real servers
# (k0sproject/k0s#5178, github/glb-director#139): a backend that is the balancer
# itself is left to its own stack, and every hop costs a hop.
#   MODE=drv|skb bats -t hwtests/suites/loops.bats

bats_require_minimum_version 1.5.0
load common

# Besides: lb2, a second balancer.
setup_file() {
	! host_only "a second card is not there" || return 0
	net_open
	net_host lb2
	net_cable lb2 "$NET_DEV" switch lb2
	net_plug lb2
	net_pass_program
	ip -n "$(net_ns switch)" link set lb2 xdpdrv obj "$NET_PASS" sec xdp
	net_up lb2 "$NET_DEV"
	net_address lb2 192.0.2.3/24
	net_route lb2 default via 192.0.2.1
	for host in lb lb2; do
		at $host sysctl -qw net.ipv4.conf.all.arp_ignore=1 \
			net.ipv4.conf.all.arp_announce=2
	done
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	[ -z "${SKIP_FILE:-}" ] || skip "$SKIP_FILE"
	lb_config "$MODE" <<-END
		services:
		  - {name: echo, address: $NET_VIP, ports: [5000], forward: dsr,
		     backends: [{address: 192.0.2.2}, {address: 192.0.2.3}]}
	END
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" "$LB_DIR/log2" 2>/dev/null || true
	lb_clean
	for host in lb lb2; do
		ip -n "$(net_ns $host)" address del "$NET_VIP/32" dev lo 2>/dev/null || true
	done
}

# On lb and lb2.
serve() {
	local host

	for host in lb lb2; do
		nsenter --net="/run/netns/$NET_PREFIX-$host" -- \
			"$UDPFLOWS" serve $host 5000 >"$LB_DIR/$host.out" 2>&1 3>&- &
		echo $! >>"$LB_DIR/pids"
		net_wait 5 grep -q ready "$LB_DIR/$host.out"
	done
}

hold_vip() { ip -n "$(net_ns "$1")" address add "$NET_VIP/32" dev lo; }

started2() { grep -q 'Application startup complete' "$LB_DIR/log2"; }

# Both balance, with one configuration.
both_start() {
	lb_start
	nsenter --net="/run/netns/$NET_PREFIX-lb2" -- \
		"$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>"$LB_DIR/log2" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 10 started2
}

# count HOST REASON
count() {
	at "$1" curl -sfm 5 "http://$LB_LISTEN/metrics" |
		awk -v r="reason=\"$2\"" '/^udplb_packets_total/ && index($0, r) { print $NF }'
}

@test "$MODE: two balancers that are each other's backends: each packet is answered, once" {
	serve
	hold_vip lb
	hold_vip lb2
	both_start
	lb_said 'Backend 192.0.2.2 is this host'
	flows -n 60 5000
	equal "$(told answered)" 60
	equal "$(($(count lb local) + $(count lb forwarded)))" 60
	equal "$(count lb2 local)" "$(count lb forwarded)"
	equal "$(count lb2 forwarded)" 0
	((10 <= $(told "backend lb") && 10 <= $(told "backend lb2")))
	at lb "$UDPLB" doctor -c "$LB_DIR/udplb.yaml" >"$LB_DIR/doctor" || true
	run -1 grep 'is this host' "$LB_DIR/doctor"
}

@test "$MODE: a VIP that comes and goes: this host serves it meanwhile, and only then" {
	serve
	lb_start
	lb_said "Backend 192.0.2.2 does not serve: it is this host's own"
	hold_vip lb
	net_wait 5 lb_said 'Backend 192.0.2.2 is this host'
	hold_vip lb2
	flows -n 60 5000
	equal "$(told answered)" 60
	((10 <= $(told "backend lb")))
	ip -n "$(net_ns lb)" address del "$NET_VIP/32" dev lo
	net_wait 5 owns_no_slots
	flows -n 60 5000
	equal "$(told "backend lb2")" 60
}

owns_no_slots() {
	[ "$(metric_now udplb_backend_slots backend=192.0.2.2)" = 0 ]
}

@test "$MODE: two balancers of which neither has the VIP: what goes round ends" {
	local first last

	both_start
	at client "$UDPFLOWS" send -q -n 1 "$NET_VIP" 5000 >"$LB_DIR/told" || true
	net_wait 5 expired
	first=$(($(count lb forwarded) + $(count lb2 forwarded)))
	((first < 64)) || fail "$first times forwarded"
	equal "$(all_expired)" 1
	last=$(($(count lb forwarded) + $(count lb2 forwarded)))
	equal "$last" "$first"
}

all_expired() {
	echo $(($(count lb ttl_expired) + $(count lb2 ttl_expired) +
		$(count lb told_ttl_expired) + $(count lb2 told_ttl_expired)))
}
expired() { (($(all_expired))); }
