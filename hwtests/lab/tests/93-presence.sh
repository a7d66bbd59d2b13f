# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119,SC2154
# VIPs in the interface's subnets: a router that thinks they are elsewhere, or
# has forgotten, is told; while udplb runs they are this host's.
. /lab/lib.sh
. /lab/daemon.sh
. /lab/routed.sh

VIPS="192.0.2.53 2001:db8:1::53"

# configure_presence INTERVAL
configure_presence() {
	cat >$CONFIG <<-END
		interface: lb0
		metrics: {listen: "$address"}
		presence: {assign: interface, interval: $1}
		services:
	END
	for vip in $VIPS; do
		cat <<-END
			  - address: "$vip"
			    ports: 53
			    forward: dsr
			    backends: [{address: "${vip%53}11", mac: "02:00:00:00:00:11"}]
		END
	done >>$CONFIG
}

# Who the router believes has a VIP.
holder() {
	ip -n r -j neigh show $1 dev lb | jq -r '.[0].lladdr // "nobody"'
}

belongs_to_other() {
	ip -n r neigh replace $1 dev lb lladdr 02:00:00:00:00:99 nud stale
}

mac() { cat /sys/class/net/lb0/address; }

# The router's entries of both VIPs become right.
found() {
	for vip in $VIPS; do
		check "$1: $vip" becomes 20 "$(mac)" holder $vip
	done
}

# The VIPs among lb0's addresses, with the length of their prefix.
assigned() {
	ip -j addr show dev lb0 |
		jq -r '.[0].addr_info[] | "\(.local)/\(.prefixlen)"' |
		grep -E '^(192.0.2.53|2001:db8:1::53)/' | xargs echo
}

build_network
configure_presence off
for vip in $VIPS; do
	belongs_to_other $vip
done
check "starts" start
found "taken over at the start"
is "assigned" "192.0.2.53/32 2001:db8:1::53/128" "$(assigned)"
for vip in $VIPS; do
	check "$vip answers ping" at c busybox ping -q -c 1 -W 5 $vip
done
is "the program has answered" 2 "$(passed echoed)"

ip link set lb0 address 02:00:00:00:00:77
found "another MAC address"

# A router that learns from announcements forgets when the link goes.
at r busybox sysctl -qw net.ipv4.conf.lb.arp_accept=1 \
	net.ipv6.conf.lb.accept_untracked_na=1
ip -n r link set lb down
ip -n r neigh flush dev lb
ip -n r addr add 2001:db8:1::1/64 dev lb nodad 2>/dev/null
is "without the link nobody is known" "nobody nobody" \
	"$(for vip in $VIPS; do holder $vip; done | xargs echo)"
ip -n r link set lb up
found "the link comes back"
stop
is "withdrawn" "" "$(assigned)"

configure_presence 1s
check "with an interval: starts" start
found "at the start"
for vip in $VIPS; do
	belongs_to_other $vip
done
found "a second later"
stop KILL
is "killed, the addresses stay" "192.0.2.53/32 2001:db8:1::53/128" \
	"$(assigned)"
