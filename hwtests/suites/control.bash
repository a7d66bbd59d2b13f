# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What the files about changes share: one service with three backends in mode
# nat, flows that are watched, and ways to change something; loaded after
# common.

declare -A extra=()

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	backends_serve 5000
	config 1 2 3
	lb_start
}

# These backends, each with what extra[N] has (", weight: 3"), behind the lines
# in $top and before those in $more.  The file is whole at any moment.
config() {
	local i

	mkdir -p "$LB_DIR/new"
	{
		echo "${top:-}"
		echo "services:"
		printf '  - {name: echo, address: %s, ports: [5000], ' "$NET_VIP"
		printf 'ring_size: 4096, backends: ['
		for i; do
			printf '{address: %s, port: 5000%s}, ' \
				"$(net_backend_address "$i")" "${extra[$i]:-}"
		done
		echo ']}'
		echo "${more:-}"
	} | LB_DIR=$LB_DIR/new lb_config "$MODE"
	mv "$LB_DIR/new/udplb.yaml" "$LB_DIR"
}

# 1000 flows that repeat while "$@" is done; none must be lost.  Sets sent.
under_traffic() {
	nsenter --net="/run/netns/$NET_PREFIX-client" -- \
		"$UDPFLOWS" send -n 50 -m 20 -r 1000000 "$NET_VIP" 5000 \
		>"$LB_DIR/told" 3>&- &
	local sender=$! before dropped

	echo $sender >>"$LB_DIR/pids"
	dropped=$(net_dropped)
	before=$(net_udp_received b1)
	net_wait 5 received_more "$before"
	"$@"
	kill -TERM $sender || fail "the traffic was over too early"
	wait $sender || lost_elsewhere "$dropped" || fail "lost: $(cat "$LB_DIR/told")"
	sent=$(told sent)
}

received_more() { (($(net_udp_received b1) > $1)); }

# Where each of 1000 flows goes, into a file.
map_flows() {
	flows -n 50 -m 20 -o "$LB_DIR/$1" 5000 ||
		fail "lost: $(cat "$LB_DIR/told")"
}

# Flows of FROM (a file of map_flows) that are elsewhere in TO, unless they were
# with one of the backends named.  Whose packet the kernel dropped is not known.
moved() {
	awk -v gone="${3:-}" 'NR == FNR { at[$1] = $2; next }
		at[$1] == "nobody" || $2 == "nobody" { next }
		at[$1] != $2 && index(" " gone " ", " " at[$1] " ") == 0' \
		"$LB_DIR/$1" "$LB_DIR/$2" | wc -l
}

# Lines of the log that match.
logged() { grep -c -- "$1" "$LB_DIR/log" || true; }
more_than() { (($(logged "$2") > $1)); }

# Returns when the daemon has read the file again, or refused it.
hup() {
	local n

	n=$(logged 'Reload')
	kill -HUP "$LB_PID"
	net_wait 10 more_than "$n" 'Reload'
}

# The sum of a metric's series that have these labels.
counted() { metric_now "$@" | awk '{ n += $1 } END { printf "%d\n", n }'; }
# Whether it is that now.
is_counted() { [ "$(counted "${@:2}")" = "$1" ]; }

# From now on until counters_watched, no counter falls whose name matches.
counters_watch() {
	mkfifo "$LB_DIR/watch"
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		python3 "$ROOT/hwtests/tools/counters.py" \
		"http://$LB_LISTEN/metrics" "$1" \
		<"$LB_DIR/watch" >"$LB_DIR/falls" 3>&- &
	counters_watcher=$!
	echo $counters_watcher >>"$LB_DIR/pids"
	exec {to_watcher}>"$LB_DIR/watch"
}

counters_watched() {
	echo >&"$to_watcher" # others may have inherited it
	exec {to_watcher}>&-
	wait $counters_watcher || fail "counters.py: exit code $?"
	(($(awk 'NR == 1 { print $1 }' "$LB_DIR/falls") > 3)) ||
		fail "$(cat "$LB_DIR/falls"), too few"
	equal "$(sed 1d "$LB_DIR/falls")" "" "counters that fell"
}

attached_id() {
	at lb ip -j -d link show dev "$NET_LB_DEV" |
		jq -r '.[0].xdp.prog.id // "none"'
}

# Something is attached, and not the program of this id.
other_program() { [ "$(attached_id)" != "$1" ] && lb_attached; }

kill_hard() {
	kill -KILL "$LB_PID"
	wait "$LB_PID" 2>/dev/null || true
}

# As ip(8) names the mode of an attached program.
ip_mode() {
	case $MODE in
	drv) echo xdpdrv ;;
	skb) echo xdpgeneric ;;
	esac
}

needs_host() {
	[ "$MODE" != hw ] ||
		skip "whether ip(8) can put a foreign program on this card is not known"
}

needs_veth() {
	[ -z "${NET_LB_PORT:-}" ] || skip "$1"
}
