# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2153
#
# IPv6 in the network of net.sh, beside IPv4; sourced after it.
#
#   clients  2001:db8:c::/48, all of it
#   VIP      2001:db8:53::1, which the router has a route for
#   LAN      2001:db8:2::/64: router ::1, lb ::2, backend N ::N0

NET_VIP6=2001:db8:53::1
NET_CLIENTS6=2001:db8:c::/48

net_backend_address6() { echo "2001:db8:2::${1}0"; }

# Nobody asks whether an address is taken, nobody announces routers.
net_host6() {
	at "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 \
		net.ipv6.conf.default.disable_ipv6=0 \
		net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0
	at "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=0" \
		"net.ipv6.conf.$2.accept_dad=0" "net.ipv6.conf.$2.accept_ra=0"
	# A link-local address comes with the link.
	ip -n "$(net_ns "$1")" link set "$2" down
	ip -n "$(net_ns "$1")" link set "$2" up
}

net_address6() {
	ip -n "$(net_ns "$1")" -6 address add "$2" dev "$3" nodad
}

net_route6() {
	local host=$1

	shift
	ip -n "$(net_ns "$host")" -6 route replace "$@"
}

net_open6() {
	local i

	net_host6 router lan
	net_host6 router clients
	at router sysctl -qw net.ipv6.conf.all.forwarding=1
	net_host6 client "$NET_DEV"
	# A local route of clients is enough for IPv4's sockets, not for these.
	at client sysctl -qw net.ipv6.ip_nonlocal_bind=1
	net_host6 lb "$NET_LB_DEV"
	net_address6 router 2001:db8:2::1/64 lan
	net_address6 router 2001:db8:1::1/64 clients
	net_address6 client 2001:db8:1::2/64 "$NET_DEV"
	net_address6 lb 2001:db8:2::2/64 "$NET_LB_DEV"
	net_route6 client default via 2001:db8:1::1
	ip -n "$(net_ns client)" -6 route add local "$NET_CLIENTS6" dev lo
	net_route6 router "$NET_CLIENTS6" via 2001:db8:1::2
	net_route6 router "$NET_VIP6/128" via 2001:db8:2::2
	net_route6 lb default via 2001:db8:2::1
	at lb sysctl -qw "net.ipv6.neigh.$NET_LB_DEV.retrans_time_ms=100"
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_host6 "b$i" "$NET_DEV"
		net_address6 "b$i" "$(net_backend_address6 "$i")/64" "$NET_DEV"
	done
	# What a link that went down has taken along.
	net_route client default via 198.19.0.1
	net_route router "$NET_CLIENTS" via 198.19.0.2
	net_route router "$NET_VIP/32" via 192.0.2.2
	net_route lb default via 192.0.2.1
	net_backends_nat
	net_backends_nat6
	net_wait 20 at lb ping -nqc1 -W1 2001:db8:2::1
	net_wait 10 at client ping -nqc1 -W1 2001:db8:2::1
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_wait 10 at lb ping -nqc1 -W1 "$(net_backend_address6 "$i")"
	done
}

net_backends_nat6() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		ip -n "$(net_ns "b$i")" -6 address del "$NET_VIP6/128" dev lo \
			2>/dev/null || true
		net_route6 "b$i" default via 2001:db8:2::2
	done
}

net_backends_dsr6() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		ip -n "$(net_ns "b$i")" -6 address replace "$NET_VIP6/128" \
			dev lo nodad
		net_route6 "b$i" default via 2001:db8:2::1
	done
}

# NAME FORWARD PORTS BACKEND-PORT [LINE...]: as lb_service, of IPv6.
lb_service6() {
	local name=$1 forward=$2 ports=$3 port=$4 line i

	shift 4
	printf '  - name: %s\n    address: "%s"\n    ports: [%s]\n' "$name" \
		"$NET_VIP6" "$ports"
	printf '    forward: %s\n' "$forward"
	for line; do printf '    %s\n' "$line"; done
	printf '    backends:\n'
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		printf '      - {address: "%s"' "$(net_backend_address6 "$i")"
		[ "$port" = 0 ] || printf ', port: %s' "$port"
		printf '}\n'
	done
}

# The same of IPv4: NAME FORWARD PORTS BACKEND-PORT [LINE...].
lb_service4() {
	local name=$1 forward=$2 ports=$3 port=$4 line i

	shift 4
	printf '  - name: %s\n    address: %s\n    ports: [%s]\n' "$name" \
		"$NET_VIP" "$ports"
	printf '    forward: %s\n' "$forward"
	for line; do printf '    %s\n' "$line"; done
	printf '    backends:\n'
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		printf '      - {address: %s' "$(net_backend_address "$i")"
		[ "$port" = 0 ] || printf ', port: %s' "$port"
		printf '}\n'
	done
}

# The echo server "bN" of both families on every backend.
peers_serve() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		backend_run "$i" "$PEER" serve "b$i" "$1"
	done
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_wait 10 grep -q ready "$LB_DIR/b$i.out"
	done
}
PEER=$(dirname "${BASH_SOURCE[0]}")/peer
ask() { at client "$PEER" ask "$@"; }
