# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2119,SC2015
#
# What hwtests/run can say of throughput: how many packets per second have at
# least gone through the program.  It has no generator as fast as a card, so
# each figure is a lower bound, and names its generator.  Each appends an object
# to WORK/throughput.json.

# GENERATOR RATE NOTE
throughput_record() {
	jq -n --arg generator "$1" --argjson rate "$2" --arg note "$3" \
		'{generator: $generator, packets_per_second: $rate,
		lower_bound: true, note: $note}' >>"$WORK/throughput.json"
}

# Frames that the kernel makes, out of the peer and back into it: VIP's PORT,
# BACKEND-PORT of a backend with the peer's MAC address.  Needs ports_open and a
# running udplb; without bench-send, or where the peer's driver cannot send what
# XDP redirects to it, there is no figure.
throughput_frames() {
	local dir=$ROOT/build/hwtests/bench rate best=0 gro

	[ -x "$dir/bench-send" ] || return 0
	echo "# throughput: three times a second of frames from the peer"
	# A veth without a program of its own (skb) takes frames only with GRO.
	gro=$(at lb ethtool -k "$NET_LB_PORT" |
		awk '$1 == "generic-receive-offload:" { print $2 }')
	at lb ethtool -K "$NET_LB_PORT" gro on 2>/dev/null || true
	for _ in 1 2 3; do
		rate=$(at switch timeout 20 "$dir/bench-send" -d "$NET_LB_PEER" \
			-m "$(net_mac lb "$NET_LB_PORT")" -a "$NET_VIP" \
			-p "$1" -b "$2" -t 1 -l 64 -j "$(nproc)" \
			-o "$dir/traffic.bpf.o" 2>>"$WORK/bench-send.log" |
			jq '.balanced / .seconds | floor') || rate=0
		((${rate:-0} <= best)) || best=$rate
	done
	at lb ethtool -K "$NET_LB_PORT" gro "$gro" 2>/dev/null || true
	if ((best == 0)); then
		say "no figure from bench-send: can $NET_LB_PEER's driver" \
			"send what XDP redirects to it?"
		return 0
	fi
	throughput_record bench-send "$best" \
		"64-byte frames of 1,000 flows from the kernel of this machine, \
counted when they came back to the peer: its driver and CPUs set the limit"
}

# Questions and answers of 60,000 flows, at most 64 on their way at a time.
throughput_sockets() {
	local start us answered rate best=0

	echo "# throughput: three times 60,000 questions and answers"
	# A log of its own: lb_start waits for what the last one says already.
	LB_DIR=$WORK/echo
	mkdir "$LB_DIR"
	net_open
	{ echo "services:"; lb_service echo flow nat "$1" "$1"; } |
		lb_config "$MODE"
	backends_serve "$1" && lb_start || return
	for _ in 1 2 3; do
		start=${EPOCHREALTIME/./}
		at client "$UDPFLOWS" send -n 240 -m 250 "$NET_VIP" "$1" \
			>"$WORK/told" || true
		us=$((${EPOCHREALTIME/./} - start))
		answered=$(awk '$1 == "answered" { print $2 }' "$WORK/told")
		# The question passes the program, and so does the answer.
		rate=$((${answered:-0} * 2 * 1000000 / us))
		((rate <= best)) || best=$rate
	done
	((best > 0)) || return
	throughput_record udpflows "$best" \
		"sockets of this machine, 64 packets on their way at most: \
waiting for answers sets the limit"
}
