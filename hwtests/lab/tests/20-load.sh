# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# The program loads on the card, at the size that we recorded.
. /lab/lib.sh

tolerance=$(jq .tolerance_percent /lab/budget.json)

parameters() {
	local file

	for file in /sys/module/nfplab/parameters/*; do
		printf '%s %s\n' "${file##*/}" "$(cat "$file")"
	done | jq -Rn '[inputs | split(" ") | {(.[0]): (.[1] |
		if . == "Y" then true elif . == "N" then false
		else tonumber? // . end)}] | add'
}

card
parameters >"$RESULTS/parameters.json"
mkdir -p /sys/fs/bpf/maps

loaded "loads and attaches, with large tables" $SIZES \
	-w "$RESULTS/udplb.nfp.unlinked" -P /sys/fs/bpf/maps nfp0 $OBJECT
cp /tmp/out "$RESULTS/load.json"
cp $DEBUG/nfp0/image "$RESULTS/udplb.nfp"
cp $DEBUG/nfp0/jit_map "$RESULTS/udplb.jit_map"
is "the kernel calls it offloaded" xdpoffload "$(running nfp0)"

size=$(jq '.nfp_instructions // 0' /tmp/out)
is "the card got all of them" $((size * 8)) \
	"$(stat -c %s "$RESULTS/udplb.nfp")"

detach
is "detaches" "" "$(running nfp0)"
rm -r /sys/fs/bpf/maps

# weigh NAME: as long as we recorded, and a real card has the room.  With all its
# features a variant may need more than the least room that a card is known to
# have: what configurations leave of it is held against that in 21-configs.
weigh() {
	local budget limit size

	budget=$(jq --arg name "$1" '.programs[$name]' /lab/budget.json)
	limit=$((budget + budget * tolerance / 100))
	loaded "$1 loads" $SMALL nfp0 "/lab/$1.bpf.o"
	size=$(jq '.nfp_instructions // 0' /tmp/out)
	echo "# $1: $size NFP instructions, budget $budget + $tolerance %"
	jq --arg name "$1" '{($name): {bpf: .bpf_instructions,
		nfp: .nfp_instructions}}' /tmp/out >>"$RESULTS/programs.json"
	check "$1: within $limit NFP instructions" \
		[ "$size" -gt 0 -a "$size" -le $limit ]
	[ "$size" -gt $((budget - budget * tolerance / 100)) ] ||
		echo "# well below: set $1 in hwtests/lab/budget.json to $size," \
			"so that it stays so"
	check "$1: a real card's 2,800 instructions are enough" \
		[ "$size" -le 2800 ]
	detach
}

for name in $(jq -r '.programs | keys[]' /lab/budget.json); do
	weigh "$name"
done

loaded "loads on the second port" $SMALL nfp1 $OBJECT
is "and runs there" xdpoffload "$(running nfp1)"
detach nfp1

# The lab is no rubber stamp: what a card never sees would not do there.
refused "the timed program" "unsupported function id" \
	-p udplb_timed $SIZES nfp0 $OBJECT
