# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A network to balance in, made of namespaces; sourced by the tests and the
# demo.
#
#   client ---- router ----+
#                          |
#          lb -------------+ switch (a bridge in a namespace of its own)
#                          |
#          b1  b2  b3 -----+
#
# The balancer has one port: XDP sends a packet out where it came in.
#
#   client   198.18.0.0/16, all of it: any number of clients
#   VIP      203.0.113.1, which the router has a route for, to the balancer
#   LAN      192.0.2.0/24: router .1, lb .2, backend N .10+N
#
# Backends answer through the balancer (nat) or hold the VIP themselves and
# answer past it (dsr): net_backends_nat, net_backends_dsr.
#
# NET_LB_PORT and NET_LB_PEER, two ports of the machine that are cabled to each
# other, take the place of the veth pair between lb and switch.
#
# What veth needs to behave like a NIC:
# - What XDP_TX sends lies in the peer's ring until something else wakes it,
#   unless the peer has an XDP program, too (veth_xdp_flush() in
#   drivers/net/veth.c).  So the switch's end has one that passes everything.
# - Its sockets leave UDP checksums to a NIC that is not there; a program that
#   updates a checksum needs a whole one, so "tx off" on every host.

NET_PREFIX=${NET_PREFIX:-udplb$$}
NET_VIP=203.0.113.1
NET_CLIENTS=198.18.0.0/16
NET_BACKENDS=3
NET_DEV=eth0			# of client and backends
NET_LB_DEV=${NET_LB_PORT:-eth0}	# of the balancer
NET_LB_PEER_DEV=${NET_LB_PEER:-lb}	# of the switch, towards it
NET_PASS=$(dirname "${BASH_SOURCE[0]}")/../build/hwtests/pass.bpf.o

net_ns() { echo "$NET_PREFIX-$1"; }

# In a host's network, with everything else (/sys/fs/bpf above all) as it is:
# "ip netns exec" would hide that.
at() {
	local host=$1

	shift
	nsenter --net="/run/netns/$NET_PREFIX-$host" -- "$@"
}

net_backend_address() { echo "192.0.2.$((10 + $1))"; }

net_mac() {
	at "$1" ip -j link show dev "${2:-$NET_DEV}" | jq -r '.[0].address'
}

# How much slower this machine may be now than a quiet one: a CPU's work is shared
# by so many, at most 20.
net_slow() {
	local load

	read -r load _ </proc/loadavg
	load=$((1 + ${load%.*} / $(nproc)))
	echo $((load < 20 ? load : 20))
}

# Waits for the command in "$@" to succeed: up to $1 seconds on a quiet machine.
net_wait() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000 * $(net_slow)))

	shift
	until "$@" >/dev/null 2>&1; do
		((${EPOCHREALTIME/./} < end)) || return 1
		sleep 0.02
	done
}

net_host() {
	local ns

	ns=$(net_ns "$1")
	ip netns add "$ns"
	# IPv6 would send packets of its own, and we count every one.
	at "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	ip -n "$ns" link set lo up
}

# A cable: host, device, peer host, peer device.
net_cable() {
	ip -n "$(net_ns "$1")" link add "$2" type veth peer name "$4" \
		netns "$(net_ns "$3")"
}

net_up() {
	at "$1" ethtool -K "$2" tx off rxvlan off txvlan off \
		>/dev/null 2>&1 || true
	ip -n "$(net_ns "$1")" link set "$2" up
}

net_address() {
	ip -n "$(net_ns "$1")" address add "$2" dev "${3:-$NET_DEV}"
}

net_route() {
	local host=$1

	shift
	ip -n "$(net_ns "$host")" route replace "$@"
}

net_plug() {
	ip -n "$(net_ns switch)" link set "$1" master br0
	net_up switch "$1"
}

# An XDP program that passes everything, and is not udplb's.
net_pass_program() {
	[ ! -e "$NET_PASS" ] || return 0
	mkdir -p "$(dirname "$NET_PASS")"
	"${BPF_CC:-clang}" -O2 -g -target bpf -c -o "$NET_PASS" \
		"$(dirname "${BASH_SOURCE[0]}")/pass.bpf.c"
}

# On or off: what a veth as the balancer's port needs at its other end.
net_pass() {
	at lb ethtool -i "$NET_LB_DEV" | grep -q 'driver: veth' || return 0
	net_pass_program
	if [ "$1" = on ]; then
		ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" \
			xdpdrv obj "$NET_PASS" sec xdp
	else
		ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" xdpdrv off
	fi
}

net_switch() {
	net_host switch
	# Forwards from the start, and learns where everybody is.
	ip -n "$(net_ns switch)" link add br0 type bridge forward_delay 0 \
		stp_state 0 mcast_snooping 0
	ip -n "$(net_ns switch)" link set br0 up
}

net_lb() {
	net_host lb
	if [ -n "${NET_LB_PORT:-}" ]; then
		ip link set "$NET_LB_PORT" netns "$(net_ns lb)"
		ip link set "$NET_LB_PEER" netns "$(net_ns switch)"
	else
		net_cable lb "$NET_LB_DEV" switch "$NET_LB_PEER_DEV"
	fi
	net_plug "$NET_LB_PEER_DEV"
	net_pass on
	net_up lb "$NET_LB_DEV"
	net_address lb 192.0.2.2/24 "$NET_LB_DEV"
	net_route lb default via 192.0.2.1
	# How long the kernel waits for each of the ucast_solicit = 3 answers
	# before it gives a neighbour up.  The default of 1000 ms makes that
	# three seconds; on a LAN 100 ms are plenty.
	at lb sysctl -qw "net.ipv4.neigh.$NET_LB_DEV.retrans_time_ms=100"
}

net_router() {
	net_host router
	at router sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.default.send_redirects=0
	net_cable router lan switch router
	net_plug router
	net_up router lan
	net_address router 192.0.2.1/24 lan
	net_host client
	net_cable client "$NET_DEV" router clients
	net_up client "$NET_DEV"
	net_up router clients
	net_address client 198.19.0.2/24
	net_address router 198.19.0.1/24 clients
	net_route client default via 198.19.0.1
	# Every address of it is the client's own.
	ip -n "$(net_ns client)" route add local "$NET_CLIENTS" dev lo
	net_route router "$NET_CLIENTS" via 198.19.0.2
	net_route router "$NET_VIP/32" via 192.0.2.2
}

net_backend() {
	net_host "b$1"
	net_cable "b$1" "$NET_DEV" switch "b$1"
	net_plug "b$1"
	net_up "b$1" "$NET_DEV"
	net_address "b$1" "$(net_backend_address "$1")/24"
	# Who answers for an address is told by that address alone.
	at "b$1" sysctl -qw net.ipv4.conf.all.arp_ignore=1 \
		net.ipv4.conf.all.arp_announce=2
}

net_backends_nat() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		ip -n "$(net_ns "b$i")" address del "$NET_VIP/32" dev lo \
			2>/dev/null || true
		net_route "b$i" default via 192.0.2.2
	done
}

net_backends_dsr() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		ip -n "$(net_ns "b$i")" address replace "$NET_VIP/32" dev lo
		net_route "b$i" default via 192.0.2.1
	done
}

# A backend's cable is pulled, and put back.
net_unplug() { ip -n "$(net_ns switch)" link set "b$1" down; }
net_replug() { ip -n "$(net_ns switch)" link set "b$1" up; }

net_open() {
	local i

	net_switch
	net_lb
	net_router
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_backend "$i"
	done
	net_backends_nat
	# Everybody's carrier is there, and every neighbour known.
	net_wait 20 at lb ping -nqc1 -W1 192.0.2.1 # a real link takes its time
	net_wait 10 at client ping -nqc1 -W1 192.0.2.1
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_wait 10 at lb ping -nqc1 -W1 "$(net_backend_address "$i")"
	done
}

net_list() {
	ip netns list |
		awk -v p="$NET_PREFIX-" 'index($1, p) == 1 { print $1 }'
}

# Processes first: a namespace lives on as long as one is in it.
net_close() {
	local ns pid kind

	# A file that is skipped has opened none.
	[ -n "$(net_list)" ] || return 0
	while read -r ns; do
		for pid in $(ip netns pids "$ns"); do
			kill -KILL "$pid" 2>/dev/null || true
		done
	done < <(net_list)
	if [ -n "${NET_LB_PORT:-}" ]; then
		# A udplb that was killed has left its program at work.
		for kind in xdpdrv xdpgeneric xdpoffload; do
			ip -n "$(net_ns lb)" link set "$NET_LB_PORT" $kind off \
				2>/dev/null || true
		done
		net_pass off || true
		ip -n "$(net_ns lb)" link set "$NET_LB_PORT" netns $$ || true
		ip -n "$(net_ns switch)" link set "$NET_LB_PEER" netns $$ ||
			true
	fi
	while read -r ns; do
		ip netns del "$ns"
	done < <(net_list)
}

# A UDP counter of a host's (InDatagrams: what sockets took, InCsumErrors: what
# was refused): the kernel's own count, which knows nothing of the balancer.
net_udp_counter() {
	# shellcheck disable=SC2016
	at "$1" awk -v name="$2" '/^Udp:/ {
		if (!n) { for (n = 2; n <= NF; n++) if ($n == name) col = n }
		else print $col }' /proc/net/snmp
}
net_udp_received() { net_udp_counter "$1" InDatagrams; }

# How many packets the kernel has dropped here, where no balancer decides: in full
# queues of this machine's CPUs, of cables and of sockets, which on a busy machine
# another's packets fill.  What XDP drops is in none of these.
net_dropped() {
	"${BASH_SOURCE[0]%/*}/../build/hwtests/dropped" \
		/run/netns/"$NET_PREFIX"-*
}
