# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# A neighbour's change costs as many control messages as entries change.
. /lab/lib.sh
. /lab/daemon.sh

neighbour() {
	ip neigh replace "192.0.2.$1" lladdr "$2" nud permanent dev nfp0
}

slots() { metric udplb_backend_slots "backend=\"192.0.2.$1"; }

writes() { metrics | awk '/^udplb_table_writes_total/ { print $NF }'; }

# costs TEXT MESSAGES COMMAND...: exactly that many, and no more later on.
costs() {
	local text=$1 wanted=$2 before deleted wrote

	shift 2
	before=$(sent update)
	deleted=$(sent delete)
	wrote=$(writes)
	"$@"
	becomes 5 $((before + wanted)) sent update
	sleep 0.5
	is "$text: $wanted updates" "$wanted" $(($(sent update) - before))
	is "$text: no deletion" "$deleted" "$(sent delete)"
	is "$text: the metrics count the same" "$wanted" \
		$(($(writes) - wrote))
}

card
# Its link-local address, which comes a second later, is an entry more.
echo 1 >/proc/sys/net/ipv6/conf/nfp0/disable_ipv6
ip addr add 192.0.2.1/24 dev nfp0
for i in 11 12 13; do
	neighbour $i 02:00:00:00:00:$i
done
configure nfp0 hw "ring_size: 1024" "forward: dsr"
sed -i '/backends:/,$d' $CONFIG
cat >>$CONFIG <<-END
	    backends:
	      - {address: 192.0.2.11}
	      - {address: 192.0.2.12}
	      - {address: 192.0.2.13}
END
check "three backends that are resolved: serves" start
first=$(slots 11) second=$(slots 12) third=$(slots 13)
is "they share the ring" 1024 $((first + second + third))
echo "# slots: $first, $second, $third"
# Ring, three backends, the service beside own addresses.
is "all was written once" $((1027 + $(service_rows))) "$(sent update)"

costs "another MAC address" 1 neighbour 12 02:00:00:00:00:99
check "it is on the card" eval 'bpftool -j map lookup name backends \
	key 2 0 0 0 | jq -r ".value | join(\" \")" | grep -q 0x99'
costs "the same MAC address again" 0 neighbour 12 02:00:00:00:00:99

costs "a backend is lost: its slots and itself" $((second + 1)) \
	ip neigh del 192.0.2.12 dev nfp0
is "it has no slot" 0 "$(slots 12)"
is "it is down" 0 "$(metric udplb_backend_up 'backend="192.0.2.12')"
is "the others have all" 1024 $(($(slots 11) + $(slots 13)))

costs "it returns: the same" $((second + 1)) \
	neighbour 12 02:00:00:00:00:99
is "each has its slots again" "$first $second $third" \
	"$(slots 11) $(slots 12) $(slots 13)"

costs "another is lost" $((first + 1)) ip neigh del 192.0.2.11 dev nfp0
costs "and another, with what it had gained" $(($(slots 13) + 1)) \
	ip neigh del 192.0.2.13 dev nfp0
is "one has all" 1024 "$(slots 12)"
stop
