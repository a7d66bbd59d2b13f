# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# udplb beside somebody else's XDP program, in libxdp's dispatcher.
. /lab/lib.sh
. /lab/daemon.sh

# A cable: veth0 is ours, veth1 belongs to a namespace that sends, and not by
# itself.
insmod /lib/modules/veth.ko
ip netns add far
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip netns exec far busybox sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add veth0 type veth peer name veth1 netns far
ip link set veth0 up
ip -n far link set veth1 up
ip -n far addr add 198.51.100.7/24 dev veth1
ip -n far route add 192.0.2.53 dev veth1
ip -n far neigh add 192.0.2.53 dev veth1 nud permanent \
	lladdr "$(cat /sys/class/net/veth0/address)"
frames

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

# beside MODE LOADER-MODE RUNS-AS
beside() {
	local mode=$1 before

	configure veth0 $mode
	check "$mode: somebody else is there first" load_foreign $2 10
	check "$mode: we come beside" start
	said "$mode" "beside others"
	is "$mode: mode" 1 "$(metric xdp_mode "mode=\"$3\"")"
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
	is "$mode: the other stays" "$3" "$(running veth0)"
	before=$(foreign_saw)
	is "$mode: a query just passes now" 2 \
		"$(pass_through veth0 /tmp/query 1)"
	is "$mode: it still sees everything" $((before + 1)) "$(foreign_saw)"
	check "$mode: and goes" xdp-loader unload veth0 --all
}

beside drv native xdp
beside skb skb xdpgeneric

# The other way round, and the other behind us.
configure veth0 drv
check "we are there first" start
check "somebody else comes, behind us" load_foreign native 90
is "a query is ours alone" 3 "$(pass_through veth0 /tmp/query 1)"
is "the other does not see it" 0 "$(foreign_saw)"
is "what we pass" 2 "$(pass_through veth0 /tmp/arp 3)"
is "it sees" 3 "$(foreign_saw)"
check "we go" stop
is "it stays" 2 "$(pass_through veth0 /tmp/query 1)"
is "and sees the query" 4 "$(foreign_saw)"
check "it goes" xdp-loader unload veth0 --all

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

ip netns del far
becomes 5 0 eval 'ls /sys/class/net | grep -c veth0'
check "veth can be removed" rmmod veth
