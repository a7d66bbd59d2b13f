# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2046,SC2086,SC2119,SC2154
# Tunnels, taken apart by other kernels; each tunnel has a backend of its own,
# which is set up as doctor says, and by nothing else.
. /lab/lib.sh
. /lab/daemon.sh
. /lab/routed.sh

FLOWS=8
PACKETS=16 # of a tunnel: two of each flow
TOS=0xba   # DSCP EF, ECT(0)
SIZE=200

backends_of() { echo "$TUNNELS" | awk -v RS=' ' -v t=$1 '$1 == t { print NR }'; }

# What leaves the balancer, but for its search for neighbours.
watch() {
	rm -f /tmp/tcpdump.err
	at r tcpdump -Z root -i lb -Q in -s 400 -B 4096 \
		-U -w /tmp/seen.pcap -c $((PACKETS * 8)) \
		"not arp and not icmp6 and not ip6 multicast" \
		2>/tmp/tcpdump.err &
	tcpdump=$!
	until grep -qs listening /tmp/tcpdump.err; do
		kill -0 $tcpdump || return 1
		sleep 0.1
	done
}

# As text, each packet on a line.
watched() {
	becomes 20 gone ended || sed 's/^/# tcpdump: /' /tmp/tcpdump.err
	kill $tcpdump 2>/dev/null
	wait $tcpdump
	tcpdump -Z root -r /tmp/seen.pcap -nvvt 2>/dev/null | awk '
		/^IP/ && NR > 1 { printf "\n" }
		{ sub(/^ +/, ""); printf "%s ", $0 }
		END { print "" }' >/tmp/seen
}

ended() { kill -0 $tcpdump 2>/dev/null || echo gone; }

# headers TUNNEL: how its packets have to look, but for what flows differ in.
headers() {
	local length=$((SIZE + 28)) from=SPREAD to

	! is_inner6 $1 || length=$((SIZE + 48))
	to=$(backend $1 $(backends_of $1))
	case $1 in
	gue*)
		set -- $1 "UDP (17)"
		length=$((length + 8)) from=$LB4.Q to=$to.6080
		! is_outer6 $1 || from=$LB6.Q
		;;
	ipip4*) set -- $1 "IPIP (4)" ;;
	ipip6*) set -- $1 "IPv6 (41)" ;;
	esac
	if is_outer6 $1; then
		printf 'IP6 (class 0xba, flowlabel L, hlim 64, '
		printf 'next-header %s payload length: %d) ' "$2" $length
	else
		printf 'IP (tos 0xba,ECT(0), ttl 64, id 0, offset 0, flags [DF], '
		printf 'proto %s, length %d) ' "$2" $((length + 20))
	fi
	printf '%s > %s: ' $from $to
	case $1 in
	gue*) echo "[no cksum] UDP, length $((length - 8)) " ;;
	*) inner $1 ;;
	esac
}

inner() {
	if is_inner6 $1; then
		printf 'IP6 (class 0xba, flowlabel L, hlim 62, '
		printf 'next-header UDP (17) payload length: %d) ' $((SIZE + 8))
	else
		printf 'IP (tos 0xba,ECT(0), ttl 62, id N, offset 0, flags [DF], '
		printf 'proto UDP (17), length %d) ' $((SIZE + 28))
	fi
	printf '%s.P > %s.%s: ' $(client $1) $(vip $1) $PORT
	echo "[udp sum ok] UDP, length $SIZE "
}

# What flows differ in; tcpdump does not expect RFC 6935.
alike() {
	sed -e 's/flowlabel 0x[0-9a-f]*/flowlabel L/g' \
		-e 's/ id [1-9][0-9]*/ id N/' \
		-e 's/\.2000[0-7] > /.P > /' \
		-e 's/\.\(49\|5.\|6.\)[0-9]\{3\} > /.Q > /' \
		-e "s/) $1 > /) SPREAD > /" \
		-e 's/\[bad udp cksum 0x0000 -> 0x[0-9a-f]*!\]/[no cksum]/'
}

different() { sort -u | wc -l; }

outer_sources() { sed 's/ > .*//; s/.* //' /tmp/packets; }

flow_labels() { sed 's/[^,]*flowlabel \([^,]*\).*/\1/' /tmp/packets; }

# ask_all MODE
ask_all() {
	for tunnel in $TUNNELS; do
		is "$1: $tunnel: answers" \
			"$PACKETS b: $SIZE bytes, ttl 62, tos $((TOS)), answer 900" \
			"$(ask $tunnel -m $FLOWS -n 2 -t $TOS -s $SIZE -a 900 |
				uniq -c | sed 's/^ *//')"
		is "$1: $tunnel: counted" $PACKETS \
			"$(metric udplb_service_packets_total \
				"service=\"$tunnel\"")"
	done
}

# look MODE SOURCE4 SOURCE6 IPIP-SOURCES: at what left the balancer.
look() {
	local mode=$1 last=0 source sources

	for tunnel in $TUNNELS; do
		last=$((last + PACKETS))
		head -n $last /tmp/seen | tail -n $PACKETS >/tmp/packets
		source=$2 sources=$4
		! is_outer6 $tunnel || source=$3
		case $tunnel in gue*) sources=$FLOWS ;; esac
		is "$mode: $tunnel: headers" "$(headers $tunnel)" \
			"$(alike "$source" </tmp/packets | sort -u)"
		is "$mode: $tunnel: outer sources of $FLOWS flows" $sources \
			"$(outer_sources | different)"
		! is_outer6 $tunnel || is "$mode: $tunnel: flow labels" \
			$FLOWS "$(flow_labels | different)"
	done
}

# documented TUNNEL: docs/backends.md has the commands, with names for addresses.
documented() {
	commands_for $1 $(backends_of $1) | sed \
		-e "s|$(backend $1 $(backends_of $1)) |\$BACKEND6 |" \
		-e "s|$(vip $1)/32|\$VIP/32|" -e "s|$(vip $1)/128|\$VIP6/128|" |
		while read -r command; do
			sed 's/ *#.*//' /lab/backends.md | grep -qxF "$command" ||
				echo "$command"
		done
}

# As docs/backends.md says it for all backends: what was not there is refused.
undo() {
	{
		echo 'ip() { /bin/ip "$@"; }'
		echo "VIP=$(vip $1) VIP6=$(vip $1)"
		sed '1,/^## Undo/d; /^# /,$d; /^```/d' /lab/backends.md
	} | at b$2 busybox sh >/dev/null 2>&1
}

# What is still set up for tunnels.
left() {
	ip -n b$2 -br addr show dev lo | grep -o "$(vip $1)"
	at b$2 ip fou show
	ip -n b$2 -br link show up | grep -oE '^(tunl0|sit0|udplb6)'
}

build_network $(seq 8)
configure_tunnels drv flow
ask_doctor
for tunnel in $TUNNELS; do
	is "$tunnel: docs/backends.md says nothing else than doctor" "" \
		"$(documented $tunnel)"
done
set_up_backends $(seq 8)

check "drv: starts" start_tunnels
check "drv: tcpdump" watch
ask_all drv
watched
stop
look drv '172\.16\.[0-9.]*' '100::[0-9a-f:]*' $FLOWS

configure_tunnels skb flow "spread: off" "spread6: off"
check "skb, no spread: starts" start_tunnels
check "skb, no spread: tcpdump" watch
ask_all "skb, no spread"
watched
stop
look "skb, no spread" "$LB4" "$LB6" 1

for tunnel in $TUNNELS; do
	number=$(backends_of $tunnel)
	check "$tunnel: is set up" [ -n "$(left $tunnel $number)" ]
	undo $tunnel $number
	is "$tunnel: nothing is left when it is undone" "" \
		"$(left $tunnel $number)"
done
