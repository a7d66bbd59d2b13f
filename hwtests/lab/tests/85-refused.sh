# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# A card whose HASH maps refuse keys although they are not full: a bucket takes
# one entry.  What fits serves; what does not comes as soon as there is room.
. /lab/lib.sh
. /lab/daemon.sh

# services COUNT [MODE]: of one VIP, so that none of them is alone in a bucket.
services() {
	{
		echo "interface: nfp0"
		echo "mode: ${2:-hw}"
		echo "metrics: {listen: \"$address\"}"
		echo "services:"
		for i in $(seq 1 $1); do
			echo "  - {name: s$i, address: 192.0.2.53, ports: $i,"
			echo "     forward: dsr, ring_size: 16, backends: ["
			echo "      {address: 192.0.2.11," \
				"mac: '02:00:00:00:00:11'}]}"
		done
	} >$CONFIG
}

status() { wget -q -O - "http://$address/v1/status"; }

refused_entries() { metric udplb_table_refused_entries; }

# Keys of the map on the card, and the ports that the card was refused.
on_card() { bpftool -j map dump name services | jq length; }

all_in() { [ "$(refused_entries)" = 0 ]; }

card bucket_entries=1
services 64
check "mode hw: serves with what fits" start
is "on the card" xdpoffload "$(running nfp0)"
refused=$(refused_entries)
echo "# refused: $refused of 65"
check "some are refused" [ "$refused" -gt 0 ]
check "and some are not" [ "$refused" -lt 64 ]
is "the card has all others" $((65 - refused)) "$(on_card)"
is "the entries in use are those" $((65 - refused)) \
	"$(metric udplb_map_entries 'map="services"')"
said "the log says how many" "no room for $refused of the entries"
check "and whose" grep -q "s[0-9]*: port [0-9]* at 192.0.2.53; " $LOG
is "once" 1 "$(grep -c 'no room for' $LOG)"
is "the status lists them" $refused \
	"$(status | jq '.tables.refused_entries | length')"
is "all else is written" true "$(status | jq .tables.written)"
check "udplb status tells it" \
	eval 'udplb status | grep -q "no room for $refused entries"'

# Something else changes, and comes at once.
services 64
sed -i 's/02:00:00:00:00:11/02:00:00:00:00:99/' $CONFIG
kill -HUP $pid
has_new_mac() {
	bpftool -j map dump name backends | jq -e '[.[] | .value |
		join(" ")] | any(test("0x99"))' >/dev/null
}
check "another change is not held up" becomes 10 yes \
	eval 'has_new_mac && echo yes'

# The last 60 go: there is room for those that stay, in the end for one.
services 1
kill -HUP $pid
check "services are deleted: the others come" becomes 20 yes \
	eval 'all_in && echo yes'
says "it is said" "there is room now for all entries"
stop

# Now answers of backends: of one address, so that each needs an entry of its own.
backends() {
	configure nfp0 hw "ring_size: 1024" "forward: nat" >/dev/null
	sed -i '/backends:/,$d' $CONFIG
	{
		echo "    backends:"
		for i in "$@"; do
			echo "      - {address: 192.0.2.11, port: $i," \
				"mac: '02:00:00:00:00:11'}"
		done
	} >>$CONFIG
}

slots() { metrics | grep '^udplb_backend_slots{' | awk '{ print $NF }'; }

with_slots() { slots | grep -vcx 0; }

# Two are left, of which one was refused: whose entry is in its way has gone.
two_serve() {
	all_in && [ "$(with_slots)" = 2 ] &&
		bpftool -j map dump name replies | jq -e 'length == 3' >/dev/null
}

backends $(seq 1 40)
check "answers of 40 backends: serves" start
refused=$(refused_entries)
echo "# refused: $refused of 41"
check "some are refused" [ "$refused" -gt 1 ]
said "the log names a backend" "answers of a backend: port"
served=$(with_slots)
check "some backends get packets" [ "$served" -gt 0 ]
# That of the address as such is no backend's.
check "those that would not be understood get none" \
	eval "[ $((40 - served)) = $refused ] || [ $((41 - served)) = $refused ]"
is "the others have all slots" 1024 "$(slots | awk '{ n += $1 } END { print n }')"
program=$(program_id nfp0)
without=$(status | jq -r '.tables.refused_entries[]' |
	sed -n 's/^answers of a backend: port \([0-9]*\) at .*/\1/p' | head -1)
with=$(metrics | grep '^udplb_backend_slots{' | grep -v ' 0$' |
	sed -n '1s/.*backend="192.0.2.11:\([0-9]*\)".*/\1/p')
echo "# without room: port $without; with: $with"
backends $without $with
kill -HUP $pid
check "most leave, and so does what was in the way: it comes" \
	becomes 30 yes eval 'two_serve && echo yes'
is "with program and maps that were there" $program "$(program_id nfp0)"
says "it is said, too" "there is room now for all entries"
stop

services 64 auto
check "mode auto: serves" start
is "in the driver, which has room for all" xdp "$(running nfp0)"
is "none is refused" 0 "$(refused_entries)"
refused_mode "the card's reason" hw "no room for"
is "no ring was halved for it" 0 "$(grep -c 'trying with' $LOG)"
stop
