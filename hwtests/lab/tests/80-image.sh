# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Takes the code off the card, with what an emulator must know to run it.
. /lab/lib.sh

# describe: what firmware and maps the image belongs to, as JSON.  libbpf makes
# the maps in the object's order, so hwload has their names; those that the
# program does not use are gone when it has loaded.
describe() {
	local parameters=/sys/module/nfplab/parameters

	jq -Rn --slurpfile load /tmp/out \
		--argjson start "$(cat $parameters/start)" \
		--argjson done "$(cat $parameters/done)" \
		--argjson lookup "$(cat $parameters/fn_lookup)" \
		--argjson update "$(cat $parameters/fn_update)" \
		--argjson delete "$(cat $parameters/fn_delete)" \
		--argjson event "$(cat $parameters/fn_event)" '
		[inputs | split(" ") | map(tonumber)] as $card |
		{
			start: $start, done: $done,
			helpers: [$lookup, $update, $delete, $event],
			maps: (reduce $load[0].maps[] as $map
				({found: [], left: $card};
				if .left[0] and .left[0][2] == $map.key and
					.left[0][3] == $map.value
				then {found: (.found + [{
					name: $map.name, id: .left[0][0],
					type: .left[0][1], key: $map.key,
					value: $map.value
				}]), left: .left[1:]} else . end) | .found)
		}' <$DEBUG/maps
}

# take NAME HWLOAD-ARGUMENT...: the image, its description, the object; off a
# card with the parameters $CARD.
take() {
	local name=$1 file

	shift
	card $CARD
	loaded "$name loads" $SMALL "$@"
	for file; do :; done
	cp $DEBUG/nfp0/image "$RESULTS/$name.nfp"
	cp $DEBUG/nfp0/jit_map "$RESULTS/$name.jit_map"
	cp "$file" "$RESULTS/$name.bpf.o"
	describe >"$RESULTS/$name.json"
	is "$name: every map is known" "$(wc -l <$DEBUG/maps)" \
		"$(jq '.maps | length' "$RESULTS/$name.json")"
	detach
}

CARD=
for object in /lab/udplb_*.bpf.o; do
	name=${object##*/}
	take "${name%.bpf.o}" nfp0 "$object"
done
for object in /lab/defects/*.bpf.o; do
	[ -e "$object" ] || continue
	name=${object##*/}
	take "${name%.bpf.o}" -p defect nfp0 "$object"
done
# What was seen on silicon was seen with the room of that firmware.
CARD="adj_min=44 adj_max=248 adj_sub=84 adj_add=112"
for object in /lab/facts/*.bpf.o; do
	[ -e "$object" ] || continue
	name=${object##*/}
	take "fact_${name%.bpf.o}" -p fact nfp0 "$object"
done
