#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# Another configuration while packets are balanced: nothing is lost, nothing
# moves that need not.  Restarts: restart.bats; interfaces: events.bats.
#   MODE=drv|skb|hw bats -t hwtests/suites/control.bats

bats_require_minimum_version 1.5.0
load common
load control

@test "$MODE: SIGHUP with other backends, under traffic: nothing lost, only theirs move" {
	map_flows before
	reload_both() {
		config 1 2
		hup
		config 1 2 3
		hup
	}
	under_traffic reload_both
	total=$((1000 + sent))
	lb_said 'echo: backend 192.0.2.13:5000: removed'
	lb_said 'echo: backend 192.0.2.13:5000: added'
	map_flows after
	equal "$(moved before after)" 0 "flows moved, all backends being back"
	config 1 2
	leave() {
		hup
		net_wait 15 lb_said 'taken out have left'
	}
	under_traffic leave
	map_flows without
	# A ring of other backends is another one: it may differ by a per cent.
	(($(moved before without b3) <= 10)) ||
		fail "$(moved before without b3) flows moved of others than b3"
	equal "$(awk '$2 == "b3"' "$LB_DIR/without" | wc -l)" 0 "flows at b3"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((total + 1000 + sent + 1000)) "forwarded"
	equal "$(counted udplb_reloads_total result=success)" 3
}

@test "$MODE: services and ports come and go under traffic, and no flow of another moves" {
	map_flows before
	come_and_go() {
		for port in 6000 6001; do
			more="  - {name: other, address: $NET_VIP, ports: [$port], backends: [{address: 192.0.2.11, port: $port}]}"
			config 1 2 3
			hup
		done
		more=
		config 1 2 3
		hup
	}
	under_traffic come_and_go
	lb_said 'service other: added'
	lb_said 'service other: ports: .*6000.* -> .*6001'
	lb_said 'service other: removed'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
}

@test "$MODE: a file with mistakes changes nothing, and tells all of them" {
	id=$(attached_id)
	map_flows before
	sed -i 's/ports: \[5000\]/ports: [70000], colour: red/' \
		"$LB_DIR/udplb.yaml"
	hup
	lb_said 'udplb.yaml:6: services\[0\].ports'
	lb_said 'udplb.yaml:6: services\[0\].colour'
	lb_said 'Reload failed, the configuration in force stays'
	equal "$(attached_id)" "$id" "program"
	equal "$(counted udplb_reloads_total result=failure)" 1
	rm "$LB_DIR/udplb.yaml"
	hup
	lb_said 'udplb.yaml: cannot be read: No such file'
	equal "$(counted udplb_reloads_total result=failure)" 2
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
}

@test "$MODE: what needs a restart says so, and nothing of the file is applied" {
	for change in 's/127.0.0.1:8000/127.0.0.1:8001/ metrics.listen' \
		's/^mode:.*/mode:_auto/ mode' \
		's/^interface:.*/interface:_lo/ interface'; do
		config 1 2
		sed -i "$(sed 's/_/ /' <<<"${change% *}")" "$LB_DIR/udplb.yaml"
		hup
		lb_said "${change##* } changed, which needs a restart"
		is_counted 3 udplb_service_backends service=echo
	done
	config 1 2 3
	hup
	lb_said 'Reloaded .*: 0 changes'
}

@test "$MODE: weight and drain by SIGHUP keep the program, and move only their share" {
	id=$(attached_id)
	map_flows before
	extra[2]=', drain: true'
	config 1 2 3
	under_traffic hup
	equal "$(attached_id)" "$id" "program"
	lb_said 'backend 192.0.2.12:5000: drained'
	map_flows drained
	equal "$(moved before drained b2)" 0 "flows moved of others than b2"
	equal "$(awk '$2 == "b2"' "$LB_DIR/drained" | wc -l)" 0 "flows at b2"
	is_counted 1 udplb_backend_draining backend=192.0.2.12:5000
	is_counted 0 udplb_backend_up backend=192.0.2.12:5000
	extra[2]=''
	config 1 2 3
	under_traffic hup
	lb_said 'backend 192.0.2.12:5000: not drained any more'
	map_flows after
	equal "$(moved before after)" 0 "flows moved, all backends being back"
	extra[2]=', weight: 3'
	config 1 2 3
	under_traffic hup
	lb_said 'backend 192.0.2.12:5000: weight 1 -> 3'
	map_flows weighted
	within "$(told 'backend b2')" 600 10
	equal "$(attached_id)" "$id" "program"
}

udplb_says() { at lb "$UDPLB" -c "$LB_DIR/udplb.yaml" "$@"; }

@test "$MODE: backends come and go in place: the same program, nothing lost, counts stay" {
	id=$(attached_id)
	map_flows before
	all=$(counted udplb_packets_total reason=forwarded)
	equal "$all" 1000 "packets forwarded"
	udplb_says del echo 192.0.2.12
	# Another one within its time does not shorten that of the first.
	udplb_says del echo 192.0.2.13
	equal "$(udplb_says backends --json | jq -c '[.[].weight]')" '[1,0,0]' "weights"
	run ! udplb_says del echo 192.0.2.13
	run ! udplb_says del echo 192.0.2.11
	map_flows left
	equal "$(awk '$2 != "b1"' "$LB_DIR/left" | wc -l)" 0 "flows elsewhere"
	net_wait 20 lb_said 'backends that were taken out have left'
	equal "$(logged 'have left')" 1 "times"
	equal "$(udplb_says backends --json | jq -c '[.[].address]')" \
		'["192.0.2.11"]' "backends"
	equal "$(attached_id)" "$id" "program"
	equal "$(counted udplb_packets_total reason=forwarded)" 2000 "forwarded"
	# Their places are free for whoever comes.
	both() {
		udplb_says add echo 192.0.2.13:5000
		udplb_says add echo 192.0.2.12:5000
	}
	under_traffic both
	equal "$(attached_id)" "$id" "program"
	map_flows after
	equal "$(moved before after)" 0 "flows moved, all backends being back"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((3000 + sent)) "forwarded"
	# In the order of the file, they are the same.
	hup
	lb_said 'Reloaded .*: 0 changes'
	equal "$(attached_id)" "$id" "program"
	map_flows again
	equal "$(moved before again)" 0 "flows moved"
}

@test "$MODE: all backends drained: packets are dropped and counted, until one is back" {
	for i in 1 2 3; do extra[$i]=', drain: true'; done
	config 1 2 3
	hup
	at client "$UDPFLOWS" send -n 10 "$NET_VIP" 5000 >"$LB_DIR/told" &&
		fail "answered"
	equal "$(told answered)" 0
	equal "$(undelivered no_backend)" 10
	extra[3]=''
	config 1 2 3
	hup
	map_flows after
	equal "$(awk '$2 != "b3"' "$LB_DIR/after" | wc -l)" 0 "flows elsewhere"
}

@test "$MODE: SIGHUPs that come faster than they are done: the last file is in force" {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		extra[2]=", weight: $i"
		config 1 2 3
		kill -HUP "$LB_PID"
	done
	net_wait 10 is_counted 10 udplb_backend_weight backend=192.0.2.12:5000
	kill -0 "$LB_PID"
	run ! lb_said ERROR
}

@test "$MODE: a map that refuses to be written: said once, packets go on, the next program is right" {
	[ "$MODE" != hw ] || skip "a card's map cannot be frozen"
	map_flows before
	for id in $(bpftool -j prog show id "$(attached_id)" | jq '.map_ids[]'); do
		[ "$(bpftool -j map show id "$id" | jq -r .name)" != hosts ] ||
			bpftool map freeze id "$id"
	done
	# What answers go to is written there; in truth it has not moved.
	gateway=$(ip -n "$(net_ns lb)" -j neigh show 192.0.2.1 | jq -r '.[0].lladdr')
	ip -n "$(net_ns lb)" neigh replace 192.0.2.1 dev eth0 \
		lladdr 02:00:00:00:00:99 nud permanent
	extra[2]=', weight: 4'
	config 1 2 3
	hup
	net_wait 5 lb_said 'writing the tables: .*what is in force stays'
	run -1 at lb "$UDPLB" -c "$LB_DIR/udplb.yaml" drain 192.0.2.12
	[[ $output == *"not yet in force: writing the tables: Operation not"* ]]
	at lb "$UDPLB" -c "$LB_DIR/udplb.yaml" status |
		grep -q '^tables *NOT UP TO DATE: Operation not permitted'
	at lb "$UDPLB" -c "$LB_DIR/udplb.yaml" undrain 192.0.2.12 || true
	is_repeated() { (($(counted udplb_table_write_errors_total) >= 4)); }
	net_wait 20 is_repeated || fail "it is not repeated"
	equal "$(logged 'writing the tables')" 1 "lines"
	map_flows frozen
	equal "$(moved before frozen)" 0 "flows moved"
	ip -n "$(net_ns lb)" neigh replace 192.0.2.1 dev eth0 \
		lladdr "$gateway" nud permanent
	# Another program has maps of its own.
	top='latency: false'
	config 1 2 3
	under_traffic hup
	at lb "$UDPLB" -c "$LB_DIR/udplb.yaml" status >"$LB_DIR/status"
	run ! grep '^tables' "$LB_DIR/status"
	map_flows after
	within "$(told 'backend b2')" 667 10
}

@test "$MODE: no memory for a reload: it fails or not, packets go on, and the next one succeeds" {
	map_flows before
	size=$(awk '/^VmSize/ { print $2 * 1024 }' "/proc/$LB_PID/status")
	extra[2]=', weight: 4' more="$(many_services)"
	config 1 2 3
	for room in 0 64 128 256 512 1024 2048 4096; do
		prlimit --pid "$LB_PID" --as=$((size + room * 1024)):
		hup
		kill -0 "$LB_PID"
	done
	prlimit --pid "$LB_PID" --as=unlimited:
	map_flows starved
	hup
	tail -n 1 "$LB_DIR/log" | grep -q Reloaded
	map_flows after
	within "$(told 'backend b2')" 667 10
}

# Enough of them that there is something to allocate.
many_services() {
	local i

	for ((i = 1; i <= 40; i++)); do
		printf '  - {name: s%d, address: 203.0.113.9, ports: [%d], ' \
			"$i" $((7000 + i))
		printf 'ring_size: 16384, backends: [{address: 192.0.2.11, port: %d}, {address: 192.0.2.12, port: %d}]}\n' \
			$((7000 + i)) $((7000 + i))
	done
}
