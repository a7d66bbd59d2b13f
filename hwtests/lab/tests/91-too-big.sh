# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2046,SC2086,SC2119,SC2154
# What does not fit into a tunnel: its sender is told how much does, believes it,
# and gets through.
. /lab/lib.sh
. /lab/daemon.sh
. /lab/routed.sh

# Full-size packets from the client; the first learns that they are too long.
converges() {
	local mtu

	for tunnel in $TUNNELS; do
		mtu=$((1500 - $(overhead $tunnel)))
		is "$1: $tunnel: too big once, then it fits" "$(
			echo "too big: mtu $mtu"
			answer $tunnel $mtu
			answer $tunnel $mtu
		)" "$(ask $tunnel -p "do" -n 3 -s $(payload $tunnel 1500))"
	done
	is "$1: the client was told" 8 "$(passed told_too_big)"
	is "$1: nothing was lost without that" 0 "$(passed too_big)"
}

# The answer to a packet of this size.
answer() {
	echo "b: $(payload $1 $2) bytes, ttl 62, tos 0, answer 48"
}

fits() {
	for tunnel in $TUNNELS; do
		is "$1: $tunnel: full size" "$(answer $tunnel 1500)" \
			"$(ask $tunnel -p "do" -s $(payload $tunnel 1500))"
	done
	is "$1: nobody was told anything" 0 "$(passed told_too_big)"
}

# Of a burst that the client does not heed.
limited() {
	local told dropped

	told=$(passed told_too_big) dropped=$(passed too_big)
	ask $1 -q -p probe -g 5 -n 300 -s $(payload $1 1500)
	dropped=$(($(passed too_big) - dropped))
	told=$(($(passed told_too_big) - told))
	is "$1: all of them were too big" 300 $((told + dropped))
	check "$1: $told were told" [ $told -gt 0 ]
	check "$1: $dropped were dropped: too many a second" [ $dropped -gt 0 ]
	check "$1: a second later it is told again" told_again $1
}

told_again() {
	local before tries=50

	before=$(passed told_too_big)
	while [ "$(passed told_too_big)" = "$before" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		ask $1 -q -p probe -s $(payload $1 1500)
		sleep 0.2
	done
}

build_network 1 2
configure_tunnels drv flow
ask_doctor
set_up_backends 1 2

mtu 1548
check "drv: starts" start_tunnels
fits "1548 between balancer and backends"
mtu 1500
check "drv: the new MTU is noticed" becomes 10 1 \
	grep -c 'the MTU is 1500 now, was 1548' $LOG
converges drv
stop

forget
configure_tunnels skb flow
check "skb: starts" start_tunnels
converges skb
stop

# As if a link behind the next router were shorter.
forget
configure_tunnels drv flow "too_big_rate: 5" "mtu: 1400"
check "tunnel.mtu: starts" start_tunnels
is "tunnel.mtu: the client is told" "$(
	echo "too big: mtu 1380"
	answer ipip44 1380
)" "$(ask ipip44 -p "do" -n 2 -s 1472)"
limited ipip44
limited gue66
stop

forget
configure_tunnels drv flow "too_big_rate: 0"
check "too_big_rate 0: starts" start_tunnels
ask gue46 -q -p probe -n 3 -s 1472
is "too_big_rate 0: dropped" 3 "$(passed too_big)"
is "too_big_rate 0: nobody is told" 0 "$(passed told_too_big)"
stop
