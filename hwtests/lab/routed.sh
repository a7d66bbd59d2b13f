# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2046,SC2086,SC2119,SC2154
# udplb in a routed network, its backends behind tunnels; read after daemon.sh.
#
#   c ---- r ---- lb: udplb on lb0, in the VM's own namespace
#         /|\
#      b1 b2 ...
#
# All are a hop from the router, which has a route for the VIPs; answers go from
# the backends to the client, past the balancer.  The backends filter strictly
# by reverse path until the commands that "udplb doctor" prints change that.

PORT=5300
CLIENT4=198.51.100.7
CLIENT6=2001:db8:c::7
LB4=192.0.2.2
LB6=2001:db8:1::2
# Family of the VIP, then of the backends.
TUNNELS="ipip44 ipip64 ipip46 ipip66 gue44 gue64 gue46 gue66"
hosts=

at() { /bin/ip netns exec "$@"; }

is_inner6() { case $1 in *6?) true ;; *) false ;; esac }
is_outer6() { case $1 in *6) true ;; *) false ;; esac }

# vip TUNNEL: of its service.
vip() {
	case $1 in
	ipip4?) echo 203.0.113.${1#ipip} ;;
	ipip6?) echo 2001:db8:53::${1#ipip} ;;
	gue4?) echo 203.0.113.1${1#gue} ;;
	gue6?) echo 2001:db8:53::1${1#gue} ;;
	esac
}

client() { if is_inner6 $1; then echo $CLIENT6; else echo $CLIENT4; fi; }

# backends_of TUNNEL: their numbers; a test may say otherwise.
backends_of() { echo 1 2; }

# backend TUNNEL NUMBER: its address.
backend() { if is_outer6 $1; then echo fd00:$2::2; else echo 10.$2.0.2; fi; }

# overhead TUNNEL: bytes that the outer headers add.
overhead() {
	local bytes=20

	! is_outer6 $1 || bytes=40
	case $1 in gue*) bytes=$((bytes + 8)) ;; esac
	echo $bytes
}

# payload TUNNEL SIZE: of a datagram that makes a packet of this size.
payload() {
	if is_inner6 $1; then echo $(($2 - 48)); else echo $(($2 - 28)); fi
}

host() {
	ip netns add $1
	at $1 busybox sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.all.accept_dad=0 \
		net.ipv4.conf.all.rp_filter=$2 \
		net.ipv4.conf.default.rp_filter=$2
	hosts="$hosts $1"
}

# cable HOST DEVICE PREFIX4 PREFIX6 NUMBER: to the router, whose end is named
# like the host, and has number 1.  The sockets of veth leave checksums to a NIC
# that is not there: "tx off".
cable() {
	ip -n r -batch - <<-END
		link add $1 type veth peer name $2 netns $1
		addr add $3.1/24 dev $1
		addr add $4::1/64 dev $1 nodad
		link set $1 up
	END
	at $1 ethtool -K $2 tx off >/dev/null 2>&1
	ip -n $1 -batch - <<-END
		addr add $3.$5/24 dev $2
		addr add $4::$5/64 dev $2 nodad
		link set lo up
		link set $2 up
		route add default via $3.1
		route add default via $4::1
	END
}

# build_network BACKEND-NUMBER...
build_network() {
	busybox depmod # for modprobe
	mkdir -p /etc
	echo "root:x:0:0::/:/bin/sh" >/etc/passwd # tcpdump asks for it
	insmod /lib/modules/veth.ko
	host r 0
	at r busybox sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	host c 0
	cable c c0 198.51.100 2001:db8:c 7
	for number in "$@"; do
		host b$number 1
		cable b$number eth0 10.$number.0 fd00:$number 2
	done
	ip netns attach lb 1
	busybox sysctl -qw net.ipv6.conf.all.disable_ipv6=0 # other tests do not
	cable lb lb0 192.0.2 2001:db8:1 2
	ip -n r route add 203.0.113.0/24 via $LB4
	ip -n r route add 2001:db8:53::/64 via $LB6
	# What XDP sends lies in a ring until the other end is woken, unless
	# that has an XDP program, too.
	ip -n r link set lb xdpdrv obj $FOREIGN sec xdp
}

# Namespaces, and what is in them, go some time after their names.
remove_network() {
	local tries=100

	[ ! -e /run/netns/lb ] || ip netns del lb
	for name in $hosts; do
		ip netns del $name
	done
	until [ $tries = 0 ] || rmmod veth 2>/dev/null; do
		sleep 0.1
		tries=$((tries - 1))
	done
	for module in fou ipip sit ip6_tunnel; do
		[ ! -d /sys/module/$module ] || rmmod $module
	done
}

# mtu BYTES: between the balancer and the backends.
mtu() {
	for number in $(seq 8); do
		[ ! -e /run/netns/b$number ] || {
			ip -n b$number link set eth0 mtu $1
			ip -n r link set b$number mtu $1
		}
	done
	ip -n r link set lb mtu $1
	ip link set lb0 mtu $1
}

# configure_tunnels MODE BALANCE [LINE...]: a service per tunnel, with LINEs of
# "tunnel:".
configure_tunnels() {
	local mode=$1 balance=$2

	shift 2
	printf 'interface: lb0\nmode: %s\nmetrics: {listen: "%s"}\n' \
		$mode $address
	[ $# = 0 ] || echo "tunnel:"
	for line in "$@"; do
		echo "  $line"
	done
	echo "services:"
	for tunnel in $TUNNELS; do
		cat <<-END
			  - name: $tunnel
			    address: "$(vip $tunnel)"
			    ports: $PORT
			    balance: $balance
			    forward: ${tunnel%??}
			    backends:
		END
		for number in $(backends_of $tunnel); do
			echo "      - {address: \"$(backend $tunnel $number)\"}"
		done
	done
} >$CONFIG

# What doctor has to say of the configuration.
ask_doctor() { udplb doctor --json -c $CONFIG >/tmp/doctor.json 2>/dev/null; }

# commands_for TUNNEL NUMBER: what it prints for this backend.
commands_for() {
	jq -r --arg name $1 '.services[] | select(.name == $name) |
			.on_backends[]' /tmp/doctor.json |
		awk -v "own=$(backend $1 $2):" '
			/^# on each/ { mine = 1 }
			/^# on [^ ]*:$/ { mine = $3 == own }
			!/^#/ && mine'
}

# Commands that several services have in common are run once.
set_up_backend() {
	for tunnel in $TUNNELS; do
		case " $(backends_of $tunnel) " in
		*" $1 "*) commands_for $tunnel $1 ;;
		esac
	done | awk '!seen[$0]++' >/tmp/commands
	check "b$1: doctor has something to say" [ -s /tmp/commands ]
	while read -r command; do
		at b$1 busybox sh -c "ip() { /bin/ip \"\$@\"; }; $command" \
			>/tmp/said 2>&1 ||
			not_ok "b$1: $command: $(cat /tmp/said)"
	done </tmp/commands
}

serve() {
	at b$1 udpask serve b$1 $PORT >/tmp/b$1.out 2>&1 &
	servers="${servers:-} $!"
	until grep -qs ready /tmp/b$1.out; do
		sleep 0.1
	done
}

# set_up_backends NUMBER...
set_up_backends() {
	for number in "$@"; do
		set_up_backend $number
		serve $number
	done
}

up() { metrics | grep '^udplb_backend_up{' | grep -c ' 1$'; }

# All backends of all services serve.
start_tunnels() {
	start && becomes 30 "$(grep -c -- '- {address' $CONFIG)" up
}

# ask TUNNEL [OPTION...]: which of the backends it was is left out.
ask() { ask_whom "$@" | sed 's/^b[0-9]*:/b:/'; }

ask_whom() {
	local tunnel=$1

	shift
	at c udpask ask "$@" $(vip $tunnel) $PORT
}

# What the client has learned of paths.
forget() {
	ip -n c route flush cache
	ip -n c -6 route flush cache
}

# passed REASON: packets.
passed() { metric udplb_packets_total "reason=\"$1\""; }

finish_network() {
	for server in ${servers:-}; do
		kill $server
	done
	# Processes let go of namespaces when they are gone.
	wait
	remove_network
	finish_daemon
}
trap finish_network EXIT
