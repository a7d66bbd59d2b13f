# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Runs the balancer in the network of net.sh, and asks it; sourced after that.
# Files are kept in LB_DIR.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
UDPLB=${UDPLB:-$ROOT/build/udplb}
UDPFLOWS=${UDPFLOWS:-$ROOT/build/hwtests/udpflows}
LB_LISTEN=127.0.0.1:8000

# The configuration, but for the services, which come on standard input.
lb_config() {
	{
		printf 'interface: %s\nmode: %s\nmetrics: {listen: "%s"}\n' \
			"$NET_LB_DEV" "$1" "$LB_LISTEN"
		cat
	} >"$LB_DIR/udplb.yaml"
}

# One service with every backend of the network: NAME BALANCE FORWARD PORTS
# BACKEND-PORT [WEIGHT...]; backend port 0 is left out.
lb_service() {
	local name=$1 balance=$2 forward=$3 ports=$4 port=$5 i

	shift 5
	printf '  - {name: %s, address: %s, ports: [%s], balance: %s, ' \
		"$name" "$NET_VIP" "$ports" "$balance"
	printf 'forward: %s, backends: [\n' "$forward"
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		printf '      {address: %s' "$(net_backend_address "$i")"
		[ "$port" = 0 ] || printf ', port: %s' "$port"
		printf ', weight: %s},\n' "${!i:-1}"
	done
	printf '    ]}\n'
}

lb_said() { grep -q -- "$1" "$LB_DIR/log"; }

# Started, or gone without having started.
lb_decided() {
	lb_said 'Application startup complete' || ! kill -0 "$LB_PID"
}

# In the background, as LB_PID; its log goes to LB_DIR/log.  OPTIONS for run.
lb_launch() {
	: >"$LB_DIR/log" # at once: what the last one said is not this one's
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		"$UDPLB" run "$@" -c "$LB_DIR/udplb.yaml" 2>"$LB_DIR/log" 3>&- &
	LB_PID=$!
	echo "$LB_PID" >>"$LB_DIR/pids"
}

# Returns when packets are balanced.  OPTIONS for run.
lb_start() {
	lb_launch "$@"
	net_wait 10 lb_decided
	lb_said 'Application startup complete' && return
	cat "$LB_DIR/log" >&2
	return 1
}

# The daemon's exit code.
lb_stop() {
	kill "-${1:-TERM}" "$LB_PID"
	wait "$LB_PID"
}

# The echo server "bN" on every backend.
backends_serve() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		backend_run "$i" "$UDPFLOWS" serve "${@:2}" "b$i" "$1"
	done
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_wait 5 grep -q ready "$LB_DIR/b$i.out"
	done
}

# In the background, its output in LB_DIR/bN.out.
backend_run() {
	local i=$1

	shift
	nsenter --net="/run/netns/$NET_PREFIX-b$i" -- "$@" \
		>"$LB_DIR/b$i.out" 2>&1 3>&- &
	echo $! >>"$LB_DIR/pids"
}

# Ends whatever the functions above have started.
lb_clean() {
	local pid

	[ -f "$LB_DIR/pids" ] || return 0
	while read -r pid; do
		kill -TERM "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done <"$LB_DIR/pids"
	rm -f "$LB_DIR/pids"
}

lb_scrape() {
	at lb curl -sfm 5 "http://$LB_LISTEN/metrics" >"$LB_DIR/metrics"
}

# The value of NAME with LABEL=VALUE ... in the last scrape; each series that
# fits on a line of its own.
metric() {
	awk -v name="$1" -v labels="${*:2}" '
		BEGIN { n = split(labels, want, " ") }
		$0 ~ "^" name "[{ ]" {
			for (i = 1; i <= n; i++) {
				split(want[i], pair, "=")
				if (!index($0, pair[1] "=\"" pair[2] "\""))
					next
			}
			print $NF
		}' "$LB_DIR/metrics"
}

# The same of a fresh scrape.
metric_now() {
	lb_scrape && metric "$@"
}

backend_up() {
	[ "$(metric_now udplb_backend_up "backend=$(net_backend_address "$1"):$2")" = "${3:-1}" ]
}

lb_attached() {
	at lb ip -j -d link show dev "$NET_LB_DEV" | jq -e '.[0].xdp' >/dev/null
}
