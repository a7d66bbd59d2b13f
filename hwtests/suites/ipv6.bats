#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# IPv6, with real sockets; and both families beside each other.
#   MODE=drv|skb|hw bats -t hwtests/suites/ipv6.bats

bats_require_minimum_version 1.5.0
load common6

# All of N answers are there, and come from every backend.
all_answered() {
	equal "$(grep -c '^b[123] ' "$LB_DIR/answers")" "$1" "answers"
	equal "$(cut -d' ' -f1 "$LB_DIR/answers" | sort -u | xargs)" "b1 b2 b3"
}

@test "$MODE: a DNS server behind an IPv6 VIP answers from the VIP (nat)" {
	local i

	lb_service6 dns nat 5300 53 | configure
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		backend_run "$i" dnsmasq --keep-in-foreground --user=root \
			--conf-file=/dev/null --pid-file= --no-resolv \
			--no-hosts --port=53 --txt-record="who,b$i"
		net_wait 10 at lb dig +short +time=1 +tries=1 \
			"@$(net_backend_address6 "$i")" who TXT
	done
	lb_start
	for ((i = 1; i <= 30; i++)); do
		at client dig +short +time=2 +tries=1 "@$NET_VIP6" -p 5300 \
			-b "2001:db8:c:$i::7#$((30000 + i))" who TXT || true
	done | tr -d '"' | sort | uniq -c >"$LB_DIR/answers"
	cat "$LB_DIR/answers"
	equal "$(awk '{ n += $1 } END { print n }' "$LB_DIR/answers")" 30
	equal "$(awk '{ print $2 }' "$LB_DIR/answers" | xargs)" "b1 b2 b3"
	equal "$(metric_now udplb_packets_total reason=replied)" 30
}

@test "$MODE: IPv6, nat: every size that fits, answers from the VIP, checksums right" {
	lb_service6 echo nat 5000 5555 | configure
	peers_serve 5555
	lb_start
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 60 >"$LB_DIR/answers"
	all_answered 60
	for bytes in 0 1 2 7 1000 1451 1452; do
		ask 2001:db8:c::9 "$NET_VIP6" 5000 --bytes $bytes |
			grep "^b[123] $bytes$"
	done
	for host in client b1 b2 b3; do
		equal "$(at $host awk '$1 == "Udp6InCsumErrors" { print $2 }' \
			/proc/net/snmp6)" 0 "$host: bad checksums"
	done
}

@test "$MODE: IPv6, dsr: the backend answers from the VIP, past the balancer" {
	net_backends_dsr6
	lb_service6 echo dsr 5000 0 | configure
	peers_serve 5000
	lb_start
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 60 >"$LB_DIR/answers"
	all_answered 60
	equal "$(metric_now udplb_packets_total reason=replied)" 0
	equal "$(metric udplb_packets_total reason=forwarded)" 60
}

@test "$MODE: IPv6, snat: a datagram reaches one backend, and comes from the VIP" {
	local i

	lb_service6 log snat 5514 5555 | configure
	for i in 1 2 3; do backend_run "$i" nc -6luvn 5555; done
	for i in 1 2 3; do
		net_wait 5 at "b$i" sh -c 'ss -Hlun | grep -q :5555'
	done
	lb_start
	echo hello | at client nc -6u -w1 -s 2001:db8:c::3 -p 4000 \
		"$NET_VIP6" 5514
	net_wait 5 grep -q hello "$LB_DIR"/b{1,2,3}.out
	equal "$(grep -l hello "$LB_DIR"/b{1,2,3}.out | wc -l)" 1
	grep -h "received on $NET_VIP6 4000" "$LB_DIR"/b{1,2,3}.out
}

@test "$MODE: services of both families beside each other, their packets apart" {
	{
		lb_service4 four nat 5000 5555
		lb_service6 six nat 5000 5555
	} | configure
	peers_serve 5555
	lb_start
	ask 198.18.3.4 "$NET_VIP" 5000 --ports 40 >"$LB_DIR/answers"
	all_answered 40
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 50 >"$LB_DIR/answers"
	all_answered 50
	equal "$(metric_now udplb_service_packets_total service=four)" 40
	equal "$(metric udplb_service_packets_total service=six)" 50
}

@test "$MODE: a backend of IPv6 with another MAC address is followed" {
	lb_service6 echo nat 5000 5555 | configure
	peers_serve 5555
	lb_start
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 60 >"$LB_DIR/answers"
	all_answered 60
	at b2 ip link set "$NET_DEV" address 02:00:00:00:99:02
	net_route6 b2 default via 2001:db8:2::2
	net_route b2 default via 192.0.2.2
	net_wait 10 lb_said \
		"$(net_backend_address6 2)\]:5555 via mac 02:00:00:00:99:02"
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 60 >"$LB_DIR/answers"
	all_answered 60
}

@test "$MODE: extension headers before UDP: forwarded, and their checksums right" {
	lb_service6 echo nat 5000 5555 | configure
	peers_serve 5555
	lb_start
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 20 \
		--extension destination >"$LB_DIR/answers"
	all_answered 20
	ask 2001:db8:c::9 "$NET_VIP6" 5000 --ports 20 \
		--extension hop-by-hop >"$LB_DIR/answers"
	all_answered 20
	equal "$(metric_now udplb_packets_total reason=forwarded)" 40
}
