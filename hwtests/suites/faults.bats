#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# What the kernel does not answer for want of descriptors, memory or permission
# is not taken for an answer; and the files of a running udplb.
#   MODE=drv|skb|hw bats -t hwtests/suites/faults.bats

bats_require_minimum_version 1.5.0
load common
load control

FAULT=$ROOT/build/hwtests/fault.so

run_file() { echo "/run/udplb/$NET_LB_DEV@$(at lb stat -Lc %i /proc/self/ns/net).$1"; }

# faults PERCENT: of the questions of who was started by faulty_start.
faults() { printf '%03d' "$1" | dd of="$LB_DIR/faults" conv=notrunc status=none; }

faulty_start() {
	kill_hard
	printf '000\n' >"$LB_DIR/faults"
	LD_PRELOAD=$FAULT FAULT_FILE=$LB_DIR/faults lb_start "$@"
}

# Nothing that is not so.
says_nothing_wrong() {
	run ! lb_said 'detached, not by us'
	run ! lb_said 'another XDP program took'
	run ! lb_said 'has taken over'
	run ! lb_said 'does not serve'
	run ! lb_said 'does not exist'
}

# No descriptor beyond those that are open now.
no_descriptors() {
	local fd=0

	while [ -e "/proc/$LB_PID/fd/$fd" ]; do
		fd=$((fd + 1))
	done
	prlimit --pid "$LB_PID" --nofile="$fd":
}

# acassen/keepalived#1173 and fatedier/frp#1155: checks that use up all descriptors
# take backends, and with them services, out.
@test "$MODE: no descriptor is left: nothing is thought detached, flows stay, SIGTERM detaches" {
	map_flows before
	id=$(attached_id)
	use_up() {
		no_descriptors
		sleep 3.5
		at lb ip addr add 192.0.2.99/32 dev lo # routes are looked at again
		sleep 1.5
	}
	under_traffic use_up
	says_nothing_wrong
	equal "$(attached_id)" "$id" "program"
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	lb_stop
	equal "$(attached_id)" none
	at lb ip addr del 192.0.2.99/32 dev lo
}

@test "$MODE: the soft limit of descriptors becomes the hard one; check and start tell what is needed" {
	kill_hard
	(
		ulimit -Sn 256
		ulimit -Hn 4096
		lb_start
		echo "$LB_PID" >"$LB_DIR/limited"
	)
	LB_PID=$(cat "$LB_DIR/limited")
	equal "$(awk '/^Max open files/ { print $4 }' "/proc/$LB_PID/limits")" 4096
	run ! lb_said 'descriptors'
	needed=$(at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" |
		awk '/^descriptors/ { print $2 }')
	kill_hard
	(
		ulimit -n $((needed - 1))
		lb_start
	)
	lb_said "may need $needed file descriptors, and there may be $((needed - 1))"
	kill -KILL "$(tail -n 1 "$LB_DIR/pids")"
	at lb "$UDPLB" detach "$NET_LB_DEV"
}

@test "$MODE: questions fail at random: nothing is thought detached, no packet lost" {
	faulty_start
	map_flows before
	id=$(attached_id)
	storm() {
		local i

		for i in 5 20 60; do
			faults $i
			sleep 1.5
			at lb ip addr add "192.0.2.9$((i % 9))/32" dev lo
			sleep 1
			at lb ip addr del "192.0.2.9$((i % 9))/32" dev lo
		done
		faults 0
		sleep 1.2
	}
	under_traffic storm
	says_nothing_wrong
	equal "$(attached_id)" "$id" "program"
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	# What was missed is caught up with.
	is_counted 1 udplb_attached
}

@test "$MODE: questions fail at random: a reload is in force, or refused and said" {
	faulty_start
	refused=0
	for weight in 2 3 4 5 6 7 8 9; do
		faults 3
		extra[2]=", weight: $weight"
		top="latency: $( ((weight % 2)) && echo true || echo false)"
		config 1 2 3
		hup
		faults 0
		map_flows flows
		if [ "$(logged 'Reload failed')" -gt "$refused" ]; then
			refused=$(logged 'Reload failed')
		else
			is_counted "$weight" udplb_backend_weight backend=192.0.2.12:5000 ||
				fail "neither refused nor in force: $weight"
		fi
	done
	says_nothing_wrong
	equal "$(logged 'Reload failed\|Reloaded')" 8 "outcomes"
}

@test "$MODE: SIGTERM while questions fail: the exit code tells whether it is still attached" {
	for percent in 40 100; do
		faulty_start
		faults $percent
		status=0
		lb_stop || status=$?
		if [ "$(attached_id)" = none ]; then
			equal "$status" 0 "exit code, detached"
		else
			[ "$status" != 0 ] || fail "exit code 0, and attached"
			lb_said 'ERROR.*udplb detach' || fail "does not say so"
			map_flows still
			at lb "$UDPLB" detach "$NET_LB_DEV"
		fi
		equal "$(attached_id)" none
		lb_start
	done
}

@test "$MODE: starts while questions fail: attached and 0 told, or not attached and not 0" {
	lb_stop
	for i in {1..12}; do
		printf '00%d\n' $((i % 4 * 2)) >"$LB_DIR/faults"
		LD_PRELOAD=$FAULT FAULT_FILE=$LB_DIR/faults lb_launch
		net_wait 10 lb_decided
		faults 0
		if kill -0 "$LB_PID"; then
			map_flows flows
			lb_stop
		else
			wait "$LB_PID" && fail "gone, with 0"
			lb_said ERROR
		fi
		equal "$(attached_id)" none "after start $i"
	done
}

@test "$MODE: lock, state and socket are for their owner only, whatever the umask" {
	lb_stop
	(
		umask 0
		lb_start
	)
	LB_PID=$(tail -n 1 "$LB_DIR/pids")
	for suffix in lock json sock; do
		equal "$(stat -c %a "$(run_file $suffix)")" 600 "mode of the $suffix"
	done
	# Who may read it could hold it (lucas-albers-lz4/fwlive#167).
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		flock -n "$(run_file lock)" true && fail "locked by nobody"
	kill "$LB_PID"
	net_wait 5 gone "$LB_PID"
	# And nothing is left.
	equal "$(find /run/udplb -name "$NET_LB_DEV@$(at lb stat -Lc %i /proc/self/ns/net).*" | wc -l)" 0
}

gone() { ! kill -0 "$1" 2>/dev/null; }

@test "$MODE: a lock file that an older udplb left for all to read becomes its owner's" {
	lb_stop
	touch "$(run_file lock)"
	chmod 644 "$(run_file lock)"
	lb_start
	equal "$(stat -c %a "$(run_file lock)")" 600
	lb_stop
	# Nobody follows a link that waits there.
	echo kept >"$LB_DIR/elsewhere"
	ln -s "$LB_DIR/elsewhere" "$(run_file lock)"
	ln -s "$LB_DIR/elsewhere" "$(run_file json.new)"
	lb_start
	lb_said 'lock: is there and no plain file'
	equal "$(cat "$LB_DIR/elsewhere")" kept
	rm "$(run_file lock)"
	lb_stop
}

@test "$MODE: starts that are killed leave no sockets beside the one" {
	kill_hard
	for i in {1..8}; do
		lb_launch
		sleep 0.0$((i * 4))
		kill_hard
	done
	equal "$(find /run/udplb -name '.*' -type s | wc -l)" 0 "sockets"
	lb_start
}

# systemd/systemd#20635: systemd-tmpfiles takes a socket that was renamed since
# bind(2), as ours is, for one that nobody listens at.
@test "$MODE: files and directory are removed by a cleaner: they come back, and the lock holds" {
	rm -r /run/udplb/*
	net_wait 5 test -S "$(run_file sock)"
	net_wait 5 test -s "$(run_file lock)"
	net_wait 5 test -s "$(run_file json)"
	lb_said 'removed by somebody'
	at lb "$UDPLB" status | grep -q '^program *attached'
	sed 's/:8000/:8001/' "$LB_DIR/udplb.yaml" >"$LB_DIR/second.yaml"
	at lb timeout 10 "$UDPLB" run -c "$LB_DIR/second.yaml" 2>"$LB_DIR/second" &&
		fail "ran"
	grep -q "another udplb (pid $LB_PID) runs" "$LB_DIR/second"
	equal "$(stat -c %a "$(run_file sock)")" 600
	# It stays one line each.
	sleep 2.5
	equal "$(logged 'removed by somebody')" 1 lines
	equal "$(logged 'Admin API on .* again')" 1 lines
	# The next one has the counters.
	map_flows flows
	kill_hard
	lb_start
	equal "$(counted udplb_packets_total reason=forwarded)" 1000
}

@test "$MODE: a default admin socket that cannot be had only warns, and comes when it can; one's own is an error" {
	lb_stop
	mkdir "$(run_file sock)"
	lb_start
	lb_said 'WARNING.*no socket'
	map_flows flows
	rmdir "$(run_file sock)"
	net_wait 5 test -S "$(run_file sock)"
	at lb "$UDPLB" status | grep -q '^program *attached'
	lb_stop
	top="admin: {socket: $LB_DIR/none/own.sock}"
	config 1 2 3
	lb_launch
	net_wait 10 lb_decided
	wait "$LB_PID" && fail "started without its admin.socket"
	lb_said 'ERROR.*admin.socket'
	equal "$(attached_id)" none
}
