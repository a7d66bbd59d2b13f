# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What every .bats file here loads.  MODE is drv (default), skb or hw; with
# hw, NET_LB_PORT and NET_LB_PEER name the ports (see net.sh).

export MODE=${MODE:-drv}
export NET_PREFIX=${NET_PREFIX:-udplb$$}

# shellcheck source=../net.sh
. "${BASH_SOURCE[0]%/*}/../net.sh"
# shellcheck source=../lb.sh
. "${BASH_SOURCE[0]%/*}/../lb.sh"

setup_file() {
	[ -z "${NET_LB_PORT:-}" ] && [ "$MODE" = hw ] &&
		skip "no ports of a card given: NET_LB_PORT, NET_LB_PEER"
	net_open
}

teardown_file() { net_close; }

# host_only WHY: in a file's setup_file, where bats 1.8 fails by skip itself.
# True: on a card, and each test will be skipped.
host_only() {
	[ "$MODE" = hw ] || return 1
	export SKIP_FILE=$1
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	[ -z "${SKIP_FILE:-}" ] || skip "$SKIP_FILE"
	net_backends_nat
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
}

fail() {
	echo "$*" >&2
	return 1
}

equal() {
	[ "$1" = "$2" ] || fail "${3:-value}: '$1', expected '$2'"
}

# Packets that went no further, "no_backend" or "ttl_expired", whether their
# senders were told or not.
undelivered() {
	lb_scrape
	echo $(($(metric udplb_packets_total "reason=$1") +
		$(metric udplb_packets_total "reason=told_$1")))
}

# VALUE IDEAL PERCENT
within() {
	local off=$((($1 - $2) * 100))

	((${off#-} <= $2 * $3)) || fail "$1 is more than $3 % off $2"
}

# One field of what "udpflows send" printed: answered, "backend b1", ...
told() { awk -v key="$1 " 'index($0, key) == 1 { print $NF }' "$LB_DIR/told"; }

# Options of "udpflows send", then a port of the VIP.
flows() {
	local dropped

	dropped=$(net_dropped)
	at client "$UDPFLOWS" send "${@:1:$#-1}" "$NET_VIP" "${@: -1}" \
		>"$LB_DIR/told" || lost_elsewhere "$dropped"
}

# What "udpflows send" missed is no more than the kernel has dropped beside the
# balancer since net_dropped said this; then it is told as answered.
lost_elsewhere() {
	local dropped=$(($(net_dropped) - $1)) sent lost

	sent=$(told sent) lost=$(told answered)
	lost=$((${sent:-0} - ${lost:-0}))
	((0 < lost && lost <= dropped)) && [ "$(told strange)" = 0 ] || return 1
	sed -i "s/^answered .*/answered $sent/" "$LB_DIR/told"
	echo "# of $sent packets $lost are missing; the kernel dropped $dropped beside the balancer" >&3
}
