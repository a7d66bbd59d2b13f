#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# How udplb starts, refuses to start, and leaves.
#   MODE=drv|skb|hw bats -t hwtests/suites/start.bats

bats_require_minimum_version 1.5.0
load common

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	config "$MODE"
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
	# Whatever a failed test has left.
	for kind in xdpoffload xdpdrv xdpgeneric; do
		ip -n "$(net_ns lb)" link set "$NET_LB_DEV" $kind off \
			2>/dev/null || true
	done
}

config() {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$1"
}

# As ip(8) names the mode of an attached program.
ip_mode() {
	case $MODE in
	drv) echo xdpdrv ;;
	skb) echo xdpgeneric ;;
	hw) echo xdpoffload ;;
	esac
}

attach_foreign() {
	ip -n "$(net_ns lb)" link set "$NET_LB_DEV" "$(ip_mode)" \
		obj "$NET_PASS" sec xdp
}

# Not "! lb_attached": bash does not end a test at a failing "!".
detached() { [ "$(attached_id)" = none ]; }

attached_id() {
	at lb ip -j -d link show dev "$NET_LB_DEV" | jq -r '.[0].xdp.prog.id // "none"'
}

# Runs udplb with the words given, which must fail and leave nothing behind.
# Then: a pattern that its log must show.
refuses() {
	local pattern=$1 code

	shift
	at lb timeout 10 "$@" >"$LB_DIR/out" 2>"$LB_DIR/log" 3>&- && code=0 ||
		code=$?
	cat "$LB_DIR/log"
	((code != 0 && code != 124)) || fail "exit code $code"
	((code < 128)) || fail "killed by signal $((code - 128))"
	lb_said "$pattern" || fail "no line matches '$pattern'"
	detached || fail "something is attached"
}

# The same, and one line is all that it says.
refuses_in_a_line() {
	refuses "$@"
	equal "$(grep -c . "$LB_DIR/log")" 1 "lines"
}

run_udplb=("$UDPLB" run -c)

# What it took of the CPU: how long that takes depends on who else is busy.
start_fast() {
	local ticks ms

	lb_start
	ticks=$(awk '{ print $14 + $15 }' "/proc/$LB_PID/stat")
	ms=$((ticks * 1000 / $(getconf CLK_TCK)))
	echo "# started with $ms ms of CPU, $1" >&3
	[ "$MODE" = hw ] || ((ms < 500))
}

# A card takes each entry of a table as a message of its own.
judged_on_a_host() {
	[ "$MODE" != hw ] ||
		skip "$ms ms: how long a card may take is not known"
}

@test "$MODE: loading and attaching takes less than half a second of CPU" {
	start_fast "1 service with 3 backends"
	judged_on_a_host
}

@test "$MODE: SIGTERM and SIGINT detach, exit code 0" {
	for signal in TERM INT; do
		lb_start
		lb_attached
		lb_stop $signal
		detached
		lb_said 'Shutting down'
		lb_said 'Shutdown complete'
	done
}

@test "$MODE: the log tells mode, backends with MAC, destinations, address, CPUs" {
	lb_start
	lb_said "XDP_FLAGS_${MODE^^}_MODE"
	for i in 1 2 3; do
		lb_said "Backend $(net_backend_address $i):5000 via mac $(net_mac b$i)"
	done
	lb_said "Gateway 192.0.2.1 via mac $(net_mac router lan)"
	lb_said "Max CPUs: [1-9]"
	lb_said "Filter destination: $NET_VIP:5000"
	lb_said "Listening on $NET_LB_DEV"
	lb_said "http://$LB_LISTEN/metrics"
	run ! lb_said ERROR
}

@test "$MODE: systemd gets priorities instead of time stamps, and is told when ready" {
	# The "journal": a file that stands where systemd says it does.
	: >"$LB_DIR/log"
	export JOURNAL_STREAM
	JOURNAL_STREAM=$(stat -c %d:%i "$LB_DIR/log")
	lb_start
	unset JOURNAL_STREAM
	grep -q '^<6>Application startup complete' "$LB_DIR/log"
	run ! grep -qv '^<[3-7]>' "$LB_DIR/log"
}

@test "$MODE: 'mode: hw' on a veth fails with the reason, and is not downgraded" {
	[ -z "${NET_LB_PORT:-}" ] || skip "this port may well take it"
	config hw
	refuses 'XDP_FLAGS_HW_MODE refused' "${run_udplb[@]}" "$LB_DIR/udplb.yaml"
	lb_said 'HW_MODE refused on eth0: .*no BPF offload'
	run ! grep -q 'DRV_MODE\|SKB_MODE' "$LB_DIR/log"
}

@test "$MODE: 'mode: auto' tells that HW was refused and why, and takes DRV" {
	[ -z "${NET_LB_PORT:-}" ] || skip "this port's HW mode may work: see start_log and probe in the report"
	config auto
	lb_start
	lb_said 'INFO.*HW_MODE refused on eth0: .*no BPF offload'
	run ! lb_said 'WARNING\|ERROR'
	lb_said 'Trying to load XDP program in mode XDP_FLAGS_DRV_MODE'
	run ! lb_said 'SKB_MODE'
	lb_scrape
	equal "$(metric xdp_mode mode=xdp)" 1
	equal "$(metric udplb_attach_attempt_success mode=hw)" 0
	equal "$(metric udplb_attach_attempt_success mode=drv)" 1
	run ! grep 'attempt_success.*mode="hw".*reason=""' "$LB_DIR/metrics"
}

# Whether this kernel lets a program into a dispatcher or not: it balances.
@test "$MODE: it goes alone; with 'dispatcher: yes' in a dispatcher, or says why not" {
	[ "$MODE" != hw ] || skip "a card has no dispatcher"
	lb_start
	lb_said 'directly, alone on the interface$'
	at lb "$UDPLB" --interface "$NET_LB_DEV" status |
		grep -q 'attached.*directly, alone on the interface'
	kill -KILL "$LB_PID"
	wait "$LB_PID" || true
	echo "dispatcher: yes" >>"$LB_DIR/udplb.yaml"
	lb_start
	lb_said 'without a gap'
	at lb "$UDPLB" --interface "$NET_LB_DEV" --json status >"$LB_DIR/out"
	jq -e '.program | .shared == (.no_dispatcher == "")' "$LB_DIR/out"
	if jq -e .program.shared "$LB_DIR/out"; then
		lb_said "in libxdp's dispatcher, as 'dispatcher: yes' asks"
	else
		lb_said 'directly, so that nobody can join'
		lb_said 'there is none: libxdp: '
	fi
	lb_attached
	lb_stop
	detached
}

# vmware-archive/p4c-xdp#38.  In mode skb the kernel gives the tag back.
@test "$MODE: a NIC that takes VLAN tags off: said at the start and by doctor, where it matters" {
	[ -z "${NET_LB_PORT:-}" ] || skip "what this port takes off is its own business"
	at lb ethtool -K "$NET_LB_DEV" rxvlan on
	lb_start
	at lb "$UDPLB" doctor -c "$LB_DIR/udplb.yaml" >"$LB_DIR/doctor" || true
	at lb ethtool -K "$NET_LB_DEV" rxvlan off
	if [ "$MODE" = drv ]; then
		lb_said "WARNING.*takes VLAN tags off.*ethtool -K $NET_LB_DEV rxvlan off"
		grep -q "^problem: $NET_LB_DEV takes VLAN tags off" "$LB_DIR/doctor"
	else
		run ! lb_said VLAN
		run ! grep VLAN "$LB_DIR/doctor"
	fi
}

# A veth's driver takes no program where a frame would not fit in a page.
@test "$MODE: a driver that refuses: drv says why and stops, auto goes on to SKB" {
	[ -z "${NET_LB_PORT:-}" ] || skip "what this port's driver refuses is not known; veth's MTU limit is"
	net_pass off
	at switch ip link set "$NET_LB_PEER_DEV" mtu 9000
	config drv
	refuses 'DRV_MODE refused.*MTU' "${run_udplb[@]}" "$LB_DIR/udplb.yaml"
	config auto
	lb_start
	lb_said 'DRV_MODE refused.*MTU'
	# What libxdp tried before it came to this is no reason.
	run ! lb_said 'dispatcher\|xdp_pass'
	lb_scrape
	equal "$(metric xdp_mode mode=xdpgeneric)" 1
	lb_stop
	at switch ip link set "$NET_LB_PEER_DEV" mtu 1500
	net_pass on
}

@test "$MODE: a foreign XDP program is named, and stays" {
	[ "$MODE" != hw ] || skip "whether ip(8) can put a foreign program on this card is not known"
	attach_foreign
	foreign=$(attached_id)
	at lb timeout 10 "${run_udplb[@]}" "$LB_DIR/udplb.yaml" \
		2>"$LB_DIR/log" 3>&- && fail "ran"
	cat "$LB_DIR/log"
	lb_said "'somebody_else', id $foreign"
	equal "$(attached_id)" "$foreign"
	run -1 --separate-stderr at lb "$UDPLB" detach "$NET_LB_DEV"
	[[ $stderr = *somebody_else* ]]
	equal "$(attached_id)" "$foreign"
}

@test "$MODE: what a killed udplb left is taken over, or removed by 'udplb detach'" {
	lb_start
	kill -KILL "$LB_PID"
	wait "$LB_PID" || true
	lb_attached
	left=$(attached_id)
	lb_start
	lb_said "(id $left), without a gap"
	kill -KILL "$LB_PID"
	wait "$LB_PID" || true
	at lb "$UDPLB" detach "$NET_LB_DEV"
	detached
	lb_start
	lb_stop
	run -1 --separate-stderr at lb "$UDPLB" detach "$NET_LB_DEV"
	[[ $stderr = *"no XDP program"* ]]
}

# It would attach its program again: only to stop it helps.
@test "$MODE: 'udplb detach' of a running udplb is refused, and says so" {
	lb_start
	id=$(attached_id)
	run -1 --separate-stderr at lb "$UDPLB" detach "$NET_LB_DEV"
	[[ $stderr = *"udplb runs there (process $LB_PID): stop it"* ]]
	sleep 1.5
	equal "$(attached_id)" "$id" "program"
	lb_stop
	detached
}

# socket_at PATH: somebody listens there.
socket_at() {
	python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
time.sleep(600)' "$1" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 60 test -S "$1"
}

# A name without a way to use it is no help in another network namespace.
@test "$MODE: several udplb: what to paste is printed, and works" {
	export RUNTIME_DIRECTORY=$LB_DIR/run
	mkdir "$LB_DIR/run"
	socket_at "$LB_DIR/run/one@1.sock"
	socket_at "$LB_DIR/run/two@1.sock"
	run -64 --separate-stderr at lb "$UDPLB" status
	[[ $stderr = *"--socket '$LB_DIR/run/one@1.sock'"* ]]
	[[ $stderr = *"--socket '$LB_DIR/run/two@1.sock'"* ]]
	lb_start
	socket_at "$LB_DIR/run/eth9@$(at lb stat -Lc %i /proc/self/ns/net).sock"
	run -64 --separate-stderr at lb "$UDPLB" status
	[[ $stderr = *"--interface 'eth9'"* ]]
	# shellcheck disable=SC2086
	eval at lb "$UDPLB" status "$(grep -- "'$NET_LB_DEV'" <<<"$stderr")"
	unset RUNTIME_DIRECTORY
}

@test "$MODE: 'udplb check': what does not suit this host; the last line says whether all is well" {
	{
		echo 'services:'
		echo "  - {name: x, address: $NET_VIP, ports: 53, backends: ["
		echo '    {address: 192.0.2.11, drain: true}, {address: 192.0.2.12}]}'
		echo '  - {name: six, address: "2001:db8::53", ports: 53, forward: snat,'
		echo '     backends: [{address: "2001:db8::11", port: 53}]}'
	} | lb_config "$MODE"
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out"
	grep -q '192.0.2.11, weight 1, drained, 0 slots (0.00 %)' "$LB_DIR/out"
	grep -q '192.0.2.12, weight 1, 4096 slots (100.00 %)' "$LB_DIR/out"
	grep -qF 'backend [2001:db8::11]:53,' "$LB_DIR/out"
	equal "$(tail -n 1 "$LB_DIR/out")" OK
	sed -i 's/192.0.2.12/192.0.2.2/' "$LB_DIR/udplb.yaml"
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out" 2>"$LB_DIR/log"
	lb_said 'service x: backend 192.0.2.2 is this host'
	equal "$(tail -n 1 "$LB_DIR/out")" 'OK, with 1 warning above'
	sed -i "s/^interface:.*/interface: nosuch0/" "$LB_DIR/udplb.yaml"
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out" 2>"$LB_DIR/log"
	lb_said 'interface nosuch0 does not exist here'
	echo 'colour: red' >>"$LB_DIR/udplb.yaml"
	run -1 --separate-stderr at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml"
	equal "$output" 'NOT OK: the mistakes are above'
}

# What is installed must take nobody's VIP: it names no interface.
@test "$MODE: the installed sample does not run, and says what to fill in" {
	refuses_in_a_line "udplb.yaml:[0-9]*: interface: has no value.*'ip -br link'" \
		"${run_udplb[@]}" "$ROOT/conf/udplb.yaml"
}

@test "$MODE: --replace takes over from a killed udplb and from a running one" {
	lb_start
	kill -KILL "$LB_PID"
	wait "$LB_PID" || true
	left=$(attached_id)
	lb_start --replace
	lb_said "(id $left), without a gap"

	old=$LB_PID
	mv "$LB_DIR/log" "$LB_DIR/log.old"
	sed -i 's/:8000/:8001/' "$LB_DIR/udplb.yaml"
	lb_start --replace
	# By itself, with 0.
	wait "$old"
	grep 'another udplb has taken over' "$LB_DIR/log.old"
	equal "$(sed '1,/another udplb has taken over/d; s/.*] //' \
		"$LB_DIR/log.old")" 'Shutdown complete.' "its last words"
	run ! grep ERROR "$LB_DIR/log.old"
	lb_attached
	lb_stop
	detached
}

@test "$MODE: less than 20 MB and half a second with 10 services and 100 backends" {
	{
		echo "services:"
		for s in {1..10}; do
			echo "  - name: s$s"
			echo "    address: $NET_VIP"
			echo "    ports: [$((6000 + s))]"
			echo "    backends:"
			for b in {1..10}; do
				echo "      - {address: 192.0.2.$((100 + b)), port: $((7000 + s)), mac: 02:00:5e:00:53:$(printf %02x "$b")}"
			done
		done
	} | lb_config "$MODE"
	start_fast "10 services with 10 backends each"
	for _ in 1 2 3; do lb_scrape; done
	equal "$(metric udplb_backend_up | awk '{ n += $1 } END { print n }')" 100
	kb=$(awk '/^VmRSS/ { print $2 }' "/proc/$LB_PID/status")
	echo "# VmRSS $kb kB with 10 services and 100 backends" >&3
	((kb < 20 * 1024))
	judged_on_a_host
}

@test "$MODE: bad input: not root" {
	chmod 755 "$BATS_RUN_TMPDIR" "$LB_DIR"
	refuses_in_a_line 'CAP_NET_ADMIN.*root' \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		"${run_udplb[@]}" "$LB_DIR/udplb.yaml"
	refuses_in_a_line 'CAP_NET_ADMIN.*root' \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$UDPLB" detach "$NET_LB_DEV"
}

@test "$MODE: bad input: no such interface" {
	refuses_in_a_line 'nosuch0 does not exist' "$UDPLB" probe nosuch0
	refuses_in_a_line 'nosuch0 does not exist' "$UDPLB" detach nosuch0
}

# https://github.com/acassen/keepalived/issues/2237: at boot the interface is
# late, and who gave up then stayed down.
@test "$MODE: an interface that does not exist is waited for, and told" {
	sed -i 's/^interface:.*/interface: nosuch0/' "$LB_DIR/udplb.yaml"
	lb_launch
	net_wait 10 lb_said 'nosuch0 does not exist; waiting for it.*ip -br link'
	kill -HUP "$LB_PID"
	net_wait 10 lb_said 'Nothing to reload'
	run ! lb_said 'startup complete'
	kill "$LB_PID"
	wait "$LB_PID"
}

@test "$MODE: bad input: an interface without Ethernet headers" {
	sed -i 's/^interface:.*/interface: lo/' "$LB_DIR/udplb.yaml"
	refuses 'lo has no Ethernet headers.*name the interface' \
		"${run_udplb[@]}" "$LB_DIR/udplb.yaml"
}

@test "$MODE: an interface that is down is waited for, and served when it is up" {
	ip -n "$(net_ns lb)" link set "$NET_LB_DEV" down
	lb_launch
	net_wait 10 lb_said "$NET_LB_DEV is down; waiting for it.*link set $NET_LB_DEV up"
	run ! lb_said 'startup complete'
	ip -n "$(net_ns lb)" link set "$NET_LB_DEV" up
	net_route lb default via 192.0.2.1
	net_wait 20 lb_said 'startup complete'
	# A real port takes seconds to have its link again.
	net_wait 20 at lb ping -nqc1 -W1 192.0.2.1
}

@test "$MODE: bad input: the port for metrics is taken" {
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- \
		nc -lk 127.0.0.1 8000 >/dev/null 2>&1 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_wait 5 at lb sh -c 'ss -Hltn | grep -q :8000'
	refuses '127.0.0.1:8000.*taken' \
		"${run_udplb[@]}" "$LB_DIR/udplb.yaml"
}

@test "$MODE: bad input: no configuration, not a file, not readable, not text" {
	refuses_in_a_line '/nonexistent/udplb.yaml: .*No such file' \
		"${run_udplb[@]}" /nonexistent/udplb.yaml
	refuses_in_a_line "$LB_DIR: .*directory" "${run_udplb[@]}" "$LB_DIR"
	head -c 4096 /dev/urandom >"$LB_DIR/noise.yaml"
	refuses 'noise.yaml' "${run_udplb[@]}" "$LB_DIR/noise.yaml"
	: >"$LB_DIR/empty.yaml"
	refuses_in_a_line 'empty.yaml.*empty' \
		"${run_udplb[@]}" "$LB_DIR/empty.yaml"
	chmod 755 "$BATS_RUN_TMPDIR" "$LB_DIR"
	chmod 600 "$LB_DIR/udplb.yaml"
	refuses_in_a_line 'udplb.yaml: .*Permission denied' \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		"${run_udplb[@]}" "$LB_DIR/udplb.yaml"
}

@test "$MODE: bad input: every mistake of a configuration is told, with its line" {
	cat >"$LB_DIR/wrong.yaml" <<-END
		interface: $NET_LB_DEV
		mode: fastest
		metrics: {listen: "127.0.0.1:port"}
		services:
		  - name: a
		    address: 300.1.1.1
		    ports: [70000]
		    balance: [flow]
		    backends: []
		  - name: b
		    address: $NET_VIP
		    ports: [53]
		    colour: blue
		    backends:
		      - {address: 192.0.2.11, weight: heavy}
	END
	refuses 'wrong.yaml:2: mode' "${run_udplb[@]}" "$LB_DIR/wrong.yaml"
	for line in 3 6 7 8 9 13 15; do
		lb_said "wrong.yaml:$line: " || fail "line $line is not named"
	done
	run ! grep -v 'wrong.yaml:[0-9]*: ' "$LB_DIR/log"
	cp "$LB_DIR/log" "$LB_DIR/run"
	refuses 'wrong.yaml:2: mode' "$UDPLB" check -c "$LB_DIR/wrong.yaml"
	diff <(cut -d] -f3- "$LB_DIR/run") <(cut -d] -f3- "$LB_DIR/log")
}

@test "$MODE: without a BPF filesystem it works, or tells what is missing" {
	# A mount namespace of its own: the machine keeps the one it has.
	cat >"$LB_DIR/without" <<-'END'
		#!/bin/sh
		umount -R /sys/fs/bpf && exec "$@"
	END
	chmod +x "$LB_DIR/without"
	mountpoint -q /sys/fs/bpf || skip "there is none"
	nsenter --net="/run/netns/$NET_PREFIX-lb" -- unshare -m \
		"$LB_DIR/without" "${run_udplb[@]}" "$LB_DIR/udplb.yaml" \
		2>"$LB_DIR/log" 3>&- &
	LB_PID=$!
	echo $LB_PID >>"$LB_DIR/pids"
	net_wait 10 lb_decided
	mountpoint -q /sys/fs/bpf
	cat "$LB_DIR/log"
	if lb_said 'startup complete'; then
		lb_stop
	else
		wait "$LB_PID" && fail "exit code 0"
		lb_said '/sys/fs/bpf'
	fi
	detached
}

@test "$MODE: commands that do not exist, and --help" {
	run -64 "$UDPLB"
	run -64 "$UDPLB" fly
	run -64 "$UDPLB" run too many
	run -0 "$UDPLB" --help
	for word in run check probe detach --config; do
		[[ $output = *"$word"* ]]
	done
	run -0 "$UDPLB" --version
}

@test "$MODE: 'udplb check' and 'udplb probe' touch nothing" {
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/out"
	grep -q '192.0.2.11:5000, weight 1' "$LB_DIR/out"
	at lb "$UDPLB" check --json -c "$LB_DIR/udplb.yaml" |
		jq -e '.services[0] | ([.backends[].slots] | add) == .ring_size'
	at lb "$UDPLB" probe --json "$NET_LB_DEV" >"$LB_DIR/out"
	jq -e ".interface == \"$NET_LB_DEV\"" "$LB_DIR/out"
	jq -e '.attach == "directly, alone on the interface"' "$LB_DIR/out"
	jq -e '.dispatcher | (.takes == "every program") == (.why == "")' \
		"$LB_DIR/out"
	detached
}
