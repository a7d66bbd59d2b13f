#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# What nobody can have sent is dropped (EmbarkStudios/quilkin#320), and what was
# sent to another host is that host's to balance, though a port that listens to
# everything shows it (xdp-project/xdp-tutorial#186).
#   MODE=drv|skb bats -t hwtests/suites/sources.bats

bats_require_minimum_version 1.5.0
load common

OTHER=02:00:00:00:00:99

# Besides: lb2, another balancer, whose place the switch has forgotten.
setup_file() {
	! host_only "the host's program does this" || return 0
	net_open
	net_host lb2
	net_cable lb2 "$NET_DEV" switch lb2
	net_plug lb2
	ip -n "$(net_ns lb2)" link set "$NET_DEV" address $OTHER
	net_up lb2 "$NET_DEV"
	net_address lb2 192.0.2.3/24
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	[ -z "${SKIP_FILE:-}" ] || skip "$SKIP_FILE"
	net_backends_nat
	backends_serve 5000
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	at lb ip link set "$NET_LB_DEV" promisc off
	at lb ip link del vrrp.7 2>/dev/null || true
	net_route router "$NET_VIP/32" via 192.0.2.2
	at router ip neigh del 192.0.2.3 dev lan 2>/dev/null || true
}

start() {
	{ echo "services:"; lb_service echo flow "$1" 5000 0; } | lb_config "$MODE"
	lb_start
}

# forge DESTINATION-MAC SOURCE...: one datagram of each to the service.
forge() {
	at router python3 - "$@" <<-'END'
		import socket, struct, sys
		def sum16(data):
		    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
		    while total >> 16:
		        total = (total & 0xffff) + (total >> 16)
		    return ~total & 0xffff
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("lan", 0))
		for source in sys.argv[2:]:
		    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 36, 7, 0, 64, 17, 0,
		                       socket.inet_aton(source), socket.inet_aton("203.0.113.1"))
		    head = head[:10] + struct.pack("!H", sum16(head)) + head[12:]
		    frame = bytes.fromhex(sys.argv[1].replace(":", "")) + bytes.fromhex("0200000000fe0800")
		    s.send(frame + head + struct.pack("!HHHH", 4000, 5000, 16, 0) + bytes(8))
	END
}

count() { metric_now udplb_packets_total "reason=$1"; }
counted() { [ "$(count "$1")" -ge "$2" ]; }

# REASON MAC SOURCE: one datagram after another, until one is that: the daemon
# hears of addresses when it has its turn.
becomes() {
	local before

	before=$(count "$1")
	is_so() {
		forge "$2" "$3"
		counted "$1" $((before + 1))
	}
	net_wait 20 is_so "$@" || fail "never $1"
}

@test "$MODE: forged sources are dropped, and counted" {
	start nat
	# A subnet of ours, and an address that it gets later.
	forge "$(net_mac lb)" 127.0.0.1 0.0.0.0 0.1.2.3 224.0.0.1 239.1.1.1 \
		255.255.255.255 "$NET_VIP" 192.0.2.2 192.0.2.255 198.18.0.1 240.0.0.1
	net_wait 5 counted bad_source 9
	equal "$(count bad_source)" 9
	equal "$(count forwarded)" 2
	at lb ip address add 198.18.7.7/32 dev lo
	becomes bad_source "$(net_mac lb)" 198.18.7.7
	at lb ip address del 198.18.7.7/32 dev lo
}

@test "$MODE: dsr: addresses of this host are no sources either" {
	net_backends_dsr
	start dsr
	forge "$(net_mac lb)" 192.0.2.2 "$NET_VIP" 198.18.0.1
	net_wait 5 counted bad_source 2
	equal "$(count bad_source)" 2
	equal "$(count forwarded)" 1
}

@test "$MODE: a promiscuous port: what was for another balancer is left to it" {
	net_backends_dsr
	start dsr
	at lb ip link set "$NET_LB_DEV" promisc on
	forge $OTHER 198.18.0.1 198.18.0.2
	net_wait 5 counted not_our_mac 2
	equal "$(count not_our_mac)" 2
	equal "$(count forwarded)" 0
	# Its address was not seen on our port.
	run -1 sh -c "nsenter --net=/run/netns/$NET_PREFIX-switch bridge fdb show br br0 |
		grep -v permanent | grep '$OTHER dev lb '"
	flows -n 20 5000
	equal "$(told answered)" 20
}

@test "$MODE: virtual addresses (VRRP) that come and go are ours meanwhile" {
	local vrrp=00:00:5e:00:01:07

	net_backends_dsr
	start dsr
	at lb ip link set "$NET_LB_DEV" promisc on
	forge $vrrp 198.18.0.1
	net_wait 5 counted not_our_mac 1
	at lb ip link add vrrp.7 link "$NET_LB_DEV" address $vrrp type macvlan mode private
	at lb ip link set vrrp.7 up
	becomes forwarded $vrrp 198.18.0.1
	others=$(count not_our_mac)
	forge $vrrp 198.18.0.1 198.18.0.2
	net_wait 5 counted forwarded 3
	equal "$(count not_our_mac)" "$others"
	at lb ip link del vrrp.7
	becomes not_our_mac $vrrp 198.18.0.1
	at lb ip link set "$NET_LB_DEV" address 02:00:00:00:00:77
	becomes forwarded 02:00:00:00:00:77 198.18.0.3
}
