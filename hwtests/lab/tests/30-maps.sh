# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2016,SC2086,SC2119
# Maps on the card, through the driver's control messages.
. /lab/lib.sh

map() {
	local command=$1 name=$2

	shift 2
	bpftool -j map "$command" pinned "/sys/fs/bpf/maps/$name" "$@"
}

update() { map update "$@" >/dev/null; }

# Freed maps are freed from a work queue.
in_use_becomes() {
	local tries=50

	while [ $(($(sent alloc) - $(sent free))) != "$1" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

value() { map lookup "$@" | jq -r '.value | join(" ")'; }

card
mkdir -p /sys/fs/bpf/maps
loaded "loads" $SMALL -s ring=64 -s services=8 -s backends=4 \
	-s backend_stats=4 -P /sys/fs/bpf/maps nfp0 $OBJECT
check "every map is on the card" in_use_becomes "$(jq ".maps | length" /tmp/out)"

before=$(sent update)
update ring key 5 0 0 0 value 7 0 0 0
is "a written slot reads back" "0x07 0x00 0x00 0x00" "$(value ring key 5 0 0 0)"
is "one update is one message" $((before + 1)) "$(sent update)"
check "a slot beyond the ring is refused" \
	eval '! update ring key 64 0 0 0 value 1 0 0 0'

mapped="0 0 0 0 0 0 0 0 0 0 255 255"
vip="$mapped 192 0 2 1 0 53 0 0"
service="0 0 0 0 63 0 0 0 0 0 0 0 0 0 0 0"
update services key $vip value $service
is "a service reads back" "0x00 0x00 0x00 0x00 0x3f 0x00" \
	"$(value services key $vip | cut -d ' ' -f 1-6)"
check "it is not there twice" eval \
	'! update services key $vip value $service noexist'
i=1
while [ $i -lt 8 ]; do
	update services key $mapped 192 0 2 1 0 $i 0 0 value $service
	i=$((i + 1))
done
check "a ninth service does not fit" eval \
	'! update services key $mapped 192 0 2 2 0 1 0 0 value $service'
is "all eight are listed" 8 "$(map dump services | jq length)"
map delete services key $vip >/dev/null
is "one less after a deletion" 7 "$(map dump services | jq length)"
update services key $mapped 192 0 2 2 0 1 0 0 value $service
is "its place is free again" 8 "$(map dump services | jq length)"

is "counters start at zero" 0 \
	"$(map dump reason_stats | jq '[.[].value[] | select(. != "0x00")] | length')"
detach
rm -r /sys/fs/bpf/maps
check "none is left after detaching" in_use_becomes 0
