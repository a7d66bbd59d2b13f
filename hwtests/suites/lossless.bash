# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034
#
# 10,000 flows of numbered frames through one service with eight backends, and
# what they lost and where they went; loaded after common and control.

QUEUES=1
# shellcheck source=bench/topology.sh
. "$ROOT/hwtests/bench/topology.sh"
FLOWSEQ=$ROOT/build/hwtests/lossless

setup_file() {
	[ "$MODE" != hw ] || skip "needs a veth pair"
	topology_open
	export LB_MAC
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	BACKENDS=16
	dropped=$(net_dropped)
	config 1 2 3 4 5 6 7 8
	lb_start
	traffic
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" || true
	lb_clean
	# It takes its program off the device itself, at the end of its input,
	# whose other end the daemons have inherited.
	[ -z "${to_flowseq:-}" ] || exec {to_flowseq}>&-
	wait "${FLOWSEQ_PID:-}" || true
}

# These backends of the topology, as control.bash has it for net.sh's.
config() {
	local i

	mkdir -p "$LB_DIR/new"
	{
		echo "${top:-}"
		echo "services:"
		printf '  - {name: echo, address: %s, ports: [%s], backends: [' \
			"$VIP" "$PORT"
		for i; do
			printf '{address: %s, port: %s%s}, ' "$(backend "$i")" \
				"$BACKEND_PORT" "${extra[$i]:-}"
		done
		echo ']}'
		echo "${more:-}"
	} | LB_DIR=$LB_DIR/new lb_config "$MODE"
	mv "$LB_DIR/new/udplb.yaml" "$LB_DIR"
}

# Starts the flows, and waits until each has been somewhere.
traffic() {
	mkfifo "$LB_DIR/ask" "$LB_DIR/told"
	nsenter --net="/run/netns/$NET_PREFIX-gen" -- "$FLOWSEQ/flowseq" \
		-d "$DEV" -m "$LB_MAC" -a "$VIP" -p "$PORT" -b "$BACKEND_PORT" \
		-r "${RATE:-500000}" -o "$FLOWSEQ/flowseq.bpf.o" \
		<"$LB_DIR/ask" >"$LB_DIR/told" 3>&- &
	FLOWSEQ_PID=$!
	exec {to_flowseq}>"$LB_DIR/ask" {from_flowseq}<"$LB_DIR/told"
	account start
	equal "$(jq .flows <<<"$said")" 10000 "flows"
}

# Ends the time of "$1": its account is in said.
ask() {
	echo "$1" >&"$to_flowseq"
	read -rt 30 said <&"$from_flowseq"
}

# The same, and nothing was lost but what the kernel dropped beside the balancer.
account() {
	local before=${dropped:-0}

	ask "$1"
	dropped=$(net_dropped)
	jq -r '"# \(.name): \(.sent) frames, \(.pps / 1000 | round) kpps, \(.flows) flows, \(.lost) lost, \(.late) late, \(.moves | map(.n) | add // 0) moves, \(.elsewhere) flows elsewhere"' \
		<<<"$said" >&3
	jq -e --argjson elsewhere $((dropped - before)) '.sent > 0 and
		.lost <= $elsewhere and .skipped <= $elsewhere and .late == 0 and
		.strange == 0' <<<"$said" >/dev/null || fail "$said"
}

# Moves of flows that were not with, and did not go to, the backends named.
moves_besides() {
	local names=() i

	for i; do names+=("$((16 + i))"); done
	jq --argjson of "[$(IFS=,; echo "${names[*]}")]" '[.moves[] |
		select((.from | IN($of[]) | not) and (.to | IN($of[]) | not)) |
		.n] | add // 0' <<<"$said"
}
moves() { jq '.moves | map(.n) | add // 0' <<<"$said"; }
elsewhere() { jq .elsewhere <<<"$said"; }
