# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Changes while the card balances: drain and weights in the tables in use, other
# backends by an exchange of programs, and the next process after a killed one.
. /lab/lib.sh
. /lab/daemon.sh

log_has() { [ "$(grep -cF -e "$1" $LOG)" -gt "${2:-0}" ]; }

# Returns when the file was read again, or refused.
hup() {
	local n

	n=$(grep -c Reload $LOG)
	kill -HUP $pid
	becomes 60 yes eval "log_has Reload $n && echo yes"
}

# backend N KEY...: more keys for one of the two.
backend() {
	sed -i "s/\({address: 192.0.2.1$1, mac: \"[0-9:]*\"\).*/\1$2}/" $CONFIG
}

# How many slots are a backend's; bpftool knows the type of some kernels' maps.
slots() {
	bpftool -j map dump name ring |
		jq --arg hex "$(printf '0x%02x' "$1")" \
			"[.[] | .formatted.value // .value[0] |
			select(. == $1 or . == \$hex)] | length"
}

# As if the card had counted packets of a backend.
count() {
	bpftool map update name backend_stats key "$1" 0 0 0 value \
		"$2" 0 0 0 0 0 0 0 "$3" 0 0 0 0 0 0 0
}
packets() { metric udplb_backend_packets_total "backend=\"192.0.2.1$1"; }

card relo=1
configure nfp0 hw "ring_size: 16"
check "hw: serves" start
id=$(program_id nfp0)
is "a half of the slots each" 8 "$(slots 1)"

backend 1 ", drain: true"
check "drained by SIGHUP" hup
said "drained" "backend 192.0.2.11: drained"
is "the same program runs" "$id" "$(program_id nfp0)"
is "no slot is left to it" 0 "$(slots 1)"
is "all are the other's" 16 "$(slots 2)"
backend 1 ", weight: 3"
check "back, and heavier" hup
is "three quarters of the slots" 12 "$(slots 1)"
is "still the same program" "$id" "$(program_id nfp0)"

sed -i 's/ports: 53/ports: 70000/' $CONFIG
check "a bad file is refused" hup
said "a bad file" "Reload failed, the configuration in force stays"
is "and nothing changes" "$id $(slots 1)" "$(program_id nfp0) 12"
sed -i 's/ports: 70000/ports: 53/' $CONFIG

count 1 7 70
count 2 5 50
echo '      - {address: 192.0.2.13, mac: "02:00:00:00:00:13"}' >>$CONFIG
check "one more backend" hup
said "one more backend" "backend 192.0.2.13: added"
check "another program runs" [ "$(program_id nfp0)" != "$id" ]
is "on the card" xdpoffload "$(running nfp0)"
check "the new one has slots" [ "$(slots 3)" -gt 0 ]
is "counters go on" "7 5 0" "$(packets 1) $(packets 2) $(packets 3)"
count 1 1 10
is "from there" 8 "$(packets 1)"

stop KILL
is "killed: the card balances on" xdpoffload "$(running nfp0)"
check "the next one starts" start
said "the next one" "without a gap"
is "and counts on" "8 5 0" "$(packets 1) $(packets 2) $(packets 3)"
stop
is "and detaches" "" "$(running nfp0)"

# Firmware that cannot exchange a running program.
card relo=0
configure nfp0 hw "ring_size: 16"
check "no RELO: serves" start
id=$(program_id nfp0)
backend 2 ", drain: true"
check "no RELO: drains" hup
is "no RELO: all slots are the other's" 16 "$(slots 1)"
echo '      - {address: 192.0.2.13, mac: "02:00:00:00:00:13"}' >>$CONFIG
check "no RELO: another list is refused" hup
said "no RELO" "FW does not support live reload"
said "no RELO: told what to do" "'udplb detach IFACE' and then start"
is "no RELO: all is as it was" "$id 16" "$(program_id nfp0) $(slots 1)"
stop
