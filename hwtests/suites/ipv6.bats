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

# nocheck ADDRESS PORT: answers each datagram, all of them without a checksum.
# nocheck ADDRESS PORT N: asks so from N ports; prints how many were answered.
nocheck() {
	printf '%s\n' 'import socket, sys' \
		's = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)' \
		'[s.setsockopt(17, o, 1) for o in (101, 102)]' \
		'a = sys.argv[1], int(sys.argv[2])' \
		'if len(sys.argv) < 4:' \
		'    s.bind(a)' \
		'    print("ready", flush=True)' \
		'    while True: s.sendto(*s.recvfrom(2000))' \
		'n = 0' \
		'for i in range(int(sys.argv[3])):' \
		'    c = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)' \
		'    [c.setsockopt(17, o, 1) for o in (101, 102)]' \
		'    c.settimeout(5); c.connect(a); c.send(b"vxlan")' \
		'    n += c.recv(100) == b"vxlan"' \
		'print(n)' >"$LB_DIR/nocheck.py"
	python3 "$LB_DIR/nocheck.py" "$@"
}

# freifunk-gluon/gluon#3783, cilium/cilium#28707: VXLAN, GTP-U (RFC 6935).
@test "$MODE: UDP over IPv6 without a checksum arrives so: nat and dsr" {
	local i forward

	for forward in nat dsr; do
		"net_backends_${forward}6"
		lb_service6 vxlan $forward 4789 0 "malformed: drop" | configure
		nocheck ::1 1 0
		for i in 1 2 3; do
			backend_run "$i" python3 "$LB_DIR/nocheck.py" \
				"$([ $forward = dsr ] && echo "$NET_VIP6" || net_backend_address6 "$i")" 4789
			net_wait 30 grep -q ready "$LB_DIR/b$i.out"
		done
		lb_start
		equal "$(at client python3 "$LB_DIR/nocheck.py" "$NET_VIP6" 4789 30)" 30
		equal "$(metric_now udplb_packets_total reason=forwarded)" 30
		lb_clean
	done
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
