#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# One process after another: the next goes on where the last one stopped.
#   MODE=drv|skb|hw bats -t hwtests/suites/restart.bats

bats_require_minimum_version 1.5.0
load common
load control

# What a daemon leaves for the next one.
state() {
	find /run/udplb -name "$NET_LB_DEV@$(at lb stat -Lc %i /proc/self/ns/net).json"
}

# edit_state JQ-FILTER
edit_state() {
	jq "$1" "$(state)" >"$LB_DIR/state" && cp "$LB_DIR/state" "$(state)"
}

# Nothing is lost, nothing moves; but what was counted is over.
starts_anew() {
	map_flows before
	under_traffic lb_start
	lb_said 'taken the place of an older'
	lb_said "$1" || fail "does not say '$1': $(cat "$LB_DIR/log")"
	run ! lb_said ERROR
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
}

@test "$MODE: kill -9 and a new start, under traffic: nothing lost, counters go on" {
	map_flows before
	restart() {
		kill_hard
		sleep 0.3
		lb_start
	}
	under_traffic restart
	lb_said 'taken the place of an older'
	run ! lb_said 'start anew'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	for metric in udplb_packets_total udplb_backend_packets_total; do
		[ $metric != udplb_packets_total ] || only=reason=forwarded
		equal "$(counted $metric ${only:-})" $((2000 + sent)) "$metric"
		only=
	done
	# Once more: what was inherited is inherited again.
	restart
	equal "$(counted udplb_backend_packets_total)" $((2000 + sent))
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
}

@test "$MODE: counters follow their backend through a killed daemon and another file" {
	map_flows before
	lb_scrape
	for i in 1 3; do
		was[i]=$(metric udplb_backend_packets_total "backend=$(net_backend_address $i):5000")
	done
	kill_hard
	config 3 1
	lb_start
	lb_scrape
	for i in 1 3; do
		equal "$(metric udplb_backend_packets_total "backend=$(net_backend_address $i):5000")" \
			"${was[i]}" "packets of b$i"
	done
	equal "$(metric udplb_packets_total reason=forwarded)" 1000
}

@test "$MODE: an upgrade: another binary, program and file, under traffic, nothing lost" {
	top='persist: true'
	config 1 2 3
	hup
	map_flows before
	id=$(attached_id)
	cp "$UDPLB" "$LB_DIR/udplb-next"
	# Also the feature set, and with it the program's variant.
	more="  - {name: six, address: \"2001:db8::1\", ports: [53], balance: source, backends: [{address: \"2001:db8::b\", mac: 02:00:00:00:00:0b}]}"
	top=$'persist: true\nlatency: false'
	upgrade() {
		lb_stop
		equal "$(attached_id)" "$id" "program"
		config 1 2 3
		UDPLB=$LB_DIR/udplb-next lb_start
	}
	under_traffic upgrade
	[ "$(attached_id)" != "$id" ]
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
	lb_stop
	at lb "$UDPLB" detach "$NET_LB_DEV"
}

# Has ended by itself, with 0.
ended_well() {
	net_wait 5 not_running "$1"
	wait "$1" || fail "exit code $? of the older one: $(cat "$LB_DIR/log.old")"
}
not_running() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1")" = Z ]; }

# envoyproxy/envoy#1537: the new one fails for good where the old one has not let
# go of the port yet; envoyproxy/envoy#38146: the same of the admin's.
@test "$MODE: --replace takes all of one that runs, under traffic: nothing lost, the old one ends with 0" {
	map_flows before
	old=$LB_PID
	mv "$LB_DIR/log" "$LB_DIR/log.old"
	replace() {
		lb_start --replace
		ended_well "$old"
	}
	under_traffic replace
	grep -q 'INFO.*another udplb has taken over' "$LB_DIR/log.old"
	run ! grep -q 'WARNING\|ERROR' "$LB_DIR/log.old"
	equal "$(sed '1,/another udplb has taken over/d; s/.*] //' \
		"$LB_DIR/log.old")" 'Shutdown complete.' "its last words"
	run ! lb_said 'WARNING\|ERROR'
	lb_said 'Metrics on http://127.0.0.1:8000/metrics'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
	at lb "$UDPLB" status --json | jq -e ".pid == null or .pid == $LB_PID"
	# Its own state is whole, and the lock is its own: the one after it goes on.
	net_wait 5 grep -qx "$LB_PID" /run/udplb/*"@$(at lb stat -Lc %i /proc/self/ns/net).lock"
	kill_hard
	lb_start
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
}

@test "$MODE: --replace with an admin.socket of its own, and again and again" {
	lb_stop
	top="admin: {socket: $LB_DIR/own.sock}"
	config 1 2 3
	lb_start
	for i in 1 2 3; do
		old=$LB_PID
		mv "$LB_DIR/log" "$LB_DIR/log.old"
		lb_start --replace
		ended_well "$old"
		at lb "$UDPLB" --socket "$LB_DIR/own.sock" status | grep -q attached
	done
	map_flows flows
	lb_stop
	equal "$(attached_id)" none
	[ ! -e "$LB_DIR/own.sock" ]
}

@test "$MODE: --replace of one that hangs: packets go on, it is said, metrics come when it is gone" {
	map_flows before
	old=$LB_PID
	mv "$LB_DIR/log" "$LB_DIR/log.old"
	kill -STOP "$old"
	hang() { lb_start --replace; }
	under_traffic hang
	lb_said "the older udplb (pid $old) does not end: .*keeps 127.0.0.1:8000"
	# The admin socket is the new one's already.
	at lb "$UDPLB" status | grep -q '^program *attached'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	# Woken up, it ends by itself.
	kill -CONT "$old"
	ended_well "$old"
	net_wait 5 lb_scrape
	net_wait 5 lb_said "The metrics' address is free"
	map_flows still
	equal "$(moved before still)" 0 "flows moved"
}

# Whoever is told to end says what became of the program, and nothing else that
# has happened.
@test "$MODE: SIGTERM to one that was replaced and does not know it yet: it says so in one line" {
	old=$LB_PID
	mv "$LB_DIR/log" "$LB_DIR/log.old"
	kill -STOP "$old"
	id=$(attached_id)
	lb_launch --replace
	net_wait 10 other_program "$id"
	id=$(attached_id)
	kill -TERM "$old"
	kill -CONT "$old"
	ended_well "$old"
	equal "$(sed -n '/Shutting down/,$p' "$LB_DIR/log.old" | sed 's/.*] //')" \
		"Shutting down (Terminated)
$NET_LB_DEV: our XDP program is not attached any more; what is there now stays
Shutdown complete."
	net_wait 10 lb_said 'Application startup complete'
	equal "$(attached_id)" "$id" "program"
}

@test "$MODE: --replace by one whose port is a stranger's is refused, and nothing changes" {
	id=$(attached_id)
	sed 's/:8000/:8002/' "$LB_DIR/udplb.yaml" >"$LB_DIR/second.yaml"
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		python3 -c '
import socket, time
s = socket.create_server(("127.0.0.1", 8002))
print("ready", flush=True)
time.sleep(300)' >"$LB_DIR/stranger" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 60 grep -q ready "$LB_DIR/stranger"
	kill_hard
	at lb timeout 10 "$UDPLB" run --replace -c "$LB_DIR/second.yaml" \
		2>"$LB_DIR/second" 3>&- && fail "ran"
	grep -q '127.0.0.1:8002 is taken by another program' "$LB_DIR/second"
	equal "$(attached_id)" "$id" "program"
	map_flows flows
}

@test "$MODE: a second udplb on the interface is refused, and named the first" {
	sed 's/:8000/:8001/' "$LB_DIR/udplb.yaml" >"$LB_DIR/second.yaml"
	id=$(attached_id)
	at lb timeout 10 "$UDPLB" run -c "$LB_DIR/second.yaml" \
		2>"$LB_DIR/second" 3>&- && fail "ran"
	cat "$LB_DIR/second"
	grep -q "another udplb (pid $LB_PID) runs on $NET_LB_DEV" \
		"$LB_DIR/second"
	equal "$(attached_id)" "$id" "program"
}

@test "$MODE: SIGTERM detaches and leaves no state behind" {
	[ -s "$(state)" ]
	lb_stop
	equal "$(attached_id)" none
	equal "$(state)" ""
}

@test "$MODE: a damaged state file: said, counters start anew, packets do not notice" {
	kill_hard
	head -c 200 "$(state)" >"$LB_DIR/half"
	cp "$LB_DIR/half" "$(state)"
	starts_anew 'json: .*damaged.*anew'
	# And is whole again.
	total=$(counted udplb_packets_total reason=forwarded)
	kill_hard
	lb_start
	run ! lb_said 'anew'
	equal "$(counted udplb_packets_total reason=forwarded)" "$total"
}

@test "$MODE: a state file of another version or ABI is said so, and not guessed at" {
	kill_hard
	edit_state '.abi += 1'
	starts_anew 'json: written by another version.*anew'
	kill_hard
	edit_state '.format = 99'
	starts_anew 'json: written by another version.*anew'
}

@test "$MODE: a state file about another program, or that does not fit to the maps" {
	kill_hard
	edit_state '.program += 100000'
	starts_anew 'nothing is known: counters start anew'
	kill_hard
	edit_state '.counted.backends |= .[1:]'
	starts_anew 'maps of program.*anew'
}

@test "$MODE: no state file: the program is taken over, counters start anew" {
	kill_hard
	rm "$(state)"
	starts_anew 'nothing is known: counters start anew'
}

@test "$MODE: a program of our name with maps unlike ours" {
	needs_host
	lb_stop
	clang -O2 -g -target bpf -x c -c -o "$LB_DIR/impostor.o" - <<-'END'
		__attribute__((section("xdp"))) int udplb(void *ctx)
		{
			return 2; /* XDP_PASS */
		}
	END
	at lb ip link set "$NET_LB_DEV" "$(ip_mode)" obj "$LB_DIR/impostor.o" sec xdp
	lb_start
	lb_said "program (id [0-9]*) is attached, of which nothing is known"
	kill_hard
	cp "$(state)" "$LB_DIR/kept"
	at lb "$UDPLB" detach "$NET_LB_DEV"
	at lb ip link set "$NET_LB_DEV" "$(ip_mode)" obj "$LB_DIR/impostor.o" sec xdp
	jq ".program = $(attached_id)" "$LB_DIR/kept" >"$(state)"
	lb_start
	lb_said 'maps of program.*anew'
	map_flows after
	equal "$(counted udplb_packets_total reason=forwarded)" 1000
}

# What a test that failed has left there would be in everybody's way.
teardown() {
	local dir

	dir=$(dirname "$(state)")
	! mountpoint -q "$dir" || [ "$(findmnt -no OPTIONS,SIZE "$dir" | grep -c 'size=8k')" = 0 ] ||
		umount -l "$dir"
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
}

@test "$MODE: a state that cannot be written is said once, and written when it can be" {
	dir=$(dirname "$(state)")
	kill_hard
	mount -t tmpfs -o size=8k tmpfs "$dir"
	head -c 100k /dev/zero >"$dir/full" 2>/dev/null || true
	lb_start
	lb_said 'json: .*cannot be written'
	for top in 'latency: false' 'latency: true'; do
		config 1 2 3
		hup
	done
	map_flows flows
	equal "$(logged 'cannot be written')" 1 "lines"
	rm "$dir/full"
	net_wait 15 lb_said 'json: .*written again'
	umount -l "$dir"
}

@test "$MODE: a log that cannot be written: packets and reloads do not notice" {
	kill_hard
	mkdir "$LB_DIR/small"
	mount -t tmpfs -o size=8k tmpfs "$LB_DIR/small"
	log=$LB_DIR/small/log
	: >"$log"
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		"$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>>"$log" 3>&- &
	LB_PID=$!
	echo "$LB_PID" >>"$LB_DIR/pids"
	net_wait 10 lb_scrape
	head -c 100k /dev/zero >"$LB_DIR/small/full" 2>/dev/null || true
	for weight in 2 3 4; do
		extra[2]=", weight: $weight"
		config 1 2 3
		kill -HUP "$LB_PID"
		net_wait 10 is_counted $weight udplb_backend_weight \
			backend=192.0.2.12:5000
	done
	map_flows flows
	rm "$LB_DIR/small/full"
	extra[2]=''
	config 1 2 3
	kill -HUP "$LB_PID"
	net_wait 10 grep -q 'weight 4 -> 1' "$log"
	umount -l "$LB_DIR/small"
}
