#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# udplb.service as "make install" puts it, under a systemd that booted; only for
# the VM of lab-boot, whose own network becomes the balancer's.

bats_require_minimum_version 1.5.0
load ../suites/common
load ../suites/control

# Time in the VM jumps while it waits for a busy machine's disk: neither systemctl,
# nor systemd (by lab-boot), nor a test is to give up because of that.
export SYSTEMD_BUS_TIMEOUT=1h
eval "of_its_own_$(declare -f net_wait)"
net_wait() { of_its_own_net_wait $(($1 * 20)) "${@:2}"; }

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
	warm_up
}

# What is not read from a disk when a test waits for it.
warm_up() {
	udplb check -c "$ROOT/conf/nat-dns.yaml" >/dev/null 2>&1 || true
	curl --version >/dev/null
	python3 -c 'import http.server' >/dev/null
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
	[ -n "$BATS_TEST_COMPLETED" ] ||
		journalctl -u udplb -u udplb-next -o short-monotonic --no-pager |
		tail -n 40
	systemctl stop udplb || true
	systemctl stop udplb-next 2>/dev/null || true
	rm -f /run/systemd/system/udplb-next.service
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
show() { systemctl show -P "$1" udplb; }
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
	cmp "$ROOT/conf/udplb.rules.yml" /usr/local/share/udplb/udplb.rules.yml
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

# What a package's upgrade does to the file, while the old one runs.
new_binary() {
	cp /usr/local/sbin/udplb /usr/local/sbin/udplb.new
	mv /usr/local/sbin/udplb.new /usr/local/sbin/udplb
}
runs_new() {
	[ "$(stat -Lc %i "/proc/$(pid)/exe")" = \
		"$(stat -c %i /usr/local/sbin/udplb)" ]
}

kill_and_wait() {
	local n

	n=$(show NRestarts)
	systemctl kill --kill-whom=main -s "$1" udplb
	net_wait 30 restarted "$n"
}

@test "killed, as by a package's upgrade: packets go on, the new binary starts, no flow moves" {
	map_flows before
	new_binary
	run ! runs_new
	under_traffic kill_and_wait KILL
	runs_new
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

@test "persist: an upgrade of the one unit by systemctl restart loses nothing, and no flow moves" {
	top='persist: true'
	write_config 1 2 3
	systemctl restart udplb
	map_flows before
	new_binary
	# "reload-or-restart" is a reload: the file is read again, and that is all.
	under_traffic systemctl reload-or-restart udplb
	run ! runs_new
	total=$((1000 + sent))
	under_traffic systemctl restart udplb
	runs_new
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((total + sent + 1000))
	equal "$(show NRestarts)" 0
	systemctl stop udplb
	[ "$(attached_id)" != none ] || fail "detached"
	map_flows stopped
	equal "$(moved before stopped)" 0 "flows moved"
}

state_of() { systemctl show -P ActiveState "$1"; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }

# One unit takes the place of another, as udplb(8) describes, and back.
@test "an upgrade of the running unit under traffic: --replace, nothing lost, and the old one is not started again" {
	local unit total

	unit=$(systemctl show -P FragmentPath udplb)
	sed 's/udplb run/& --replace/' "$unit" >/run/systemd/system/udplb-next.service
	drop_in "ExecStart=
$(sed -n 's/udplb run/& --replace/; /^ExecStart=/p' "$unit")"
	total=$(counted udplb_packets_total reason=forwarded)
	map_flows before
	upgrade() {
		systemctl start udplb-next
		net_wait 10 is_state udplb inactive
		systemctl start udplb
		net_wait 10 is_state udplb-next inactive
	}
	under_traffic upgrade
	equal "$(show Result)" success
	equal "$(systemctl show -P Result udplb-next)" success
	equal "$(show NRestarts)" 0
	equal "$(systemctl show -P NRestarts udplb-next)" 0
	journal | grep -q 'another udplb has taken over'
	udplb status | grep -q '^program *attached'
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((total + 2000 + sent))
	sleep 3 # no fight begins
	equal "$(state_of udplb)" active
	equal "$(state_of udplb-next)" inactive
}

# systemd/systemd#20635, or somebody's rm.
@test "the files of /run/udplb are removed: socket, lock and state come back" {
	local total

	total=$(counted udplb_packets_total reason=forwarded)
	find /run/udplb -maxdepth 1 ! -type d -delete
	net_wait 10 udplb status
	said 'removed by somebody'
	net_wait 10 sh -c 'test -s /run/udplb/*.json'
	equal "$(stat -c '%U %a' /run/udplb/*.lock)" "udplb 600"
	map_flows before
	under_traffic kill_and_wait KILL
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	equal "$(counted udplb_packets_total reason=forwarded)" \
		$((total + 2000 + sent))
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
	drop_in TimeoutStartSec=90
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
