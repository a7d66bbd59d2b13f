# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# The daemon itself on the card: HW mode end to end, and what it does without.
. /lab/lib.sh

address=127.0.0.1:8000

configure() {
	cat >/tmp/udplb.yaml <<-END
		interface: nfp0
		mode: $1
		metrics: {listen: "$address"}
		services:
		  - name: dns
		    address: 192.0.2.53
		    ports: 53
		    balance: flow
		    forward: nat
		    backends:
		      - {address: 192.0.2.11, mac: "02:00:00:00:00:11"}
		      - {address: 192.0.2.12, mac: "02:00:00:00:00:12"}
	END
}

metrics() { wget -q -O - "http://$address/metrics"; }

# metric NAME LABEL...: the value of the only one that has all these labels.
metric() {
	local found

	found=$(metrics | grep "^$1{")
	shift
	for label in "$@"; do
		found=$(echo "$found" | grep -F "$label")
	done
	echo "${found##* }"
}

serves() {
	until metrics >/dev/null 2>&1; do
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.5
	done
}

start() {
	udplb run -c /tmp/udplb.yaml >/tmp/daemon.log 2>&1 &
	pid=$!
	serves && return
	sed 's/^/# /' /tmp/daemon.log
	return 1
}

stop() {
	kill $pid
	wait $pid
}

# falls_back TEXT REASON CARD-PARAMETER...: no HW mode, and the user learns why.
falls_back() {
	local text=$1 reason=$2

	shift 2
	card "$@"
	check "$text: serves" start
	is "$text: runs in the driver" xdp "$(running nfp0)"
	is "$text: the attempt on the card failed" 0 \
		"$(metric udplb_attach_attempt_success 'mode="hw"')"
	stop
	check "$text: \"$reason\"" grep -qF "$reason" /tmp/daemon.log
}

card
configure auto
check "mode auto: serves" start
is "runs on the card" xdpoffload "$(running nfp0)"
is "and says so" 1 "$(metric xdp_mode 'mode="xdpoffload"')"
is "all slots are on the card" 65536 "$(metric udplb_map_entries 'map="ring"')"
updates=$(sent update)
echo "# $updates updates for 65,536 slots"
check "written once, entry by entry" \
	[ "$updates" -gt 65536 -a "$updates" -lt 65600 ]
is "the card's counters are metrics" 0 \
	"$(metric udplb_nic_stat 'name="bpf_pass_pkts"')"
check "ends cleanly" stop
is "and takes its program along" "" "$(running nfp0)"

falls_back "no BPF firmware" "no BPF offload device" fw=nic
falls_back "too few elements" "too many elements" max_elems=1000
falls_back "no random numbers" "[nfp] bpf_get_prandom_u32()" prandom=0

card fw=nic
configure hw
check "mode hw without BPF firmware: does not start" eval "! start"
is "nothing is left behind" "" "$(running nfp0)"
