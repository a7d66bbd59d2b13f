#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# Answers to this host itself, from whatever address of its it asks; the health
# checks do, and the kernel chooses the address.
#   MODE=drv|skb|hw bats -t hwtests/suites/own.bats

bats_require_minimum_version 1.5.0
load common
load control

CHECK='type: udp, send: "ping", interval: 200ms, timeout: 150ms, fall: 2, rise: 1'

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	backends_serve 5000
	# As a dummy, of which not every kernel has the module.
	at lb ip link add far0 type veth peer name far1
	at lb ip link set far0 up
	at lb ip link set far1 up
	at lb ip link set far0 arp off
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	at lb ip link del far0
	at lb ip address del "$NET_VIP/32" dev lo 2>/dev/null || true
	for i in 1 2 3; do
		at lb ip route del "192.0.2.1$i/32" 2>/dev/null || true
		# Back to this host, whatever it asks from.
		net_route "b$i" default via 192.0.2.2
	done
}

start_checked() {
	config 1 2 3
	sed -i "s#ring_size: 4096,#ring_size: 4096, health: {$CHECK},#" \
		"$LB_DIR/udplb.yaml"
	lb_start
}

# The backends are asked from this address.
asked_from() {
	for i in 1 2 3; do
		at lb ip route replace "192.0.2.1$i/32" dev "$NET_LB_DEV" src "$1"
	done
}

healthy() {
	lb_scrape || return 1
	equal "$(metric udplb_backend_healthy | sort | uniq -c | tr -s ' ')" " 3 1"
}

# Longer than a check that fails needs to tell, from now on.
stay_healthy() {
	net_wait 10 healthy
	sleep 2
	healthy
	run ! lb_said 'does not serve'
	map_flows after
}

# cilium/cilium#19908: the node's address is on a dummy, or another NIC.
@test "$MODE: this host's address is on another interface, as with BGP" {
	at lb ip address add 10.255.0.1/32 dev far0
	asked_from 10.255.0.1
	start_checked
	stay_healthy
}

@test "$MODE: this host's address is of scope link, and not among the first 32" {
	for i in {1..60}; do echo "address add 10.66.0.$i/24 dev $NET_LB_DEV"; done \
		>"$LB_DIR/batch"
	at lb ip -batch "$LB_DIR/batch"
	at lb ip address add 10.255.0.2/32 dev far0 scope link
	asked_from 10.255.0.2
	start_checked
	stay_healthy
	asked_from 10.66.0.60
	sleep 2
	healthy
	at lb ip address flush dev "$NET_LB_DEV" to 10.66.0.0/24
}

# Only where the kernel takes it: the look-up by port costs each packet.
@test "$MODE: this host asks the backends from the VIP itself" {
	at lb ip address add "$NET_VIP/32" dev lo
	asked_from "$NET_VIP"
	start_checked
	stay_healthy
}

# Containers come and go all the time.
@test "$MODE: addresses of this host come and go: the same program, no flow lost, no check fails" {
	start_checked
	net_wait 10 healthy
	xdp_id=$(attached_id)
	for i in {1..300}; do
		echo "address add 10.$((i % 7)).$((i / 2)).$((i % 251))/32 dev far0"
	done >"$LB_DIR/add"
	churn() {
		at lb ip -batch "$LB_DIR/add"
		sleep 1.5
		at lb ip address add 10.255.0.3/32 dev far0
		sleep 1.5
		asked_from 10.255.0.3
		sleep 1.5
		at lb ip address flush dev far0 to 10.0.0.0/13
		sleep 1.5
	}
	under_traffic churn
	stay_healthy
	equal "$(attached_id)" "$xdp_id" "program"
	run ! lb_said 'unhealthy\|new maps'
}
