# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh
# Runs in the lab VM: offers every program of the corpus to the card's driver.
# What the loader and the kernel said is left in $RESULTS/NAME.{json,kernel}.
. /lab/lib.sh

offered=0

# offer FOLDER CARD-PARAMETER...: its programs to that card.
offer() {
	local folder=$1 object name

	shift
	card "$@" || exit 1
	ip link set nfp0 mtu 9000
	dmesg -c >/dev/null
	for object in "$folder"/*.o; do
		name=${object##*/}
		name=$RESULTS/${name%.o}
		hwload -p prog nfp0 "$object" >"$name.json" && detach nfp0
		dmesg -c >"$name.kernel"
		echo "$(cut -d' ' -f1 /proc/uptime) ${name##*/}"
		offered=$((offered + 1))
	done
}

offer /lab/corpus/card
# shellcheck disable=SC2086
offer /lab/corpus/rich $RICH
ok "$offered programs were offered to the driver"
finish
