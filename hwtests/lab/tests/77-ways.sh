# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# From one way onto the interface to another, without a gap: in the place of a
# killed udplb, of a running one, and by a reload.
. /lab/lib.sh
. /lab/daemon.sh

cable
frames veth0

# What libxdp keeps for dispatchers: as many as are attached, and no more.
pins() { ls /sys/fs/bpf/xdp 2>/dev/null | grep -c dispatch; }

# wants MODE DISPATCHER
wants() {
	configure veth0 $1
	echo "dispatcher: $2" >>$CONFIG
}

# stands TEXT WAY: there is one udplb, where it belongs, and it balances.
stands() {
	case $2 in
	directly) is "$1: nothing is between" 0 "$(ours veth0 | wc -w)" ;;
	*) is "$1: one in the dispatcher" 1 "$(ours veth0 | wc -w)" ;;
	esac
	is "$1: and no other's pins" $(($(ours veth0 | wc -w) > 0)) "$(pins)"
	is "$1: a query is sent on" 3 "$(pass_through veth0 /tmp/query 1)"
}

word() {
	case $1 in
	directly) echo auto ;;
	*) echo yes ;;
	esac
}

# change MODE FROM TO
change() {
	local mode=$1 from=$2 to=$3 text="$1, $2 to $3" older

	wants $mode "$(word $from)"
	check "$text: the first starts" start
	stands "$text: the first" $from
	stop KILL
	wants $mode "$(word $to)"
	watch veth0
	check "$text: the next one serves" start
	no_gap "$text, after kill -9"
	said "$text" "without a gap"
	stands "$text, after kill -9" $to

	# Back, by a reload; and once more, beside the one that lives.
	wants $mode "$(word $from)"
	echo "latency: no" >>$CONFIG
	watch veth0
	kill -HUP $pid
	says "$text" "Reloaded"
	no_gap "$text: back by a reload"
	stands "$text: back by a reload" $from

	older=$pid
	mv $LOG /tmp/older.log
	address=127.0.0.1:8001
	wants $mode "$(word $to)"
	watch veth0
	check "$text: one more, with --replace" start --replace
	no_gap "$text, --replace"
	stands "$text, --replace" $to
	kill -TERM $older
	wait $older
	check "$text: the older one ends without an error" \
		eval "! grep -q ERROR /tmp/older.log"
	stands "$text, alone" $to
	check "$text: it goes" stop
	is "$text: and leaves nothing" "" "$(running veth0)"
	is "$text: no pins" 0 "$(pins)"
	address=127.0.0.1:8000
}

for from in directly inside; do
	for to in directly inside; do
		change drv $from $to
	done
done
change skb directly inside
change skb inside directly

cut_cable
