# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# udplb alone on an interface, and beside somebody else's XDP program in
# libxdp's dispatcher: on any kernel.  What this one lets into a dispatcher is
# found out first, with xdp-loader.
. /lab/lib.sh
. /lab/daemon.sh

cable
frames veth0
TUNNEL="forward: gue"

# Real packets through the cable: a few DNS queries to the VIP.
send() {
	timeout 1 /bin/ip netns exec far busybox nslookup udplb.test \
		192.0.2.53 >/dev/null 2>&1
}

load_foreign() {
	xdp-loader load -m "$1" -P "$2" -n somebody_else veth0 $FOREIGN \
		>/tmp/loader 2>&1 || { sed 's/^/# /' /tmp/loader; return 1; }
}

processed() { metric udplb_service_packets_total 'service="dns"'; }

# How many figures of latency there are: those of the last second.
latencies() {
	pass_through veth0 /tmp/arp 1000 >/dev/null
	metrics | grep -c '^xdp_packet_latency_ns{'
}

# Two that balance by themselves would not need each other: a dispatcher takes
# one that adds headers, or it does not.
if xdp-loader load -vv -m skb -n udplb veth0 $WHOLE >/tmp/loader 2>&1; then
	tunnels=yes
	xdp-loader unload veth0 --all
else
	tunnels=no
fi
echo "# Linux $(uname -r): programs that add headers in a dispatcher: $tunnels"
[ $tunnels = yes ] || check "the reason is the known one" \
	grep -q "changes packet data" /tmp/loader

# probe finds the same, and leaves no trace.
case $tunnels in
yes) takes="every program" ;;
no) takes="those without tunnels" ;;
esac
is "probe knows what a dispatcher takes" "$takes" \
	"$(udplb --json probe veth0 | jq -r .dispatcher.takes)"
is "and leaves the interface alone" "" "$(running veth0)"
is "and no pins" 0 "$(ls /sys/fs/bpf/xdp | grep -c dispatch)"

type_of() { bpftool -j prog show id "$1" | jq -r .type; }

# alone MODE RUNS-AS [SERVICE-LINE]
alone() {
	local mode=$1 as=$2

	shift 2
	configure veth0 $mode "$@"
	check "$mode: we start alone" start
	said "$mode" "directly, alone on the interface"
	is "$mode: mode" "$as" "$(running veth0)"
	is "$mode: and nothing is between" xdp "$(type_of "$(program_id veth0)")"
	is "$mode: a query is sent on" 3 "$(pass_through veth0 /tmp/query 1)"
	send
	check "$mode: real packets reach us" [ "$(processed)" -gt 1 ]
	check "$mode: libxdp's others cannot come, and we stay" \
		eval "! load_foreign native 10 >/dev/null"
	is "$mode: a query still is" 3 "$(pass_through veth0 /tmp/query 1)"
	check "$mode: we go" stop
	is "$mode: and leave nothing" "" "$(running veth0)"
}

alone drv xdp
alone skb xdpgeneric
alone drv xdp "$TUNNEL"

# beside MODE LOADER-MODE RUNS-AS [SERVICE-LINE]
beside() {
	local mode=$1 loads=$2 as=$3 before

	shift 3
	configure veth0 $mode "$@"
	check "$mode: somebody else is there first" load_foreign $loads 10
	check "$mode: we come beside" start
	said "$mode" "in libxdp's dispatcher, beside 'somebody_else'"
	is "$mode: mode" 1 "$(metric xdp_mode "mode=\"$as\"")"
	is "$mode: the other sees a query, we send it on" 3 \
		"$(pass_through veth0 /tmp/query 1)"
	is "$mode: it has seen it" 1 "$(foreign_saw)"
	is "$mode: we have, too" 1 "$(processed)"
	is "$mode: what is not ours passes both" 2 \
		"$(pass_through veth0 /tmp/arp 1000)"
	is "$mode: the other has seen them" 1001 "$(foreign_saw)"
	is "$mode: so have we" 1000 \
		"$(metric udplb_packets_total 'reason="not_ip"')"
	check "$mode: latency is measured inside the dispatcher" \
		becomes 5 9 latencies

	before=$(foreign_saw)
	send
	check "$mode: real packets reach us" [ "$(processed)" -gt 1 ]
	check "$mode: and the other" [ "$(foreign_saw)" -gt "$before" ]

	check "$mode: we go" stop
	is "$mode: the other stays" "$as" "$(running veth0)"
	before=$(foreign_saw)
	is "$mode: a query just passes now" 2 \
		"$(pass_through veth0 /tmp/query 1)"
	is "$mode: it still sees everything" $((before + 1)) "$(foreign_saw)"
	check "$mode: and goes" xdp-loader unload veth0 --all
}

beside drv native xdp
beside auto skb xdpgeneric

# Tunnels: as the kernel likes.
if [ $tunnels = yes ]; then
	beside drv native xdp "$TUNNEL"
else
	load_foreign native 10
	foreign=$(program_id veth0)
	configure veth0 auto "$TUNNEL"
	does_not_start "tunnels beside others" \
		"it takes the libxdp of xdp-tools 1.5.5 or newer"
	said "tunnels beside others" "'xdp-loader unload IFACE --all'"
	is "tunnels: the other stays" "$foreign" "$(program_id veth0)"
	configure veth0 drv
	check "without tunnels we come" start
	configure veth0 drv "$TUNNEL"
	kill -HUP $pid
	says "tunnels: a reload tells, too" "Reload failed"
	said "tunnels: and why" "xdp-tools 1.5.5"
	is "and what is in force stays: a query is sent on" 3 \
		"$(pass_through veth0 /tmp/query 1)"
	check "we go" stop
	check "the other goes" xdp-loader unload veth0 --all
fi

# Who wants to be alone says so.
load_foreign native 10
configure veth0 drv
echo "dispatcher: no" >>$CONFIG
does_not_start "dispatcher: no" "'dispatcher: no' keeps udplb from joining"
xdp-loader unload veth0 --all
check "dispatcher: no, alone: starts" start
said "dispatcher: no" "directly, alone"
stop

# The other way round, with the other behind us.
configure veth0 drv
echo "dispatcher: yes" >>$CONFIG
check "we are there first, in a dispatcher" start
said "dispatcher: yes" "in libxdp's dispatcher, as 'dispatcher: yes' asks"
check "somebody else comes, behind us" load_foreign native 90
is "a query is ours alone" 3 "$(pass_through veth0 /tmp/query 1)"
is "the other does not see it" 0 "$(foreign_saw)"
is "what we pass" 2 "$(pass_through veth0 /tmp/arp 3)"
is "it sees" 3 "$(foreign_saw)"
check "we go" stop
is "it stays" 2 "$(pass_through veth0 /tmp/query 1)"
is "and sees the query" 4 "$(foreign_saw)"

# xdp-tutorial#367: a dispatcher that is not understood; here for want of pins.
pins=$(echo /sys/fs/bpf/xdp/dispatch-*)
mv $pins /sys/fs/bpf/elsewhere
does_not_start "a dispatcher without pins" "that this libxdp cannot read"
mv /sys/fs/bpf/elsewhere $pins
check "it goes" xdp-loader unload veth0 --all

# A full one.
for i in 0 1 2 3 4 5 6 7 8 9; do
	load_foreign native 10
done
does_not_start "no place is left" "its 10 places are taken"
xdp-loader unload veth0 --all

# xdp-tools#184: libxdp's own program does not load, for whatever reason.  From
# 1.6 on libxdp has it built in, too.
dispatcher=$(find /usr/lib -name xdp-dispatcher.o)
mv $dispatcher /tmp/whole.o
for broken in missing damaged; do
	[ $broken = missing ] || head -c 1000 /tmp/whole.o >$dispatcher
	check "$broken dispatcher: we serve" start
	grep -q "in libxdp's dispatcher" $LOG ||
		said "$broken dispatcher" "directly, so that nobody can join"
	grep -q "in libxdp's dispatcher" $LOG ||
		said "$broken dispatcher" "and there is none: "
	is "$broken dispatcher: a query is sent on" 3 \
		"$(pass_through veth0 /tmp/query 1)"
	check "$broken dispatcher: we go" stop
	is "$broken dispatcher: and leave nothing" "" "$(running veth0)"
done
mv /tmp/whole.o $dispatcher

# Without a dispatcher there is no room for two.
ip link set veth0 xdpgeneric obj $FOREIGN sec xdp
foreign=$(program_id veth0)
for mode in auto drv skb; do
	configure veth0 $mode
	does_not_start "$mode: a program outside of a dispatcher stays" \
		"'somebody_else', id $foreign"
	does_not_start "$mode: also with --replace" \
		"'somebody_else', id $foreign" --replace
done
is "it runs on" "$foreign" "$(program_id veth0)"
check "udplb detach leaves it" eval "! udplb detach veth0 2>$LOG"
said "and names it" "'somebody_else', not udplb's"
is "it still runs" "$foreign" "$(program_id veth0)"
ip link set veth0 xdpgeneric off

cut_cable
