# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Sticky flows: the firmware that exists gives programs no map_update, so no card
# can remember one.  The host does, or the user learns why not.  On a card that
# had it, the program would remember them, and the daemon count and forget them.
. /lab/lib.sh
. /lab/daemon.sh

cable() {
	echo 1 >/proc/sys/net/ipv6/conf/wire0/disable_ipv6
	echo 1 >/proc/sys/net/ipv6/conf/nfp0/disable_ipv6
	ip link set wire0 up
	ip addr add 198.18.0.1/32 dev wire0
	ip addr add 198.18.0.2/32 dev wire0
	ip route add 192.0.2.53/32 dev wire0 src 198.18.0.1
	ip neigh add 192.0.2.53 dev wire0 \
		lladdr "$(cat /sys/class/net/nfp0/address)"
}

# send SOURCE FLOWS: to the VIP, without waiting for answers.
send() { udpflows send -q -m $2 -a $1 192.0.2.53 53 >/dev/null; }

packets() {
	metric udplb_backend_packets_total "backend=\"192.0.2.$1\""
}
both() { echo $(($(packets 11) + $(packets 12))); }
flows() { metric udplb_flows 'service="dns"'; }
of_first() { metric udplb_backend_flows 'backend="192.0.2.11"'; }
drained() { metric udplb_backend_draining 'backend="192.0.2.11"'; }

card
configure nfp0 auto "sticky: 5" "ring_size: 64"
check "auto: a sticky service" start
is "runs in the driver" xdp "$(running nfp0)"
refused_mode "no map_update" hw "[nfp] map_update: not supported by FW"
stop
configure nfp0 hw "sticky: 5" "ring_size: 64"
does_not_start "hw: a sticky service" "[nfp] map_update: not supported by FW"

card $RICH
cable
check "hw, with map_update: a sticky service" start
is "on the card" xdpoffload "$(running nfp0)"
send 198.18.0.1 60
check "60 packets" becomes 20 60 both
first=$(packets 11)
check "both backends have some" [ $first -gt 0 -a $first -lt 60 ]
check "60 flows" becomes 20 60 flows
is "as many with the first as it had packets" $first "$(of_first)"

sed -i 's/192.0.2.11,/& drain: true,/' $CONFIG
kill -HUP $pid
check "the first one is drained" becomes 20 1 drained
send 198.18.0.1 60
check "60 packets more" becomes 20 120 both
is "its flows stay" $((2 * first)) "$(packets 11)"
send 198.18.0.2 60
check "60 of new flows" becomes 20 180 both
is "none of them is its" $((2 * first)) "$(packets 11)"
check "they become idle" becomes 60 0 flows
said "the daemon" "192.0.2.11 is drained and has no more flows"
send 198.18.0.1 60
check "60 packets again" becomes 20 240 both
is "and then none stays" $((2 * first)) "$(packets 11)"
is "no flow without a place" 0 "$(metrics |
	sed -n 's/^udplb_flows_full_total{.*} //p')"
check "ends with exit code 0" stop
