#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Whom a service serves, and what becomes of what is malformed.
#   MODE=drv|skb|hw bats -t hwtests/suites/filter.bats

bats_require_minimum_version 1.5.0
load common6

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	net_backends_nat6
}

served() { ask "$1" "$2" 5000 --wait "${3:-2}" | grep '^b[123] '; }
denied() { [ "$(ask "$1" "$2" 5000 --wait 0.2)" = silence ]; }

@test "$MODE: deny, and allow within it: the longest prefix decides" {
	lb_service4 echo nat 5000 5555 "deny: [198.18.64.0/18]" \
		"allow: [198.18.65.0/24, 0.0.0.0/0]" | configure
	peers_serve 5555
	lb_start
	served 198.18.1.1 "$NET_VIP"
	denied 198.18.64.1 "$NET_VIP"
	denied 198.18.127.254 "$NET_VIP"
	served 198.18.65.9 "$NET_VIP"
	served 198.18.128.1 "$NET_VIP"
	equal "$(metric_now udplb_packets_total reason=denied action=drop)" 2
	equal "$(metric udplb_packets_total reason=forwarded)" 3
}

@test "$MODE: allow alone: nobody else is served, of either family" {
	{
		lb_service4 four nat 5000 5555 "allow: [198.18.7.7/32]"
		lb_service6 six nat 5000 5555 "allow: ['2001:db8:c:7::/64']" \
			"deny: ['2001:db8:c:7::bad/128']"
	} | configure
	peers_serve 5555
	lb_start
	served 198.18.7.7 "$NET_VIP"
	denied 198.18.7.6 "$NET_VIP"
	served 2001:db8:c:7::1 "$NET_VIP6"
	denied 2001:db8:c:7::bad "$NET_VIP6"
	denied 2001:db8:c:8::1 "$NET_VIP6"
	equal "$(metric_now udplb_packets_total reason=denied)" 3
}

@test "$MODE: other lists by SIGHUP are in force at once" {
	lb_service4 echo nat 5000 5555 "deny: [198.18.1.1/32]" | configure
	peers_serve 5555
	lb_start
	denied 198.18.1.1 "$NET_VIP"
	served 198.18.1.2 "$NET_VIP"
	lb_service4 echo nat 5000 5555 "deny: [198.18.1.2/32]" | configure
	kill -HUP "$LB_PID"
	net_wait 10 lb_said 'Reloaded'
	served 198.18.1.1 "$NET_VIP"
	denied 198.18.1.2 "$NET_VIP"
}

# UDP lengths that the packet does not have; a raw socket makes the IP header.
malformed() {
	at client python3 - "$NET_VIP" 5000 "$1" <<-'END'
		import socket, struct, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
		packet = struct.pack("!HHHH", 20000, int(sys.argv[2]), 99, 0) + b"x"
		for _ in range(int(sys.argv[3])):
		    s.sendto(packet, (sys.argv[1], 0))
	END
}

@test "$MODE: what is malformed goes to the kernel, or where the service says so, nowhere" {
	lb_service4 echo nat 5000 5555 | configure
	lb_start
	malformed 4
	equal "$(metric_now udplb_packets_total reason=bad_udp_length action=pass)" 4
	lb_service4 echo nat 5000 5555 "malformed: drop" | configure
	kill -HUP "$LB_PID"
	net_wait 10 lb_said 'Reloaded'
	malformed 3
	equal "$(metric_now udplb_packets_total reason=malformed action=drop)" 3
	equal "$(metric udplb_packets_total reason=bad_udp_length)" 4
}
