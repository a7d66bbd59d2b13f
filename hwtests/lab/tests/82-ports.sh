# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Both ports of the card at work: two programs and their maps on one chip, each
# port with packets, counters and an end of its own.
. /lab/lib.sh
. /lab/daemon.sh

counter() { ethtool -S $1 | awk -v name="$2:" '$1 == name { print $2 }'; }
far() { /bin/ip netns exec far "$@"; }
wire() { far busybox cat /sys/class/net/wire$1/statistics/$2; }
in_use() { echo $(($(sent alloc) - $(sent free))); }

# cable PORT: its wire leads to the VIP, and nothing else leaves on it.  Another
# host's end, as nobody may send from an address of the balancer's.
cable() {
	echo 1 >/proc/sys/net/ipv6/conf/nfp$1/disable_ipv6
	ip link set wire$1 netns far
	ip -n far link set wire$1 up
	ip -n far addr add 198.18.$1.1/32 dev wire$1
	ip -n far route add 192.0.2.5$1/32 dev wire$1 src 198.18.$1.1
	ip -n far neigh add 192.0.2.5$1 dev wire$1 \
		lladdr "$(cat /sys/class/net/nfp$1/address)"
}

# serve_on PORT MODE: a daemon with a VIP of its own, as $pid.
serve_on() {
	address=127.0.0.1:800$1
	LOG=/tmp/daemon$1.log
	CONFIG=/tmp/udplb$1.yaml
	configure nfp$1 $2 "ring_size: 64"
	sed -i "s/192.0.2.53/192.0.2.5$1/" $CONFIG
	start
}

# traffic PORT PACKETS: to the VIP, without waiting for answers.
traffic() {
	far udpflows send -q -m $2 -a 198.18.$1.1 192.0.2.5$1 53 >/dev/null
}

forwarded() {
	address=127.0.0.1:800$1
	metric udplb_packets_total 'reason="forwarded"'
}

card
ip link set nfp1 up
ip netns add far
far busybox sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
	net.ipv6.conf.default.disable_ipv6=1
cable 0
cable 1
check "the first port serves" serve_on 0 hw
first=$pid
one=$(in_use)
check "the second port serves" serve_on 1 hw
second=$pid
is "both on the card" "xdpoffload xdpoffload" "$(running nfp0) $(running nfp1)"
is "with maps of their own" $((2 * one)) "$(in_use)"

sent0=$(wire 0 tx_bytes) sent1=$(wire 1 tx_bytes)
for _ in 1 2 3 4 5 6 7 8 9 10; do
	traffic 0 70
	traffic 1 50
done
check "all of the first port's packets went through" becomes 20 700 forwarded 0
check "all of the second's" becomes 20 500 forwarded 1
for port in 0 1; do
	sent=$(($(wire $port tx_bytes) - sent$port))
	is "port $port: ethtool counts what the program sent" \
		"$(forwarded $port)" "$(counter nfp$port bpf_app2_pkts)"
	is "port $port: to the byte" $sent "$(counter nfp$port bpf_app2_bytes)"
	is "port $port: so do the metrics" $sent \
		"$(address=127.0.0.1:800$port
		metric udplb_bytes_total 'reason="forwarded"')"
	is "port $port: nothing was passed or dropped" "0 0" \
		"$(counter nfp$port bpf_pass_pkts) $(counter nfp$port bpf_app1_pkts)"
	is "port $port: all of it is on the wire again" \
		"$(forwarded $port)" "$(wire $port rx_packets)"
done

pid=$first
check "the first port ends" stop
# The kernel frees maps in its own time.
check "its maps are gone, the other's are not" becomes 20 $one in_use
traffic 1 100
check "the second port goes on" becomes 20 600 forwarded 1

# One port on the card, the other in the host: the same packets.
for mode in drv skb; do
	check "the first port serves in mode $mode" serve_on 0 $mode
	first=$pid before=$(wire 0 rx_packets)
	traffic 0 300
	check "$mode: all went through" becomes 20 300 forwarded 0
	is "$mode: and onto the wire" $((before + 300)) "$(wire 0 rx_packets)"
	is "$mode: past the card" 700 "$(counter nfp0 bpf_app2_pkts)"
	pid=$first
	stop
done

# What changes on a port that runs a program.
ip link set nfp1 down
is "without its link nothing arrives" 600 "$(traffic 1 5; forwarded 1)"
ip link set nfp1 up
traffic 1 50
check "with it all is as before" becomes 20 650 forwarded 1
# nfp_bpf_offload_check_mtu(): the program looks at the first bytes only.
check "it may have jumbo frames" ip link set nfp1 mtu 9000
traffic 1 50
check "and the program goes on" becomes 20 700 forwarded 1
pid=$second
check "the second port ends" stop
check "nothing is left" becomes 20 0 in_use
