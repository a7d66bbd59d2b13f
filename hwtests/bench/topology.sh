# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# Two namespaces and a cable: generator and sink at one end, what balances at
# the other.  Sourced; uses ../net.sh.
#
#   gen [eth0] ------- [eth0] lb
#
# Everybody behind eth0 of gen, clients and backends, has its MAC address.

NET_PREFIX=${NET_PREFIX:-udplbbench$$}
BENCH=$ROOT/build/hwtests/bench
UDPLB=${UDPLB:-$ROOT/build/udplb}
DEV=eth0
VIP=203.0.113.1
PORT=5000
BACKENDS=16
BACKEND_PORT=5555

# shellcheck source=../net.sh
. "$ROOT/hwtests/net.sh"

backend() { echo "192.0.2.$((16 + $1))"; }

topology_open() {
	local cpus i

	cpus=${QUEUES:-$(nproc)}
	net_host gen
	net_host lb
	# A queue for each CPU: what a CPU sends, it also receives.
	ip -n "$(net_ns gen)" link add "$DEV" numtxqueues "$cpus" \
		numrxqueues "$cpus" type veth peer name "$DEV" \
		netns "$(net_ns lb)" numtxqueues "$cpus" numrxqueues "$cpus"
	net_up gen "$DEV"
	net_up lb "$DEV"
	# Without a program of its own, veth takes frames only with GRO on.
	at lb ethtool -K "$DEV" gro on
	net_address gen 192.0.2.1/24
	net_address lb 192.0.2.2/24
	SINK_MAC=$(net_mac gen)
	LB_MAC=$(net_mac lb)
	net_neighbour 192.0.2.1
	for ((i = 0; i < BACKENDS; i++)); do
		net_neighbour "$(backend "$i")"
	done
	net_route lb default via 192.0.2.1
	at lb sysctl -qw net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.default.send_redirects=0 \
		"net.ipv4.conf.$DEV.send_redirects=0"
}

net_neighbour() {
	ip -n "$(net_ns lb)" neighbour replace "$1" lladdr "$SINK_MAC" \
		dev "$DEV" nud permanent
}

# send OPTION...: the generator's, but for who is where.
send() {
	at gen "$BENCH/bench-send" -d "$DEV" -m "$LB_MAC" -a "$VIP" \
		-p "$PORT" -b "$BACKEND_PORT" -o "$BENCH/traffic.bpf.o" "$@"
}
