# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Takes the code off the card, with what an emulator must know to run it.
. /lab/lib.sh

# describe NAME: what firmware and maps the image belongs to, as JSON; libbpf
# creates maps in the object's order, so their names come from hwload.
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
			maps: [$load[0].maps, $card] | transpose | map({
				name: .[0].name, id: .[1][0], type: .[1][1],
				key: .[1][2], value: .[1][3]
			})
		}' <$DEBUG/maps
}

# take NAME HWLOAD-ARGUMENT...: the image, its description, the object.
take() {
	local name=$1 file

	shift
	card
	loaded "$name loads" $SMALL "$@"
	for file; do :; done
	cp $DEBUG/nfp0/image "$RESULTS/$name.nfp"
	cp "$file" "$RESULTS/$name.bpf.o"
	describe >"$RESULTS/$name.json"
	is "$name: every map is known" "$(jq '.maps | length' /tmp/out)" \
		"$(jq '[.maps[] | select(.name and .id)] | length' \
			"$RESULTS/$name.json")"
	detach
}

take udplb nfp0 $OBJECT
for object in /lab/defects/*.bpf.o; do
	[ -e "$object" ] || continue
	name=${object##*/}
	take "${name%.bpf.o}" -p defect nfp0 "$object"
done
