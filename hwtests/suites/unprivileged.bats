#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# As a user with four capabilities instead of root, and as systemd sees it.
#   MODE=drv|skb bats -t hwtests/suites/unprivileged.bats

bats_require_minimum_version 1.5.0
load common
load control

setup() {
	[ "$MODE" != hw ] || skip "maps on a card want CAP_SYS_ADMIN"
	LB_DIR=$BATS_TEST_TMPDIR
	chmod 755 "$BATS_RUN_TMPDIR" "$LB_DIR"
	net_backends_nat
	capabilities=bpf,net_admin,net_raw,perfmon
	# What the unit makes; a bind mount so that it goes with the test.
	RUNTIME_DIRECTORY=$LB_DIR/run
	export RUNTIME_DIRECTORY
	mkdir -p "$RUNTIME_DIRECTORY/bpf"
	mount -t bpf bpf "$RUNTIME_DIRECTORY/bpf"
	chown -R 65534:65534 "$RUNTIME_DIRECTORY"
	as_nobody
	config 1 2 3
	backends_serve 5000
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	at lb "$ROOT/build/udplb" detach "$NET_LB_DEV" 2>/dev/null || true
	umount "$RUNTIME_DIRECTORY/bpf" 2>/dev/null || true
}

# From now on UDPLB is started as nobody, with these capabilities.
as_nobody() {
	{
		echo '#!/bin/sh'
		echo "exec setpriv --reuid=65534 --regid=65534 --clear-groups \\"
		printf '	--bounding-set=-all,+%s ' "${capabilities//,/,+}"
		printf -- '--inh-caps=-all,+%s ' "${capabilities//,/,+}"
		printf -- '--ambient-caps=-all,+%s --no-new-privs \\\n' \
			"${capabilities//,/,+}"
		echo "	'$ROOT/build/udplb' \"\$@\""
	} >"$LB_DIR/udplb"
	chmod 755 "$LB_DIR/udplb"
	UDPLB=$LB_DIR/udplb
}

pins() { find "$RUNTIME_DIRECTORY/bpf" -name "*-*" | wc -l; }

@test "$MODE: as a user with four capabilities: reload, kill -9, adopt, detach" {
	lb_start
	equal "$(awk '/^Uid/ { print $2 }' "/proc/$LB_PID/status")" 65534
	run ! lb_said 'WARNING\|ERROR'
	map_flows before
	equal "$(pins)" 3 "pins"
	change() {
		top='latency: false'
		config 1 2 3
		hup
		lb_said Reloaded
		kill_hard
		lb_start
	}
	under_traffic change
	run ! lb_said 'anew'
	lb_said 'without a gap'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
	equal "$(pins)" 3 "pins"
	lb_stop
	equal "$(attached_id)" none
	equal "$(pins)" 0 "pins"
}

# The older one is told at once, and can ask of what is pinned only.
@test "$MODE: --replace as such a user: the older one knows whose program it is, and ends" {
	lb_start
	map_flows before
	again_and_again() {
		local i old

		for i in 1 2 3 4 5 6; do
			old=$LB_PID
			mv "$LB_DIR/log" "$LB_DIR/log.old"
			lb_start --replace
			lb_said 'Metrics on'
			wait "$old" || fail "exit code $? of the older one"
			run ! grep 'WARNING\|ERROR' "$LB_DIR/log.old"
		done
	}
	under_traffic again_and_again
	run ! lb_said 'anew'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
	equal "$(pins)" 3 "pins"
}

@test "$MODE: without a place for pins: said, it balances, and leaves cleanly" {
	umount "$RUNTIME_DIRECTORY/bpf"
	unset RUNTIME_DIRECTORY
	mkdir -p /sys/fs/bpf/udplb && chmod 700 /sys/fs/bpf/udplb
	lb_start
	lb_said 'WARNING.*without CAP_SYS_ADMIN.*cannot take over'
	map_flows before
	extra[2]=', weight: 2'
	config 1 2 3
	hup
	lb_said Reloaded
	lb_stop
	equal "$(attached_id)" none
}

@test "$MODE: what a capability is missing for is told" {
	for missing in bpf net_admin; do
		capabilities=bpf,net_admin,net_raw,perfmon
		capabilities=${capabilities/$missing/net_bind_service}
		as_nobody
		at lb "$UDPLB" run -c "$LB_DIR/udplb.yaml" 2>"$LB_DIR/log" 3>&- &&
			fail "ran without $missing"
		lb_said "missing: CAP_${missing^^}"
		equal "$(attached_id)" none
	done
}

@test "$MODE: systemd is told: ready, reloading, watchdog, stopping" {
	socket=$LB_DIR/notify
	python3 - "$socket" "$LB_DIR/notified" 3>&- <<-'END' &
		import os, socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1])
		os.chmod(sys.argv[1], 0o777)
		with open(sys.argv[2], "w", buffering=1) as out:
		    while True:
		        text = s.recv(4096).decode()
		        out.write(text + "\n")
		        if "STOPPING" in text:
		            break
	END
	echo $! >>"$LB_DIR/pids"
	net_wait 5 test -S "$socket"
	export NOTIFY_SOCKET=$socket WATCHDOG_USEC=400000
	lb_start
	unset NOTIFY_SOCKET WATCHDOG_USEC
	net_wait 5 grep -q '^READY=1' "$LB_DIR/notified"
	net_wait 5 grep -q '^WATCHDOG=1' "$LB_DIR/notified"
	hup
	net_wait 5 grep -q '^RELOADING=1' "$LB_DIR/notified"
	net_wait 5 eval '[ "$(grep -c ^READY=1 "$LB_DIR/notified")" = 2 ]'
	lb_stop
	net_wait 5 grep -q '^STOPPING=1' "$LB_DIR/notified"
}

@test "the unit is right, and systemd finds little to blame" {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	mkdir "$LB_DIR/units"
	# A user and paths that are there.
	sed "s|@PREFIX@/sbin/udplb|$(command -v true)|; s/=udplb$/=daemon/" \
		"$ROOT/conf/udplb.service.in" >"$LB_DIR/units/udplb.service"
	run systemd-analyze verify --man=no "$LB_DIR/units/udplb.service"
	echo "$output"
	[[ $output != *udplb.service:* ]]
	figure=$(systemd-analyze security --no-pager --offline=yes \
		"$LB_DIR/units/udplb.service" |
		sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p')
	echo "# systemd-analyze security: exposure $figure of 10" >&3
	awk -v f="$figure" 'BEGIN { exit !(f != "" && f < 2.5) }'
}
