#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# What goes wrong around the daemon while packets flow: none of them notices.
#   MODE=drv|skb bats -t hwtests/faults.bats

bats_require_minimum_version 1.5.0
load common
load control

# More neighbour entries come and go than the kernel keeps events of.
neighbours_crowd() {
	local i

	for i in {1..6000}; do
		printf 'neigh %s 198.18.%d.%d lladdr 02:00:00:00:00:99 dev %s\n' \
			"$1" $((i / 250)) $((i % 250 + 1)) "$NET_LB_DEV"
	done | ip -n "$(net_ns lb)" -batch -
}

lose_events() {
	kill -STOP "$LB_PID"
	neighbours_crowd replace
	ip -n "$(net_ns b2)" link set "$NET_DEV" address 02:00:5e:00:53:02
	ip -n "$(net_ns lb)" neigh replace 192.0.2.12 \
		lladdr 02:00:5e:00:53:02 nud reachable dev "$NET_LB_DEV"
	neighbours_crowd del
	kill -CONT "$LB_PID"
	net_wait 20 lb_said 'events were lost'
	net_wait 20 lb_said '192.0.2.12:5000 via mac 02:00:5e:00:53:02'
}

@test "$MODE: netlink events that are lost: everything is read again" {
	needs_veth "a port's neighbours are its owner's"
	map_flows before
	old=$(net_mac b2)
	lose_events
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	# Said once for many; and the daemon works on.
	equal "$(logged 'events were lost')" 1 "lines"
	config 1 2
	hup
	map_flows after
	equal "$(awk '$2 == "b3"' "$LB_DIR/after" | wc -l)" 0 "flows at b3"
	ip -n "$(net_ns b2)" link set "$NET_DEV" address "$old"
	ip -n "$(net_ns lb)" neigh del 192.0.2.12 dev "$NET_LB_DEV"
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
