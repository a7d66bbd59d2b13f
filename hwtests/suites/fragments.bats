#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Datagrams that do not fit into a packet: EDNS, RADIUS, SIP.
#   MODE=drv|skb|hw bats -t hwtests/suites/fragments.bats
#
# What happened to others: fragments of a service dropped (cilium/cilium#8185,
# #10076), a DNS answer of which only the first piece was translated (#9755), last
# pieces of one to three bytes called invalid (#32427), pieces that come before the
# first one (#13349, #25709), a table too small for those that are on their way
# (#43781), ids in use again (RFC 4963).

bats_require_minimum_version 1.5.0
load common6

FRAGGER=$ROOT/hwtests/fragger
frag() { at client "$FRAGGER" "$@"; }

# A card alone has neither the memory nor the clock.
needs_host() { [ "$MODE" != hw ] || skip "only a host follows fragments"; }

# The packets that a reason counted.
count() { metric_now udplb_packets_total "reason=$1"; }

# From 12 clients: each datagram is whole at one backend, and all of them serve.
reassembled() {
	local prefix=$1 vip=$2 i

	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		ask "$prefix$i" "$vip" 5000 --bytes 4000
	done >"$LB_DIR/answers"
	cat "$LB_DIR/answers"
	equal "$(grep -c '^b[123] 4000$' "$LB_DIR/answers")" 12 "answers"
	equal "$(cut -d' ' -f1 "$LB_DIR/answers" | sort -u | wc -l)" 3 "backends"
}

# On every backend, an answer of "bN" and 4,000 bytes in all to whatever comes.
peers_answer_large() { # PORT
	local i

	for i in 1 2 3; do
		printf '%-4000s' "b$i" >"$LB_DIR/large$i"
		backend_run "$i" "$PEER" serve "b$i" "$1" "$LB_DIR/large$i"
	done
	for i in 1 2 3; do net_wait 10 grep -q ready "$LB_DIR/b$i.out"; done
}

# What --order all_in does to any balance and family: 12 of 12 come back whole.
answered_large() { # SOURCE-PREFIX VIP
	local i

	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		ask "$1$i" "$2" 5000 --bytes 4000
	done >"$LB_DIR/answers"
	equal "$(grep -cE '^b[123] {3998}$' "$LB_DIR/answers")" 12 "answers"
}

@test "$MODE: balance source, all ports, nat: 4,000 bytes are reassembled by one backend" {
	lb_service4 echo nat all 0 "balance: source" | sed 's/\[all\]/all/' | configure
	peers_serve 5000
	lb_start
	reassembled 198.18.7. "$NET_VIP"
}

@test "$MODE: balance source, dsr: 4,000 bytes are reassembled by one backend" {
	net_backends_dsr
	lb_service4 echo dsr all 0 "balance: source" | sed 's/\[all\]/all/' | configure
	peers_serve 5000
	lb_start
	reassembled 198.18.7. "$NET_VIP"
}

@test "$MODE: balance source, IPv6: 4,000 bytes are reassembled by one backend" {
	net_backends_dsr6
	lb_service6 echo dsr all 0 "balance: source" | sed 's/\[all\]/all/' | configure
	peers_serve 5000
	lb_start
	reassembled 2001:db8:c::7: "$NET_VIP6"
}

@test "$MODE: by default, questions and answers of 4,000 bytes come through, IPv4 and IPv6" {
	needs_host
	{ lb_service4 dns nat 5000 0; lb_service6 dns6 nat 5000 0; } | configure
	peers_answer_large 5000
	lb_start
	answered_large 198.18.7. "$NET_VIP"
	answered_large 2001:db8:c::7: "$NET_VIP6"
	equal "$(count fragment)" 0 "fragments left alone"
	equal "$(metric udplb_fragments_total fragment=first)" 48
	equal "$(metric udplb_fragments_total fragment=later)" 96
}

@test "$MODE: a last piece of one byte to eight is a piece" {
	local bytes

	needs_host
	lb_service4 dns nat 5000 0 | configure
	peers_serve 5000
	lb_start
	for bytes in 1472 1473 1474 1475 1480 1481; do
		equal "$(ask 198.18.7.1 "$NET_VIP" 5000 --bytes $bytes | cut -c1,3-)" "b $bytes"
	done
	equal "$(count fragment)" 0
}

@test "$MODE: any balance and dsr: 4,000 bytes are reassembled by one backend" {
	needs_host
	net_backends_dsr
	lb_service4 echo dsr 5000 0 "balance: flow" | configure
	peers_serve 5000
	lb_start
	reassembled 198.18.7. "$NET_VIP"
	lb_stop
	lb_service4 echo dsr 5000 0 "balance: packet" | configure
	lb_start
	reassembled 198.18.7. "$NET_VIP"
}

# A name server with one answer of 3,000 bytes; as it comes with Debian.
name_server() { # NUMBER
	local dir=$LB_DIR/named$1 text

	mkdir -p "$dir"
	text=$(for _ in {1..15}; do printf '"%0200d" ' "$1"; done)
	cat >"$dir/zone" <<-END
		\$TTL 60
		@ IN SOA ns.example. root.example. 1 60 60 60 60
		@ IN NS ns.example.
		ns IN A 192.0.2.1
		large IN TXT $text
	END
	cat >"$dir/conf" <<-END
		options {
			directory "$dir"; pid-file none; session-keyfile none;
			listen-on port 53 { any; }; listen-on-v6 port 53 { any; };
			recursion no; max-udp-size 4096; edns-udp-size 4096;
			dnssec-validation no; dump-file "$dir/dump";
		};
		controls {};
		zone "example" { type primary; file "$dir/zone"; };
	END
	backend_run "$1" named -f -4 -c "$dir/conf"
	net_wait 20 at "b$1" dig +time=1 +tries=1 +short @127.0.0.1 example SOA
}

@test "$MODE: BIND's answers of 3,000 bytes come by UDP (EDNS)" {
	needs_host
	command -v named >/dev/null || skip "needs named"
	command -v dig >/dev/null || skip "needs dig"
	lb_service4 dns nat 53 0 | configure
	name_server 1; name_server 2; name_server 3
	lb_start
	for i in 1 2 3 4 5 6; do
		at client dig -b "198.18.3.$i" +bufsize=4096 +ignore +tries=1 \
			+time=5 "@$NET_VIP" large.example TXT
	done >"$LB_DIR/answers"
	equal "$(grep -c 'status: NOERROR' "$LB_DIR/answers")" 6 answers
	equal "$(grep -c 'MSG SIZE  rcvd: 3[0-9][0-9][0-9]$' "$LB_DIR/answers")" 6 "large ones"
}

@test "$MODE: fragments of this host's own ports and of what it routes are left alone" {
	needs_host
	at lb ip addr add "$NET_VIP/32" dev lo
	at lb sysctl -qw net.ipv4.ip_forward=1
	lb_service4 dns nat 5000 0 "balance: source" | configure
	peers_serve 5000
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- "$PEER" serve lb 1194 \
		>"$LB_DIR/own.out" 2>&1 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 10 grep -q ready "$LB_DIR/own.out"
	lb_start
	equal "$(ask 198.18.7.1 "$NET_VIP" 1194 --bytes 4000)" "lb 4000"
	equal "$(ask 198.18.7.1 "$NET_VIP" 5000 --bytes 4000 | cut -c1,3-)" "b 4000"
	# Piece by piece with the service's, under any id and the same one.
	frag 198.18.7.1 "$NET_VIP" 1194 --flows 20 >"$LB_DIR/own"
	equal "$(cat "$LB_DIR/own")" "20 lb 4000"
	frag 198.18.7.1 "$NET_VIP" 5000 --same-id >"$LB_DIR/service"
	frag 198.18.7.1 "$NET_VIP" 1194 --same-id >"$LB_DIR/own"
	equal "$(cut -c1-3,5- "$LB_DIR/service")" "1 b 4000"
	equal "$(cat "$LB_DIR/own")" "1 lb 4000"
	at lb ip addr del "$NET_VIP/32" dev lo
	at lb sysctl -qw net.ipv4.ip_forward=0
}

@test "$MODE: two services of one VIP, one client, piece by piece" {
	needs_host
	{
		lb_service4 one nat 5000 5000
		lb_service4 two nat 5001 5001
	} | configure
	peers_serve 5000
	# The second service is another server on the same backends.
	for i in 1 2 3; do
		backend_run "$i" "$PEER" serve "c$i" 5001
	done
	sleep 1
	lb_start
	frag 198.18.7.1 "$NET_VIP" 5000 --flows 30 --ports 2 >"$LB_DIR/answers"
	cat "$LB_DIR/answers"
	equal "$(awk '/ b. 4000$/ { n += $1 } END { print n }' "$LB_DIR/answers")" 30
	equal "$(awk '/ c. 4000$/ { n += $1 } END { print n }' "$LB_DIR/answers")" 30
}

@test "$MODE: without its first one, and before it, a fragment is left alone and counted" {
	needs_host
	{ lb_service4 dns nat 5000 0; lb_service6 dns6 nat 5000 0; } | configure
	peers_serve 5000
	lb_start
	equal "$(frag 198.18.7.1 "$NET_VIP" 5000 --order 12 --wait 0.3)" "1 silence"
	equal "$(count fragment)" 2
	# The rest came before: the datagram is lost, and comes again in order.
	equal "$(frag 198.18.7.2 "$NET_VIP" 5000 --order 210 --wait 0.3)" "1 silence"
	equal "$(count fragment)" 4
	equal "$(frag 198.18.7.2 "$NET_VIP" 5000 | cut -c1-3,5-)" "1 b 4000"
	equal "$(frag 2001:db8:c::7:2 "$NET_VIP6" 5000 --order 120 --wait 0.3)" "1 silence"
	equal "$(frag 2001:db8:c::7:2 "$NET_VIP6" 5000 --order 021 | cut -c1-3,5-)" "1 b 4000"
	equal "$(count fragment)" 6
}

@test "$MODE: pieces that come twice, late or overlap go to one backend" {
	needs_host
	lb_service4 dns nat 5000 0 | configure
	peers_serve 5000
	lb_start
	equal "$(frag 198.18.7.1 "$NET_VIP" 5000 --order 00112 | cut -c1-3,5-)" "1 b 4000"
	equal "$(frag 198.18.7.2 "$NET_VIP" 5000 --order 0211 | cut -c1-3,5-)" "1 b 4000"
	# Linux takes none that overlap (CVE-2018-5391): all of it is dropped there.
	equal "$(frag 198.18.7.3 "$NET_VIP" 5000 --overlap --wait 0.3)" "1 silence"
	equal "$(count fragment)" 0
	equal "$(metric udplb_packets_total reason=forwarded)" 12
}

@test "$MODE: 10,000 clients in fragments, 40 at a time" {
	local first later

	needs_host
	lb_service4 dns nat 5000 0 | configure
	peers_serve 5000
	lb_start
	frag 198.18.1.0 "$NET_VIP" 5000 --flows 10000 --bytes 2000 --window 40 \
		--wait 1 >"$LB_DIR/answers"
	cat "$LB_DIR/answers"
	lb_scrape
	first=$(metric udplb_fragments_total fragment=first)
	later=$(metric udplb_fragments_total fragment=later)
	# A busy machine may drop packets before they are here, or behind.
	((first > 5000)) || fail "only $first datagrams came"
	equal "$(metric udplb_packets_total reason=forwarded)" $((first + later))
	(($(metric udplb_packets_total reason=fragment) <= 10000 - first)) ||
		fail "fragments whose first one came were left alone"
	(($(awk '/ b. 2000$/ { n += $1 } END { print n }' "$LB_DIR/answers") >= first / 2))
}

@test "$MODE: a reload and a kill -9 between the pieces of a datagram" {
	local sender

	needs_host
	lb_service4 dns nat 5000 0 | configure
	peers_serve 5000
	lb_start
	frag 198.18.7.1 "$NET_VIP" 5000 --flows 20 --pause 2 >"$LB_DIR/answers" 3>&- &
	sender=$!
	sleep 0.7
	# Another service before it: a second instance, with other indices.
	{ lb_service4 other nat 4999 0; lb_service4 dns nat 5000 0; } | configure
	kill -HUP "$LB_PID"
	wait "$sender"
	equal "$(awk '/ b. 4000$/ { n += $1 } END { print n }' "$LB_DIR/answers")" 20
	equal "$(count fragment)" 0
	equal "$(metric udplb_packets_total reason=forwarded)" 60
	frag 198.18.8.1 "$NET_VIP" 5000 --flows 20 --pause 3 >"$LB_DIR/answers" 3>&- &
	sender=$!
	sleep 0.7
	kill -KILL "$LB_PID"
	lb_start
	wait "$sender"
	equal "$(awk '/ b. 4000$/ { n += $1 } END { print n }' "$LB_DIR/answers")" 20
	equal "$(count fragment)" 0
}
