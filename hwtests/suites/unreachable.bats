#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Who sends what cannot be delivered is told by ICMP, as real sockets see it.
#   MODE=drv|skb bats -t hwtests/suites/unreachable.bats

bats_require_minimum_version 1.5.0
load common6

CLIENT=198.18.1.1
CLIENT6=2001:db8:c:1::1
ROUTER=198.18.255.254

setup_file() {
	! host_only "a card tells nobody" || return 0
	net_open
	net_open6
}

# Of both families, whose backends are nowhere: NAME FORWARD PORT [LINE...].
nobody() {
	local name=$1 forward=$2 port=$3

	shift 3
	printf '  - name: %s\n    address: %s\n    ports: [%s]\n    forward: %s\n' \
		"$name" "$NET_VIP" "$port" "$forward"
	for line; do printf '    %s\n' "$line"; done
	printf '    backends: [{address: 192.0.2.99}]\n'
	printf '  - name: %s6\n    address: "%s"\n    ports: [%s]\n    forward: %s\n' \
		"$name" "$NET_VIP6" "$port" "$forward"
	for line; do printf '    %s\n' "$line"; done
	printf '    backends: [{address: "2001:db8:2::99"}]\n'
}

reason() { metric_now udplb_packets_total "reason=$1"; }

# kubernetes/kubernetes#17359 and cilium/cilium#28157: a client of a service that
# has nobody waits until its time is over.  cilium/cilium#33041: an error that is
# not from the address that was asked is nobody's.  projectcalico/felix#2370: the
# type of another.
@test "$MODE: nobody serves: ECONNREFUSED, from the VIP, with both families" {
	{
		nobody nat nat 5000
		nobody dsr dsr 5001
	} | configure
	lb_start
	for port in 5000 5001; do
		equal "$(ask $CLIENT "$NET_VIP" $port --ttl 64)" \
			"ECONNREFUSED 3 3 $NET_VIP"
		equal "$(ask $CLIENT6 "$NET_VIP6" $port --ttl 64)" \
			"ECONNREFUSED 1 4 $NET_VIP6"
		# As an ordinary socket has it, and however small the question is.
		equal "$(ask $CLIENT "$NET_VIP" $port --bytes 0)" ECONNREFUSED
		equal "$(ask $CLIENT6 "$NET_VIP6" $port --bytes 0)" ECONNREFUSED
		equal "$(ask $CLIENT "$NET_VIP" $port --bytes 1400)" ECONNREFUSED
		equal "$(ask $CLIENT6 "$NET_VIP6" $port --bytes 1400)" ECONNREFUSED
	done
	equal "$(reason told_no_backend)" 12
	equal "$(metric udplb_packets_total reason=no_backend)" 0
	equal "$(metric udplb_icmp_suppressed_total)" 0
}

@test "$MODE: a datagram in fragments is answered once" {
	nobody nat nat 5000 | configure
	lb_start
	equal "$(ask $CLIENT "$NET_VIP" 5000 --bytes 4000)" ECONNREFUSED
	equal "$(ask $CLIENT6 "$NET_VIP6" 5000 --bytes 4000)" ECONNREFUSED
	equal "$(reason told_no_backend)" 2
	equal "$(metric udplb_packets_total reason=no_backend)" 4
}

# kubernetes/kubernetes#31328: who depends on it recovers slowly.
@test "$MODE: a resolver goes on at once to the next server" {
	{
		nobody nat nat 53
		lb_service4 dns nat 54 5555
	} | configure
	lb_start
	at client dig +tries=1 +time=5 "@$NET_VIP" example.org >"$LB_DIR/dig" || true
	grep -q 'connection refused' "$LB_DIR/dig"
	run ! grep -q 'timed out' "$LB_DIR/dig"
}

@test "$MODE: unreachable: silent, and the other way round by SIGHUP" {
	nobody nat nat 5000 "unreachable: silent" | configure
	lb_start
	equal "$(ask $CLIENT "$NET_VIP" 5000 --wait 0.3)" silence
	equal "$(ask $CLIENT6 "$NET_VIP6" 5000 --wait 0.3)" silence
	equal "$(ask $CLIENT "$NET_VIP" 5000 --ttl 2 --wait 0.3)" silence
	equal "$(reason no_backend)" 3
	equal "$(metric udplb_packets_total reason=told_no_backend)" 0
	nobody nat nat 5000 | configure
	kill -HUP "$LB_PID"
	net_wait 10 lb_said 'Reloaded'
	equal "$(ask $CLIENT "$NET_VIP" 5000)" ECONNREFUSED
	equal "$(ask $CLIENT6 "$NET_VIP6" 5000)" ECONNREFUSED
	: >"$LB_DIR/log"
	nobody nat nat 5000 "unreachable: silent" | configure
	kill -HUP "$LB_PID"
	net_wait 10 lb_said 'Reloaded'
	equal "$(ask $CLIENT "$NET_VIP" 5000 --wait 0.3)" silence
	equal "$(reason told_no_backend)" 2
}

# inters/vita#9 and polycube-network/polycube#401: what ends its TTL in a program
# that forwards is gone without a word, and traceroute shows stars.
@test "$MODE: the TTL ends: the VIP says so, then the backend answers" {
	{
		lb_service4 nat nat 5000 5555
		lb_service6 nat6 nat 5000 5555
		lb_service4 quiet nat 5001 5556 "unreachable: silent"
	} | configure
	peers_serve 5555
	lb_start
	# One hop is the router's.
	equal "$(ask $CLIENT "$NET_VIP" 5000 --ttl 2)" "EHOSTUNREACH 11 0 $NET_VIP"
	equal "$(ask $CLIENT6 "$NET_VIP6" 5000 --ttl 2)" "EHOSTUNREACH 3 0 $NET_VIP6"
	ask $CLIENT "$NET_VIP" 5000 --ttl 3 | grep '^b[123] '
	ask $CLIENT6 "$NET_VIP6" 5000 --ttl 3 | grep '^b[123] '
	equal "$(ask $CLIENT "$NET_VIP" 5001 --ttl 2 --wait 0.3)" silence
	equal "$(reason told_ttl_expired)" 2
	equal "$(metric udplb_packets_total reason=ttl_expired)" 1
}

# FDio/vpp#1183: traceroute has no end.  ovn-org/ovn#316: a hop that is not the
# destination takes its address; here the VIP is the balancer's.
@test "$MODE: the same with dsr: traceroute shows router, VIP, backend" {
	net_backends_dsr
	lb_service4 dsr dsr 5000 0 | configure
	lb_start
	at client traceroute -n -q 1 -w 2 -m 5 -U -p 5000 "$NET_VIP" \
		>"$LB_DIR/trace"
	cat "$LB_DIR/trace"
	grep -qE "^ 2  $(printf %s "$NET_VIP" | sed 's/\./\\./g')  " "$LB_DIR/trace"
	run ! grep -q '\*' "$LB_DIR/trace"
	(($(reason told_ttl_expired) > 0))
}

# shellcheck disable=SC2016
in_time() { at b1 awk '/^Icmp:/ { if (n++) print $i; else for (i = 1; $i != "InTimeExcds"; i++); }' /proc/net/snmp; }

@test "$MODE: a backend whose answers are too short-lived learns it" {
	local before

	lb_service4 nat nat 5000 5555 | configure
	peers_serve 5555
	before=$(in_time)
	for i in 1 2 3; do at b$i sysctl -qw net.ipv4.ip_default_ttl=1; done
	lb_start
	equal "$(ask $CLIENT "$NET_VIP" 5000 --ports 20 --wait 0.1 | sort -u)" silence
	for i in 1 2 3; do at b$i sysctl -qw net.ipv4.ip_default_ttl=64; done
	(($(in_time) > before))
	equal "$(undelivered ttl_expired)" 20
}

# openwrt/firewall4#8: without a limit, who answers every packet is a reflector.
# As many as the kernel allows itself, and the rest is counted.
@test "$MODE: a flood is answered so often and not more" {
	local start took told

	nobody nat nat 5000 | configure
	lb_start
	start=${EPOCHREALTIME/./}
	at client python3 - "$NET_VIP" 5000 3000 <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for _ in range(int(sys.argv[3])):
		    s.sendto(b"x", (sys.argv[1], int(sys.argv[2])))
	END
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	told=$(reason told_no_backend)
	echo "# $told told in $took ms" >&3
	((told >= 50 && told <= took + 51))
	equal "$(metric udplb_packets_total reason=no_backend)" \
		"$(metric udplb_icmp_suppressed_total)"
}

# libxdp's dispatcher of Linux 6.13 and newer takes no program that may move a
# packet's ends unless it may itself (xdp-project/xdp-tools#509).
@test "$MODE: in a dispatcher that takes no longer packets: less, and it says so" {
	nobody nat nat 5000 | configure
	echo "dispatcher: yes" >>"$LB_DIR/udplb.yaml"
	lb_start
	at lb "$UDPLB" --interface "$NET_LB_DEV" --json status >"$LB_DIR/out"
	if lb_said 'nobody is told by ICMP'; then
		equal "$(ask $CLIENT "$NET_VIP" 5000 --wait 0.3)" silence
		equal "$(reason no_backend)" 1
		jq -e '.program.shared' "$LB_DIR/out"
	else
		equal "$(ask $CLIENT "$NET_VIP" 5000)" ECONNREFUSED
	fi
}

@test "$MODE: check says that a card tells nobody" {
	{ echo "services:"; nobody nat nat 5000; } | lb_config auto
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" | grep '^unreachable .*a card tells nobody'
	{ echo "services:"; nobody nat nat 5000 "unreachable: silent"; } |
		lb_config auto
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out"
	run ! grep -q '^unreachable' "$LB_DIR/out"
}
