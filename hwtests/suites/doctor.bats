#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# udplb doctor: finds what is wrong, and its commands put it right.
#   MODE=drv|skb|hw bats -t hwtests/suites/doctor.bats

bats_require_minimum_version 1.5.0
load common6

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	net_backends_nat6
}

doctor() {
	at lb "$UDPLB" doctor -c "$LB_DIR/udplb.yaml" "$@" >"$LB_DIR/doctor" ||
		return $?
}

# The commands for the backends of a service: indented, and no comments.
backend_commands() {
	sed -n '/^service /,$p' "$LB_DIR/doctor" | sed -n 's/^    \([^#]\)/\1/p'
}

@test "$MODE: doctor finds nothing wrong in a network that works" {
	lb_service4 echo nat 5000 5555 | configure
	doctor
	run ! grep -q '^problem' "$LB_DIR/doctor"
}

@test "$MODE: doctor: a backend without a route is a problem, with the command for it" {
	printf '  - {name: far, address: %s, ports: [5000], backends: [{address: 203.0.113.77}]}\n' \
		"$NET_VIP" | configure
	at lb ip route del default
	run doctor
	at lb ip route add default via 192.0.2.1
	equal "$status" 1 "exit code"
	grep -q '^problem: no route to backend 203.0.113.77' "$LB_DIR/doctor"
	grep -q 'ip route add 203.0.113.77/32' "$LB_DIR/doctor"
}

nobodys() { metric_now udplb_packets_total reason=no_service; }

# One datagram to a port of the VIP that no service has; sets went: how often it
# came, when that is at least N, and a second later.
stray() {
	local before

	before=$(nobodys)
	at client "$UDPFLOWS" send -q "$NET_VIP" 5999 >/dev/null
	came() { (($(nobodys) - before >= $1)); }
	net_wait 10 came "$1"
	sleep 1
	went=$(($(nobodys) - before))
}

forwarding() {
	at lb sysctl -qw "net.ipv4.conf.$NET_LB_DEV.forwarding=$1"
}

# cilium/cilium#20436, #14176; projectcalico/calico#5039.
@test "$MODE: doctor: a routing loop for what no service takes is told, and ended by its command" {
	lb_service4 echo nat 5000 5555 | configure
	forwarding 1
	at lb sysctl -qw net.ipv4.conf.all.send_redirects=0 \
		"net.ipv4.conf.$NET_LB_DEV.send_redirects=0"
	lb_start
	stray 30
	loops=$went
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/check" 2>&1
	run doctor
	forwarding 0
	at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/check0" 2>&1
	forwarding 1
	command=$(sed -n "s/^    # or: \(.*route add unreachable\)/\1/p" "$LB_DIR/doctor")
	at lb sh -ec "$command"
	stray 1
	doctor
	lb_stop
	lb_start
	at lb ip route del unreachable "$NET_VIP/32"
	forwarding 0
	echo "# came $loops times before, $went after '$command'" >&3
	((loops >= 30 && went < 3))
	grep -q "WARNING.*VIP $NET_VIP is no address of this host, which forwards" \
		"$LB_DIR/check"
	tail -n 1 "$LB_DIR/check" | grep -q '^OK, with'
	run ! grep 'which forwards' "$LB_DIR/check0"
	run ! grep 'a loop' "$LB_DIR/doctor"
	run ! lb_said 'which forwards'
}

# ADDRESS SECONDS: who answers ARP for it, as the router hears it; two are enough.
arp_says() {
	at router python3 - "$@" <<-'END'
		import socket, struct, sys, time
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
		s.bind(("lan", 0x0806))
		mine = s.getsockname()[4]
		wanted = socket.inet_aton(sys.argv[1])
		head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
		s.send(b"\xff" * 6 + mine + b"\x08\x06" + head + mine +
		       socket.inet_aton("192.0.2.1") + bytes(6) + wanted)
		end, heard = time.monotonic() + float(sys.argv[2]), set()
		while len(heard) < 2 and (left := end - time.monotonic()) > 0:
		    s.settimeout(left)
		    try:
		        frame = s.recv(100)
		    except TimeoutError:
		        break
		    if frame[20:22] == b"\0\2" and frame[28:32] == wanted:
		        heard.add(frame[22:28].hex(":"))
		print("\n".join(sorted(heard)))
	END
}

# metallb/metallb#259: both ports of a card are in the LAN.
@test "$MODE: doctor: a second interface in the LAN answers for the balancer's, until its command" {
	local twin=192.0.2.4

	lb_service4 echo nat 5000 5555 | configure
	net_cable lb twin0 switch twin0
	net_plug twin0
	net_up lb twin0
	net_address lb $twin/24 twin0
	at router ping -nqc1 -W3 $twin
	both=$(arp_says 192.0.2.2 10 | wc -l)
	run doctor
	cp "$LB_DIR/doctor" "$LB_DIR/said"
	command=$(sed -n 's/^    \(sysctl -w .*twin0.arp_ignore=1\)/\1/p' "$LB_DIR/doctor")
	at lb sh -ec "$command"
	one=$(arp_says 192.0.2.2 2)
	run doctor
	ip -n "$(net_ns lb)" link del twin0
	equal "$both" 2 "MAC addresses of 192.0.2.2"
	grep -q '^problem: twin0 is in the network of eth0' "$LB_DIR/said"
	equal "$one" "$(net_mac lb)"
	run ! grep twin0 "$LB_DIR/doctor"
}

# kubernetes/kubernetes#59976, cloudnativelabs/kube-router#561: real servers that
# hold the VIP tell the network so.
@test "$MODE: doctor: a dsr backend that answers ARP for the VIP, until its command" {
	local vip=192.0.2.53

	{
		echo "services:"
		echo "  - {name: lan, address: $vip, ports: 5000, forward: dsr, backends: ["
		echo "      {address: 192.0.2.11}, {address: 192.0.2.12}]}"
	} | lb_config "$MODE"
	at lb ip addr add $vip/32 dev "$NET_LB_DEV"
	for i in 1 2; do at b$i ip addr add $vip/32 dev lo; done
	at b1 sysctl -qw net.ipv4.conf.all.arp_ignore=0
	run doctor --probe-network
	cp "$LB_DIR/doctor" "$LB_DIR/said"
	at b1 sh -ec "$(sed -n '/^problem: backend 192.0.2.11/,$s/^    \(sysctl .*\)/\1/p' \
		"$LB_DIR/doctor" | head -n 1)"
	run doctor --probe-network
	for i in 1 2; do at b$i ip addr del $vip/32 dev lo; done
	at lb ip addr del $vip/32 dev "$NET_LB_DEV"
	grep "^problem: backend 192.0.2.11 answers ARP for VIP $vip" "$LB_DIR/said"
	run ! grep '192.0.2.12 answers' "$LB_DIR/said"
	run ! grep '^problem' "$LB_DIR/doctor"
}

@test "$MODE: doctor's commands make a dsr backend of a bare host" {
	local i

	lb_service4 echo dsr 5000 0 | configure
	doctor || true
	backend_commands >"$LB_DIR/commands"
	cat "$LB_DIR/commands"
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		at "b$i" sysctl -qw net.ipv4.conf.all.arp_ignore=0 \
			net.ipv4.conf.all.arp_announce=0
		net_route "b$i" default via 192.0.2.1
		at "b$i" sh -ex "$LB_DIR/commands"
	done
	peers_serve 5000
	lb_start
	ask 198.18.3.4 "$NET_VIP" 5000 --ports 40 | cut -d' ' -f1 | sort -u |
		xargs >"$LB_DIR/who"
	equal "$(cat "$LB_DIR/who")" "b1 b2 b3"
}

@test "$MODE: doctor --json says the same for machines" {
	lb_service4 echo nat 5000 5555 | configure
	doctor --json
	jq -e . "$LB_DIR/doctor"
}

@test "$MODE: every example configuration is sound, but for its interface" {
	local file

	for file in "$ROOT"/conf/*.yaml; do
		sed "s/^interface:.*/interface: $NET_LB_DEV/" "$file" \
			>"$LB_DIR/udplb.yaml"
		at lb "$UDPLB" check -c "$LB_DIR/udplb.yaml" >"$LB_DIR/check" 2>&1 || {
			cat "$LB_DIR/check"
			fail "$file"
		}
	done
}
