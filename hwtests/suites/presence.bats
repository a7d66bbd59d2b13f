#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# How others find the VIPs.
#   MODE=drv|skb|hw bats -t hwtests/suites/presence.bats

bats_require_minimum_version 1.5.0
load common6

# Within the LAN, where neighbours ask for them.
LAN_VIP=192.0.2.200 LAN_VIP6=2001:db8:2::200

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	net_backends_nat6
}

services() {
	{
		printf '%s\n' "$1"
		echo "services:"
		lb_service4 four nat 5000 5555 | sed "s/$NET_VIP/$LAN_VIP/"
		lb_service6 six nat 5000 5555 | sed "s/$NET_VIP6/$LAN_VIP6/"
		lb_service4 far nat 5001 5556
	} | lb_config "$MODE"
}

# As keepalived gives them: for themselves alone.
vips_at() { # HOST DEVICE add|del
	ip -n "$(net_ns "$1")" address "$3" $LAN_VIP/32 dev "$2"
	ip -n "$(net_ns "$1")" -6 address "$3" $LAN_VIP6/128 dev "$2" \
		$([ "$3" = del ] || echo nodad)
}

# What the router hears, until lb_clean.
listen() {
	at router tcpdump -nlei lan 'arp or icmp6' >"$LB_DIR/heard" \
		2>"$LB_DIR/tcpdump" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 10 grep -q listening "$LB_DIR/tcpdump"
}

heard() { (($(grep -c -- "$1" "$LB_DIR/heard") >= ${2:-1})); }

arp="Request who-has $LAN_VIP .*tell $LAN_VIP"
arp_reply="Reply $LAN_VIP is-at"
na="neighbor advertisement, tgt is $LAN_VIP6"

arp_heard() {
	(($(grep -cE "$arp|$arp_reply|Announcement $LAN_VIP" "$LB_DIR/heard") >= $1))
}

@test "$MODE: this host's VIPs are announced at start, and again and again" {
	services "presence: {interval: 1s}"
	vips_at lb lo add
	listen
	lb_start
	net_wait 10 arp_heard 1
	net_wait 10 heard "$na"
	# The other one is not of this LAN: nobody here would ask for it.
	run ! heard "who-has $NET_VIP .*tell $NET_VIP"
	net_wait 20 arp_heard 3
	net_wait 20 heard "$na" 3
	vips_at lb lo del
}

# https://github.com/acassen/keepalived/issues/20: a standby that announces
# takes the VIP from the active one.
@test "$MODE: VIPs that another host has are neither announced nor taken" {
	vips_at b3 "$NET_DEV" add
	services "presence: {interval: 1s, assign: interface}"
	listen
	lb_start
	net_wait 10 lb_said "VIP $LAN_VIP is not taken: $(net_mac b3) has it"
	net_wait 10 lb_said "VIP $LAN_VIP6 is not taken: $(net_mac b3) has it"
	lb_stop
	services "presence: {interval: 1s}"
	lb_start
	net_wait 10 lb_said "VIP $LAN_VIP is at $(net_mac b3)"
	# A round or two later.
	sleep 2
	run ! has_vip "$NET_LB_DEV" $LAN_VIP
	run ! grep -E "$(net_mac lb).*($arp|$arp_reply|Announcement $LAN_VIP|$na)" \
		"$LB_DIR/heard"
	# It becomes active: keepalived moves them.
	: >"$LB_DIR/heard"
	vips_at b3 "$NET_DEV" del
	vips_at lb "$NET_LB_DEV" add
	net_wait 10 heard "$(net_mac lb).*$na"
	net_wait 10 arp_heard 1
	vips_at lb "$NET_LB_DEV" del
}

@test "$MODE: a VIP of the LAN that nobody has is told, once" {
	services ""
	lb_start
	net_wait 10 lb_said "VIP $LAN_VIP is in the subnet of $NET_LB_DEV, but an address of nobody"
	sleep 2
	equal "$(grep -c "VIP $LAN_VIP is in the subnet" "$LB_DIR/log")" 1
}

@test "$MODE: announced once only, if so configured; at once when the link is back" {
	services "presence: {interval: off}"
	vips_at lb lo add
	listen
	lb_start
	net_wait 10 heard "$na"
	: >"$LB_DIR/heard"
	ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" down
	net_wait 10 lb_said 'carrier lost'
	ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" up
	net_wait 20 heard "$na"
	vips_at lb lo del
}

@test "$MODE: no announcements where they are not wanted" {
	services "presence: {announce: no}"
	vips_at lb lo add
	listen
	lb_start
	sleep 2
	run ! heard "$na"
	run ! arp_heard 1
	vips_at lb lo del
}

has_vip() { at lb ip -o address show dev "$1" | grep -q "$2/"; }

@test "$MODE: VIPs are assigned to the interface or to lo, and taken away again" {
	local where device

	for where in interface loopback; do
		device=$NET_LB_DEV
		[ $where = interface ] || device=lo
		services "presence: {assign: $where}"
		lb_start
		has_vip "$device" "$NET_VIP"
		net_wait 10 has_vip "$device" $LAN_VIP
		net_wait 10 has_vip "$device" $LAN_VIP6
		lb_stop
		run ! has_vip "$device" $LAN_VIP
		run ! has_vip "$device" $LAN_VIP6
		run ! has_vip "$device" "$NET_VIP"
	done
}

@test "$MODE: a VIP that the machine had before stays when udplb ends" {
	at lb ip address add $LAN_VIP/32 dev lo
	services "presence: {assign: loopback}"
	lb_start
	lb_stop
	has_vip lo $LAN_VIP
	at lb ip address del $LAN_VIP/32 dev lo
}
