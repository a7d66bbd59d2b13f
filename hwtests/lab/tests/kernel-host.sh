# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086
# This kernel's verifier and driver hooks take every object, and the daemon serves
# real packets on a veth in each mode.  For lab-kernels.
. /lab/lib.sh
. /lab/daemon.sh

far() { /bin/ip netns exec far "$@"; }

# A cable to a sender.  What is sent back lies in a ring until its end is woken,
# unless that has an XDP program, too: this one counts.
cable() {
	insmod /lib/modules/veth.ko
	ip netns add far
	echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
	far busybox sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link add veth0 type veth peer name veth1 netns far
	ip link set veth0 up
	ip -n far link set veth1 up
	ip -n far addr add 198.51.100.7/24 dev veth1
	ip -n far route add 192.0.2.53 dev veth1
	ip -n far neigh add 192.0.2.53 dev veth1 nud permanent \
		lladdr "$(cat /sys/class/net/veth0/address)"
	far ethtool -K veth1 tx off >/dev/null 2>&1
}

counted() { metric udplb_service_packets_total 'service="dns"'; }

# serves_in MODE RUNS-AS
serves_in() {
	local before served=false

	configure veth0 $1
	if start; then
		before=$(foreign_saw)
		far udpflows send -q -m 40 -a 198.51.100.7 192.0.2.53 53 \
			>/dev/null
		is "$1: runs as" "$2" "$(running veth0)"
		is "$1: all 40 packets are counted" 40 "$(counted)"
		is "$1: all come back, to their backends" $((before + 40)) \
			"$(foreign_saw)"
		served=true
		check "$1: ends" stop
		is "$1: and leaves nothing" "" "$(running veth0)"
	else
		not_ok "$1: the daemon serves, alone on its interface"
	fi
	echo "{\"mode\": \"$1\", \"serves\": $served}" >>"$RESULTS/daemon.json"
}

cable
loads -jq -i veth0 /lab >"$RESULTS/host.json" 2>/tmp/why
is "every object loads and attaches, timed and not, in drv and skb" 0 $?
sed 's/^/# /' /tmp/why
jq -c '[.object, .program, .verified]' "$RESULTS/host.json" | sed 's/^/# /'

ip -n far link set veth1 xdpdrv obj $FOREIGN sec xdp
serves_in drv xdp
serves_in skb xdpgeneric
serves_in auto xdp
ip -n far link set veth1 xdpdrv off

ip netns del far
becomes 5 0 eval 'ls /sys/class/net | grep -c veth0'
check "veth can be removed" rmmod veth
