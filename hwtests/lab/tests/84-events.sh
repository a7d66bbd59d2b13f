# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# What a program says to the host, all the way: helper, control message, the
# driver, a perf ring, and what bpftool reads out of it.
. /lab/lib.sh

OBJECT=/lab/facts/event.bpf.o
EVENTS=/tmp/events
TEXT="08 07 06 05 04 03 02 01" # of the map "texts"

cable() {
	echo 1 >/proc/sys/net/ipv6/conf/wire0/disable_ipv6
	echo 1 >/proc/sys/net/ipv6/conf/nfp0/disable_ipv6
	ip link set nfp0 mtu 2000
	ip link set wire0 mtu 2000 up
	ip addr add 198.18.0.1/32 dev wire0
	ip route add 192.0.2.53/32 dev wire0 src 198.18.0.1
	ip neigh add 192.0.2.53 dev wire0 \
		lladdr "$(cat /sys/class/net/nfp0/address)"
}

map_id() { bpftool -j map show | jq --arg name $1 '.[] | select(.name == $name).id'; }

# listen: what comes through the ring, as JSON, until heard.
listen() {
	bpftool -j map event_pipe id "$(map_id events)" >$EVENTS &
	pipe=$!
	sleep 2
}

heard() {
	kill -INT $pipe
	wait $pipe
	jq -c '.[]' $EVENTS >$EVENTS.lines
}

# say SIZE [PACKETS]: byte 16, the upper one of IP's total length (SIZE + 28),
# chooses what the program says of a packet.
say() { busybox ping -c ${2:-1} -W 1 -s $1 192.0.2.53 >/dev/null; }

# event N: the bytes of the Nth, without those that the ring adds to fill it up.
event() {
	# shellcheck disable=SC2046
	printf '%02x ' $(sed -n "$1p" $EVENTS.lines | jq -r '.data[]')
}

# begins TEXT N BYTES...
begins() {
	local text=$1 got

	got=$(event $2)
	shift 2
	case $got in
	"$*"*) ok "$text" ;;
	*)
		not_ok "$text"
		echo "# wanted: $*"
		echo "# got:    $got"
		;;
	esac
}

card
cable
loaded "a program with events loads" -p fact nfp0 $OBJECT
check "the driver warns that they are asynchronous" \
	grep -q 'behavior of bpf_event_output' /tmp/why
bpftool map update id "$(map_id texts)" key 0 0 0 0 value hex $TEXT
listen
for size in 220 300 600 900 1100 1400 1600; do
	say $size
done
heard
is "each packet has its event, the last has two" 8 "$(wc -l <$EVENTS.lines)"
MAC=$(sed 's/:/ /g' /sys/class/net/nfp0/address)
STACK="00 00 00 00 00 00 00 00 78 56 34 12 00 00 00 00
	01 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00"
begins "32 bytes of the packet" 1 $MAC \
	"$(sed 's/:/ /g' /sys/class/net/wire0/address)" 08 00 45
begins "of the stack" 2 $STACK
begins "of both, the stack first" 3 $STACK $MAC
begins "a byte of each" 4 78 "${MAC%% *}"
begins "of a map's value" 5 07 06
check "the whole packet" [ "$(event 6 | wc -w)" -ge $((1400 + 42)) ]
begins "two of one packet, this is the second" 8 78 56 34 12 00 00 00 00 01
is "the driver has got eight messages" 8 "$(sent event)"
listen
say 1800 3
heard
is "what is too long for a card never arrives" 0 "$(wc -l <$EVENTS.lines)"
is "nor leaves it" 8 "$(sent event)"
is "the emulator knew every instruction" 0 \
	"$(awk '$1 == "failed" { print $2 }' $DEBUG/nfp0/packets)"
detach
