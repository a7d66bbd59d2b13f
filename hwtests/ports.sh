# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Two ports of the machine, borrowed and given back; sourced after net.sh, with
# NET_LB_PORT and NET_LB_PEER set.  What they were is kept in PORTS_DIR.
#
# A port that leaves for another namespace loses its addresses, routes, bridge
# or bond, and the devices stacked on it.  The first two can be written down
# and brought back; the others cannot, so a port that has them is never taken.

# Prints why a port is not ours to take at all; nothing if it is.
port_unfit() {
	local link

	if ! link=$(ip -j -d link show dev "$1" 2>/dev/null); then
		echo "there is no interface $1 here; 'ip -br link' lists those" \
			"that are"
		return
	fi
	jq -r --arg port "$1" '.[0] |
		if .link_type == "loopback" then
			"\($port) is the loopback interface"
		elif .master then
			"\($port) belongs to \(.master): " +
			"ip link set \($port) nomaster"
		elif .xdp then
			"\($port) has an XDP program (id \(.xdp.prog.id)): " +
			"remove it first"
		else empty end' <<<"$link"
	# The other end of a veth is its "link", too.
	ip -j -d link show | jq -r --arg port "$1" '[.[] |
		select(.link == $port and .linkinfo.info_kind != "veth") |
		.ifname] | if length == 0 then empty else
			"\(join(", ")) is stacked on \($port), " +
			"and would be lost" end'
}

# Prints what a port is used for; nothing if it is idle.
port_used() {
	if ip -o route show default dev "$1" | grep -q . ||
		ip -6 -o route show default dev "$1" | grep -q .; then
		echo "$1 carries the default route"
	elif [ -n "$(port_addresses "$1")" ]; then
		echo "$1 has addresses ($(port_addresses "$1" | xargs))"
	fi
}

# Those that somebody gave it; an IPv6 host makes others by itself.
port_addresses() {
	ip -j address show dev "$1" | jq -r '.[0].addr_info[] |
		select(.scope != "link" or .family == "inet") |
		select(.family == "inet" or (.dynamic | not)) |
		"\(.local)/\(.prefixlen)"'
}

port_routes() {
	ip "$1" -o route show table main dev "$2" |
		grep -v 'proto \(kernel\|ra\)' |
		sed 's/ \(linkdown\|dead\)//g; s/ expires [^ ]*//'
}

# Those that can be set.
port_features() {
	ethtool -k "$1" 2>/dev/null |
		sed -n 's/^\s*\([a-z0-9-]*\): \(on\|off\)\( \[requested.*\)\?$/\1 \2/p'
}

port_save() {
	local dir=$PORTS_DIR/$1

	mkdir -p "$dir"
	ip -j link show dev "$1" | jq -r '.[0] | .mtu,
		(if .flags | index("UP") then "up" else "down" end)' \
		>"$dir/link"
	port_addresses "$1" >"$dir/addresses"
	port_routes -4 "$1" >"$dir/routes4" || true
	port_routes -6 "$1" >"$dir/routes6" || true
	port_features "$1" >"$dir/features"
}

port_restore() {
	local dir=$PORTS_DIR/$1 mtu state line words

	{ read -r mtu; read -r state; } <"$dir/link"
	# One by one: a driver refuses all of a command for one of them.
	while read -r -a words; do
		ethtool -K "$1" "${words[@]}" >/dev/null 2>&1
	done < <(port_features "$1" | sort | comm -13 - \
		<(sort "$dir/features"))
	ip link set "$1" mtu "$mtu" "$state"
	while read -r line; do
		ip address replace "$line" dev "$1"
	done <"$dir/addresses"
	while read -r -a words; do
		ip -4 route replace "${words[@]}" dev "$1"
	done <"$dir/routes4"
	while read -r -a words; do
		ip -6 route replace "${words[@]}" dev "$1"
	done <"$dir/routes6"
}

ports_save() {
	port_save "$NET_LB_PORT"
	port_save "$NET_LB_PEER"
}

# From wherever they are, also after a run that was cut short.
ports_restore() {
	local port code=0

	lb_clean 2>/dev/null
	net_close 2>/dev/null
	for port in "$NET_LB_PORT" "$NET_LB_PEER"; do
		if ! ip link show dev "$port" >/dev/null 2>&1; then
			say "$port did not come back; see 'ip netns list'"
			code=1
		elif ! port_restore "$port"; then
			say "$port came back, but not all of its settings did"
			code=1
		fi
	done
	return $code
}

port_link() {
	ip -n "$(net_ns "$1")" -j link show dev "$2" |
		jq -e '.[0].flags | index("LOWER_UP")' >/dev/null
}

port_link_word() {
	port_link "$1" "$2" && echo "$2 has a link" || echo "$2 has no link"
}

ports_linked() {
	port_link lb "$NET_LB_PORT" && port_link switch "$NET_LB_PEER"
}

# The ports in the namespaces where net.sh wants them, and nothing else.  A
# frame with a VLAN tag must reach the program like any other.
ports_open() {
	net_host lb
	net_host switch
	ip link set "$NET_LB_PORT" netns "$(net_ns lb)"
	ip link set "$NET_LB_PEER" netns "$(net_ns switch)"
	at lb ethtool -K "$NET_LB_PORT" rx-vlan-filter off >/dev/null 2>&1 ||
		true
	net_up lb "$NET_LB_PORT"
	net_up switch "$NET_LB_PEER"
	net_address lb 192.0.2.2/24 "$NET_LB_PORT"
	net_address switch 192.0.2.1/24 "$NET_LB_PEER"
	net_route lb default via 192.0.2.1
}

# Waits up to $1 seconds; prints what is wrong with the cable, if anything.
ports_cable() {
	if ! net_wait "$1" ports_linked; then
		echo "no cable between $NET_LB_PORT and $NET_LB_PEER:" \
			"$(port_link_word lb "$NET_LB_PORT")," \
			"$(port_link_word switch "$NET_LB_PEER") after $1 s." \
			"Connect the two with one cable (DAC, or transceivers" \
			"and fibre) of a speed and FEC that both can"
	elif ! net_wait 5 at lb ping -nqc1 -W1 192.0.2.1; then
		echo "$NET_LB_PORT and $NET_LB_PEER both have a link, but not" \
			"to each other: no answer from the peer. Connect the" \
			"two with one cable"
	fi
}
