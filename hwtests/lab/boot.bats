#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# udplb.service as "make install" puts it, under a systemd that booted; only for
# the VM of lab-boot, whose own network becomes the balancer's.

bats_require_minimum_version 1.5.0
load ../suites/common
load ../suites/control

eval "of_its_own_$(declare -f net_host)"
net_host() {
	[ "$1" = lb ] || {
		of_its_own_net_host "$1"
		return
	}
	ip netns attach "$(net_ns lb)" $$
	at lb sysctl -qw net.ipv6.conf.default.disable_ipv6=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

setup_file() {
	[ -n "${LAB_BOOT:-}" ] || skip "only in the VM of lab-boot"
	net_open
	systemd-sysusers
}

# The VM ends with the tests; and closing would end all that runs in it.
teardown_file() { :; }

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	backends_serve 5000
	write_config 1 2 3
	systemctl start udplb
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || journal | tail -n 30
	systemctl stop udplb || true
	systemctl reset-failed udplb 2>/dev/null || true
	systemctl revert udplb 2>/dev/null || true
	lb_clean
}

write_config() {
	config "$@"
	cp "$LB_DIR/udplb.yaml" /etc/udplb/udplb.yaml
}

journal() { journalctl -u udplb -o cat --no-pager; }
said() { journal | grep -q -- "$1"; }
# Time in the VM jumps while it waits for a busy machine's disk: systemd's answer
# may then come after the time that systemctl waits.
show() {
	local i

	for i in 1 2 3 4 5; do
		systemctl show -P "$1" udplb && return
	done
}
pid() { show MainPID; }
restarted() { [ "$(show NRestarts)" -gt "$1" ] && [ "$(show SubState)" = running ]; }

# drop_in LINE: in [Service] of a file of its own, until the test ends.
drop_in() {
	mkdir -p /run/systemd/system/udplb.service.d
	printf '[Service]\n%s\n' "$1" >/run/systemd/system/udplb.service.d/lab.conf
	systemctl daemon-reload
}

@test "the unit starts, says when it is ready, and runs as a user of its own" {
	equal "$(show ActiveState)" active
	equal "$(stat -c %U "/proc/$(pid)")" udplb
	equal "$(awk '/^CapEff/ { print $2 }' "/proc/$(pid)/status")" \
		"$(printf '%016x' $((1 << 12 | 1 << 13 | 1 << 38 | 1 << 39)))"
	equal "$(awk '/^Seccomp:/ { print $2 }' "/proc/$(pid)/status")" 2
	# Ready means that packets are balanced.
	map_flows before
	run ! said 'WARNING\|ERROR'
	udplb status | grep -q '^program *attached'
	systemctl stop udplb
	equal "$(attached_id)" none
	equal "$(show Result)" success
}

@test "systemctl reload: what is good comes in force, what is bad is refused and said" {
	map_flows before
	write_config 1 2
	under_traffic systemctl reload udplb
	net_wait 10 said 'Reloaded .*: 1 change'
	map_flows after
	equal "$(awk '$2 == "b3"' "$LB_DIR/after" | wc -l)" 0 "flows at b3"
	echo "colour: red" >>/etc/udplb/udplb.yaml
	run systemctl reload udplb
	[ "$status" != 0 ] || fail "reload said yes"
	said 'colour'
	equal "$(show ActiveState)" active
	map_flows still
	equal "$(moved after still)" 0 "flows moved"
}

kill_and_wait() {
	local n

	n=$(show NRestarts)
	systemctl kill --kill-whom=main -s "$1" udplb
	net_wait 30 restarted "$n"
}

@test "killed: packets go on, systemd starts it again, and no flow moves" {
	map_flows before
	under_traffic kill_and_wait KILL
	said 'without a gap'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" $((2000 + sent))
}

@test "hung: the watchdog ends it, packets go on, and no flow moves" {
	drop_in WatchdogSec=2
	systemctl restart udplb
	map_flows before
	under_traffic kill_and_wait STOP
	said 'Watchdog timeout'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
}

@test "persist: a restart under traffic loses nothing, and no flow moves" {
	top='persist: true'
	write_config 1 2 3
	systemctl restart udplb
	map_flows before
	under_traffic systemctl restart udplb
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	systemctl stop udplb
	[ "$(attached_id)" != none ] || fail "detached"
	map_flows stopped
	equal "$(moved before stopped)" 0 "flows moved"
}

@test "a configuration with mistakes: the unit fails, and the journal says why" {
	systemctl stop udplb
	echo "colour: red" >>/etc/udplb/udplb.yaml
	run systemctl start udplb
	[ "$status" != 0 ] || fail "started"
	said 'udplb.yaml:.*colour'
	equal "$(attached_id)" none
	# It stays so until somebody mends the file.
	equal "$(show SubState)" failed
}

# https://github.com/acassen/keepalived/issues/2237
@test "an interface that comes late: the unit is starting, for as long as it takes, then active" {
	systemctl stop udplb
	write_config 1 2 3
	ip link set "$NET_LB_DEV" down
	systemctl start --no-block udplb
	# Longer than systemd's 90 s for a start: time here costs nothing.
	sleep 100
	equal "$(show ActiveState)" activating
	[[ $(show StatusText) == *"waiting for the interface"* ]]
	ip link set "$NET_LB_DEV" up
	net_route lb default via 192.0.2.1
	net_wait 30 systemctl is-active --quiet udplb
}

@test "on a card, with the drop-in that the unit names: the whole data path is there" {
	systemctl stop udplb
	ip link set nfp0 up
	NET_LB_DEV=nfp0 MODE=hw write_config 1 2 3
	# Without: refused, and told what is missing.
	run systemctl start udplb
	[ "$status" != 0 ] || fail "started"
	said 'CAP_SYS_ADMIN'
	# Or systemd's own next attempt is under way, without the drop-in.
	systemctl stop udplb
	drop_in "AmbientCapabilities=CAP_SYS_ADMIN
CapabilityBoundingSet=CAP_SYS_ADMIN"
	systemctl start udplb
	udplb status | grep -q 'on nfp0, mode hw'
	ip -j -d link show dev nfp0 | jq -e '.[0].xdp.mode == 3' ||
		fail "$(ip -d link show dev nfp0)"
	systemctl reload udplb
	net_wait 10 said 'Reloaded'
}
