#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# What the system does to the interface and to our program on it.
#   MODE=drv|skb|hw bats -t hwtests/suites/events.bats

bats_require_minimum_version 1.5.0
load common
load control

lb_link() { ip -n "$(net_ns lb)" link set "$@"; }

@test "$MODE: a program that somebody detached is attached again within seconds" {
	needs_host
	map_flows before
	id=$(attached_id)
	lb_link "$NET_LB_DEV" "$(ip_mode)" off
	net_wait 5 other_program "$id"
	lb_said "our XDP program (id $id) was detached"
	net_wait 5 lb_said 'attached again'
	is_counted 1 udplb_repairs_total
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" 2000
}

@test "$MODE: a foreign program in our place is named and left, and we come back after it" {
	needs_host
	# Exchanged at once, whatever is there.
	lb_link "$NET_LB_DEV" "$(ip_mode)" off
	at lb ip -force link set "$NET_LB_DEV" "$(ip_mode)" obj "$NET_PASS" sec xdp
	net_wait 5 lb_said "place of ours: 'somebody_else'"
	is_counted 0 udplb_attached
	is_counted 0 xdp_mode
	foreign=$(attached_id)
	config 1 2
	hup
	lb_said 'Reload failed'
	sleep 1.5
	equal "$(attached_id)" "$foreign" "program"
	equal "$(logged 'place of ours')" 1 "lines"
	lb_link "$NET_LB_DEV" "$(ip_mode)" off
	net_wait 5 lb_said 'attached again'
	is_counted 1 udplb_attached
	is_counted 1 xdp_mode
	map_flows after
	# And to the end: what is not ours stays when we go.
	at lb ip -force link set "$NET_LB_DEV" "$(ip_mode)" obj "$NET_PASS" sec xdp
	lb_stop
	[ "$(attached_id)" != none ]
	lb_link "$NET_LB_DEV" "$(ip_mode)" off
}

@test "$MODE: the interface goes and comes back: balancing goes on, counters too" {
	needs_veth "a real port cannot be removed"
	map_flows before
	ip -n "$(net_ns lb)" link del "$NET_LB_DEV"
	net_wait 5 lb_said "$NET_LB_DEV was removed"
	net_wait 10 is_counted 0 udplb_attached
	kill -0 "$LB_PID"
	config 1 2
	hup
	lb_said 'Reload failed'
	net_cable lb "$NET_LB_DEV" switch "$NET_LB_PEER_DEV"
	net_plug "$NET_LB_PEER_DEV"
	net_pass on
	net_address lb 192.0.2.2/24 "$NET_LB_DEV"
	net_up lb "$NET_LB_DEV"
	net_route lb default via 192.0.2.1
	net_wait 20 lb_said 'attached again'
	net_wait 10 backend_up 1 5000
	# The cable is another one; the router may still ask who has its end.
	net_route router "$NET_VIP" via 192.0.2.2
	at router ip neigh flush all
	net_wait 10 at client "$UDPFLOWS" send "$NET_VIP" 5000
	sent=$(counted udplb_packets_total reason=forwarded)
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((1000 + sent))
	equal "$(logged 'was removed')" 1 "lines"
}

@test "$MODE: the link is down and up, twice: noticed, and the same flows go on" {
	needs_veth "a real port needs seconds for its link"
	map_flows before
	for _ in 1 2; do
		n=$(logged "$NET_LB_DEV is up, carrier present")
		lb_link "$NET_LB_DEV" down
		net_wait 5 lb_said "$NET_LB_DEV is down"
		lb_link "$NET_LB_DEV" up
		net_route lb default via 192.0.2.1
		net_wait 5 more_than "$n" "$NET_LB_DEV is up, carrier present"
	done
	# The other end of the cable.
	ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" down
	net_wait 5 lb_said "$NET_LB_DEV is up, carrier lost"
	ip -n "$(net_ns switch)" link set "$NET_LB_PEER_DEV" up
	for i in 1 2 3; do net_wait 10 backend_up $i 5000; done
	net_wait 10 at client "$UDPFLOWS" send "$NET_VIP" 5000
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	is_counted 1 udplb_attached
	is_counted 0 udplb_repairs_total
}

@test "$MODE: a new MTU or name of the interface is noticed, and nothing else happens" {
	needs_veth "a real port keeps its name"
	map_flows before
	lb_link "$NET_LB_DEV" mtu 1400
	net_wait 5 lb_said 'the MTU is 1400 now, was 1500'
	lb_link "$NET_LB_DEV" mtu 1500
	rename() {
		lb_link "$NET_LB_DEV" name lan0
		net_wait 5 lb_said 'is now called lan0'
		extra[2]=', weight: 2'
		config 1 2 3
		hup
		top='latency: false'
		config 1 2 3
		hup
		lb_link lan0 name "$NET_LB_DEV"
		net_wait 5 lb_said "is now called $NET_LB_DEV"
	}
	under_traffic rename
	equal "$(logged 'Reloaded')" 2 "reloads"
	run ! lb_said ERROR
}

@test "$MODE: thousands of events at once are lost by the kernel: what is true is read again" {
	needs_veth "the neighbours of a real port are its own business"
	map_flows before
	# While it cannot read, more happens than its queue holds.
	kill -STOP "$LB_PID"
	for ((i = 0; i < 15000; i++)); do
		echo "neigh replace 192.0.2.99 lladdr 02:00:00:00:00:0$((i % 10)) dev $NET_LB_DEV"
	done >"$LB_DIR/events"
	at lb ip -batch "$LB_DIR/events"
	# The news that matters is among what is lost.
	lb_link "$NET_LB_DEV" mtu 1400
	mac=$(net_mac b2)
	at b2 ip link set "$NET_DEV" address 02:00:5e:00:53:99
	at lb ip neigh replace 192.0.2.12 lladdr 02:00:5e:00:53:99 \
		dev "$NET_LB_DEV" nud reachable
	kill -CONT "$LB_PID"
	net_wait 10 lb_said 'events were lost'
	net_wait 10 lb_said 'the MTU is 1400 now'
	net_wait 10 lb_said 'Backend 192.0.2.12:5000 via mac 02:00:5e:00:53:99'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	at lb ip neigh del 192.0.2.99 dev "$NET_LB_DEV"
	equal "$(logged 'events were lost')" 1 "lines"
	lb_link "$NET_LB_DEV" mtu 1500
	found=$(logged "Backend 192.0.2.12:5000 via mac $mac")
	at b2 ip link set "$NET_DEV" address "$mac"
	at lb ip neigh del 192.0.2.12 dev "$NET_LB_DEV"
	net_wait 10 more_than "$found" "Backend 192.0.2.12:5000 via mac $mac"
}

serves_metrics() { at lb curl -sfo /dev/null "http://$LB_LISTEN/metrics"; }

@test "$MODE: a log on a full disk: the daemon works as ever, and ends as ever" {
	lb_stop
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		"$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>/dev/full 3>&- &
	LB_PID=$!
	echo "$LB_PID" >>"$LB_DIR/pids"
	net_wait 10 serves_metrics
	map_flows before
	config 1 2
	kill -HUP "$LB_PID"
	net_wait 10 is_counted 1 udplb_reloads_total result=success
	map_flows after
	equal "$(awk '$2 == "b3"' "$LB_DIR/after" | wc -l)" 0 "flows at b3"
	echo "colour: red" >>"$LB_DIR/udplb.yaml"
	kill -HUP "$LB_PID"
	net_wait 10 is_counted 1 udplb_reloads_total result=failure
	lb_stop
}
