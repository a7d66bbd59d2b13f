#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# hwtests/run itself, with veth pairs in a namespace as "the machine's ports":
# p0 and p1 are cabled to each other, q0 and q1 are, too.

bats_require_minimum_version 1.5.0

RUN=$(cd "$BATS_TEST_DIRNAME/.." && pwd)/run
HOST=udplbself$$
FAST='a range of ports'

# On the "machine".
here() { nsenter --net="/run/netns/$HOST" -- "$@"; }
its() { ip -n "$HOST" "$@"; }

setup() {
	HOST=udplbself$$
	OUT=$BATS_TEST_TMPDIR/out
	export NET_PREFIX=udplbselfrun$$
	ip netns add "$HOST"
	its link set lo up
	its link add p0 type veth peer name p1
	its link add q0 type veth peer name q1
}

teardown() { ip netns del "$HOST"; }

# What must not change, but for what time changes by itself.
ports() {
	for port in p0 p1; do
		its -j -d address show dev $port |
			jq '.[0] | del(.ifindex, .link_index, .operstate,
				.qdisc, .addr_info[].tentative)'
		its route show dev $port
		here ethtool -k $port
	done
}

nothing_left() {
	[ "$(ip netns list | grep -c "$NET_PREFIX")" = 0 ]
}

run_ports() {
	run --separate-stderr here "$RUN" --iface p0 --peer p1 \
		--out "$OUT" "${@:2}"
	echo "$output $stderr"
	[ "$status" = "$1" ]
}

report() { jq -e "$1" "$OUT/report.json" >/dev/null; }

@test "--help, and wrong usage" {
	run -0 "$RUN" --help
	for word in --iface --peer --mode hw drv skb --out --force; do
		[[ $output = *"$word"* ]]
	done
	while read -r line; do
		# shellcheck disable=SC2086
		run -64 "$RUN" $line
		[[ $output = *--help* ]]
	done <<-'END'

		--iface p0 --peer p1
		--iface p0 --mode drv
		--peer p1 --mode drv
		--iface p0 --peer p1 --mode fast
		--iface p0 --peer p0 --mode drv
		--iface p0 --peer p1 --mode drv --wait long
		--iface p0 --peer p1 --mode
		--colour red
		p0 p1
	END
}

@test "not root" {
	run -2 setpriv --reuid=65534 --regid=65534 --clear-groups "$RUN" \
		--iface p0 --peer p1 --mode drv
	[[ $output = *root* ]]
}

@test "ports that must not be taken are refused and stay as they are" {
	refused() {
		local pattern=$1

		shift
		ports >"$BATS_TEST_TMPDIR/before"
		run -2 --separate-stderr here "$RUN" --mode drv --out "$OUT" "$@"
		[[ $stderr = *"$pattern"* ]] || echo "$stderr"
		[[ $stderr = *"$pattern"* ]]
		ports | diff "$BATS_TEST_TMPDIR/before" -
		nothing_left
		[ ! -e "$OUT" ]
	}
	refused "no interface nosuch0" --iface nosuch0 --peer p1
	refused "no interface nosuch0" --iface p0 --peer nosuch0
	refused "loopback" --iface lo --peer p1
	its link set p0 up
	its link set p1 up
	its address add 192.0.2.77/24 dev p0
	refused "p0 has addresses (192.0.2.77/24): take another port, or --force" \
		--iface p0 --peer p1
	its route add default via 192.0.2.1
	refused "p0 carries the default route" --iface p0 --peer p1
	refused "p0 carries the default route" --iface p1 --peer p0
	its address flush dev p0
	its address add 2001:db8::7/64 dev p0 nodad
	refused "2001:db8::7/64" --iface p0 --peer p1
	its address flush dev p0

	its link add br0 type bridge
	its link set p1 master br0
	refused "p1 belongs to br0" --force --iface p0 --peer p1
	its link set p1 nomaster
	if its link add p0.5 link p0 type vlan id 5 2>/dev/null; then
		refused "p0.5 is stacked on p0" --force --iface p0 --peer p1
		its link del p0.5
	fi
	its link set p0 xdpgeneric obj "${RUN%/*}/../build/hwtests/pass.bpf.o" \
		sec xdp
	refused "p0 has an XDP program" --force --iface p0 --peer p1
}

@test "no cable, or one to somewhere else: says how to cable" {
	its link set q1 up
	ports >"$BATS_TEST_TMPDIR/before"
	# p1 and q1 stay where they are: q1 is up, p1 is not.
	run -2 --separate-stderr here "$RUN" --iface p0 --peer q0 --mode drv \
		--out "$OUT" --wait 1
	[[ $stderr = *"no cable between p0 and q0: p0 has no link, q0 has a link"* ]]
	its link set p1 up
	run -2 --separate-stderr here "$RUN" --iface p0 --peer q0 --mode drv \
		--out "$OUT" --wait 5
	[[ $stderr = *"not to each other"* ]]
	its link set p1 down
	ports | diff "$BATS_TEST_TMPDIR/before" -
	nothing_left
}

@test "a run: verdicts, report, and everything is as it was" {
	its link set p0 mtu 1400
	here ethtool -K p0 gro on
	ports >"$BATS_TEST_TMPDIR/before"
	run_ports 0 --mode skb --filter "$FAST"
	[[ $output = *"1 passed, 0 failed, 0 skipped"* ]]
	ports | diff "$BATS_TEST_TMPDIR/before" -
	nothing_left
	grep -q '^ok 1 skb: a range of ports' "$OUT/report.tap"
	report '.mode == "skb" and .completed and .stopped == null'
	report '.udplb | startswith("udplb ")'
	report ".host.kernel | contains(\"$(uname -r)\")"
	report '.iface | .name == "p0" and .driver == "veth" and .mtu == 1400'
	report '.peer.name == "p1"'
	report '.iface.features["generic-receive-offload"] == "on"'
	report '.probe | .interface == "p0" and (.modes | length) > 0'
	report '.object | .nfp_instructions > 0 and .bpf_instructions > 0'
	report '.throughput | length > 0 and all(.packets_per_second > 0 and
		.lower_bound and (.generator | length) > 0)'
	report '.start_log | any(contains("XDP_FLAGS_SKB_MODE"))'
	report '.verdicts | length == 1 and .[0].result == "passed" and
		.[0].ms > 0'
}

@test "--force: addresses and routes come back" {
	its link set p0 up
	its link set p1 up
	its address add 192.0.2.77/24 dev p0
	its address add 2001:db8::7/64 dev p1 nodad
	its route add default via 192.0.2.1 metric 7
	its route add 198.51.100.0/24 via 192.0.2.9
	its -6 route add 2001:db8:1::/48 via 2001:db8::1
	for family in -4 -6; do its $family route | sort; done \
		>"$BATS_TEST_TMPDIR/before"
	run_ports 0 --mode drv --filter "$FAST" --quick --force
	for family in -4 -6; do its $family route | sort; done |
		diff "$BATS_TEST_TMPDIR/before" -
	its -4 -o address show dev p0 | grep -q 192.0.2.77/24
	its -6 -o address show dev p1 | grep -q 2001:db8::7/64
}

@test "a case that fails: exit code 1, its evidence in the report" {
	# Fails where that case sends 50 packets, and nowhere else.
	cat >"$BATS_TEST_TMPDIR/udpflows" <<-END
		#!/bin/sh
		[ "\$1 \$3" = "send 50" ] ||
			exec ${RUN%/*}/../build/hwtests/udpflows "\$@"
		echo "no answer at all"
		exit 1
	END
	chmod +x "$BATS_TEST_TMPDIR/udpflows"
	export UDPFLOWS=$BATS_TEST_TMPDIR/udpflows
	run_ports 1 --mode drv --quick --filter "$FAST"
	report '.throughput == []'
	report '.completed and .summary.failed == 1'
	report '.verdicts[0] | .result == "failed" and (.evidence | length > 0)'
	nothing_left
}

@test "a case that is skipped says why" {
	run_ports 0 --mode drv --quick --filter 'on a veth fails'
	report '.summary.skipped == 1 and (.verdicts[0].why | length > 10)'
}

@test "a mode that the port refuses: udplb's reason, and a report of it" {
	run_ports 1 --mode hw
	[[ $stderr = *"does not start on p0 in mode hw"*HW_MODE* ]]
	report '.completed | not'
	report '.stopped | contains("HW_MODE")'
	report '.start_log | length > 0'
	report '.iface.driver == "veth" and .verdicts == []'
	nothing_left
}

@test "interrupted: everything is given back, the report says so" {
	ports >"$BATS_TEST_TMPDIR/before"
	for signal in TERM INT; do
		nsenter --net="/run/netns/$HOST" -- \
			env --default-signal=INT "$RUN" --iface p0 --peer p1 \
			--mode drv --quick --out "$OUT" \
			>"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
		pid=$!
		until grep -q '^ok 1' "$OUT/report.tap" 2>/dev/null; do
			kill -0 $pid
			sleep 0.1
		done
		kill -$signal $pid
		code=0
		wait $pid || code=$?
		cat "$BATS_TEST_TMPDIR/said"
		[ $code = 130 ]
		ports | diff "$BATS_TEST_TMPDIR/before" -
		nothing_left
		report '(.completed | not) and .stopped == "interrupted"'
		report '.summary.passed > 0'
		rm -r "$OUT"
	done
}
