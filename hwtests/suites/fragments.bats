#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Datagrams that do not fit into a packet.
#   MODE=drv|skb|hw bats -t hwtests/suites/fragments.bats

bats_require_minimum_version 1.5.0
load common6

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

@test "$MODE: balance source, nat: 4,000 bytes are reassembled by one backend" {
	lb_service4 echo nat 5000 0 "balance: source" | configure
	peers_serve 5000
	lb_start
	reassembled 198.18.7. "$NET_VIP"
}

@test "$MODE: balance source, dsr: 4,000 bytes are reassembled by one backend" {
	net_backends_dsr
	lb_service4 echo dsr 5000 0 "balance: source" | configure
	peers_serve 5000
	lb_start
	reassembled 198.18.7. "$NET_VIP"
}

@test "$MODE: balance source, IPv6: 4,000 bytes are reassembled by one backend" {
	net_backends_dsr6
	lb_service6 echo dsr 5000 0 "balance: source" | configure
	peers_serve 5000
	lb_start
	reassembled 2001:db8:c::7: "$NET_VIP6"
}

@test "$MODE: balance flow: fragments are left to the kernel, and counted" {
	lb_service4 echo nat 5000 0 | configure
	peers_serve 5000
	lb_start
	equal "$(ask 198.18.7.1 "$NET_VIP" 5000 --bytes 4000 --wait 0.5)" silence
	equal "$(metric_now udplb_packets_total reason=fragment action=pass)" 3
	equal "$(metric udplb_packets_total reason=forwarded)" 0
}
