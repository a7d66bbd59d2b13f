# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What hwtests/run writes: report.json, from the files that it has gathered in
# WORK.  Each part may be missing: a run that stopped early reports, too.

# One port, which is in the namespace of a host: HOST PORT.
report_port() {
	local bus

	at "$1" ethtool -i "$2" >"$WORK/driver" 2>/dev/null
	bus=$(sed -n 's/^bus-info: //p' "$WORK/driver")
	jq -n --arg name "$2" --arg device "$(report_pci "$bus")" \
		--rawfile driver "$WORK/driver" \
		--arg link "$(at "$1" ethtool "$2" 2>/dev/null)" \
		--arg channels "$(at "$1" ethtool -l "$2" 2>/dev/null)" \
		--arg features "$(at "$1" ethtool -k "$2" 2>/dev/null)" \
		--argjson ip "$(at "$1" ip -j -d link show dev "$2")" '
		def lines: split("\n") | map(capture(
			"^\\s*(?<key>[^:]+):\\s*(?<value>.*?)\\s*$"));
		def table: lines | map(select(.value != "")) | from_entries;
		($driver | table) as $d | ($link | table) as $l | {
			name: $name, driver: $d.driver,
			driver_version: $d.version,
			firmware: $d["firmware-version"], bus: $d["bus-info"],
			pci_device: $device, speed: $l.Speed,
			medium: $l.Port, mtu: $ip[0].mtu,
			rx_queues: $ip[0].num_rx_queues,
			tx_queues: $ip[0].num_tx_queues,
			channels: ($channels | split("Current hardware settings:")
				| (.[1] // "") | table),
			features: ($features | table | del(.Features))
		}'
}

# "19ee:4000 subsystem 19ee:4001 revision 0x01"; nothing if it is not PCI.
report_pci() {
	local dir=/sys/bus/pci/devices/$1

	[ -n "$1" ] && [ -e "$dir/vendor" ] || return 0
	printf '%s:%s subsystem %s:%s revision %s' \
		"$(cut -c3- "$dir/vendor")" "$(cut -c3- "$dir/device")" \
		"$(cut -c3- "$dir/subsystem_vendor")" \
		"$(cut -c3- "$dir/subsystem_device")" "$(cat "$dir/revision")"
}

report_host() {
	jq -n --arg kernel "$(uname -srv)" --arg machine "$(uname -m)" \
		--arg system "$(. /etc/os-release && echo "$PRETTY_NAME")" \
		--arg cpu "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo |
			head -n 1)" --argjson cpus "$(nproc)" \
		'{kernel: $kernel, machine: $machine, system: $system,
		cpu: $cpu, cpus: $cpus}'
}

# bats' TAP as a list.  What a failed case leaves behind follows it as comments.
report_verdicts() {
	jq -nR '
	def verdict: capture("^(?<bad>not )?ok [0-9]+ (?<name>.*?)" +
		"( in (?<ms>[0-9]+)ms)?( # skip ?(?<why>.*))?$") | {
		name, ms: (.ms // "0" | tonumber),
		result: (if .bad then "failed" elif .why then "skipped"
			else "passed" end)} +
		if .why then {why} else {} end;
	reduce inputs as $line ([];
		if $line | test("^(not )?ok [0-9]+ ") then
			. + [$line | verdict]
		elif length > 0 and .[-1].result == "failed" and
			($line | startswith("#")) then
			.[-1].evidence += [$line | ltrimstr("#") | ltrimstr(" ")]
		else . end)' "$OUT/report.tap"
}

# COMPLETED (true or false) WHY-NOT
report_write() {
	local part

	report_verdicts >"$WORK/verdicts.json"
	report_host >"$WORK/host.json"
	touch "$WORK/throughput.json"
	[ -e "$WORK/start.log" ] || : >"$WORK/start.log"
	for part in iface peer probe object; do
		jq -e . "$WORK/$part.json" >/dev/null 2>&1 ||
			echo null >"$WORK/$part.json"
	done
	jq -n --arg date "$(date -u +%FT%TZ)" --arg mode "$MODE" \
		--arg version "$("$UDPLB" --version 2>/dev/null)" \
		--argjson completed "$1" --arg stopped "$2" \
		--arg filter "$FILTER" \
		--slurpfile host "$WORK/host.json" \
		--slurpfile iface "$WORK/iface.json" \
		--slurpfile peer "$WORK/peer.json" \
		--slurpfile probe "$WORK/probe.json" \
		--slurpfile object "$WORK/object.json" \
		--slurpfile verdicts "$WORK/verdicts.json" \
		--slurpfile throughput "$WORK/throughput.json" \
		--rawfile start "$WORK/start.log" '
		def count($result): map(select(.result == $result)) | length;
		{format: 1, date: $date, udplb: $version, mode: $mode,
		completed: $completed,
		stopped: (if $stopped == "" then null else $stopped end),
		filter: (if $filter == "" then null else $filter end),
		summary: ($verdicts[0] | {passed: count("passed"),
			failed: count("failed"), skipped: count("skipped")}),
		throughput: $throughput, host: $host[0],
		iface: $iface[0], peer: $peer[0], probe: $probe[0],
		object: $object[0],
		start_log: ($start | split("\n") | map(select(. != ""))),
		verdicts: $verdicts[0]}' >"$OUT/report.json"
}
