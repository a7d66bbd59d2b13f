# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# Runs udplb in the VM and asks it; read after lib.sh.

LOG=/tmp/daemon.log
CONFIG=/tmp/udplb.yaml
FOREIGN=/lab/foreign.bpf.o
address=127.0.0.1:8000

# configure INTERFACE MODE [SERVICE-LINE...]: one service with these lines, and
# two backends whose MAC is given.
configure() {
	local interface=$1 mode=$2

	shift 2
	cat >$CONFIG <<-END
		interface: $interface
		mode: $mode
		metrics: {listen: "$address"}
		services:
		  - name: dns
		    address: 192.0.2.53
		    ports: 53
	END
	for line in "$@"; do
		echo "    $line" >>$CONFIG
	done
	cat >>$CONFIG <<-END
		    backends:
		      - {address: 192.0.2.11, mac: "02:00:00:00:00:11"}
		      - {address: 192.0.2.12, mac: "02:00:00:00:00:12"}
	END
}

metrics() { wget -q -O - "http://$address/metrics"; }

# metric NAME LABEL...: the value of the only one that has all these labels.
metric() {
	local found

	found=$(metrics | grep "^$1{")
	shift
	for label in "$@"; do
		found=$(echo "$found" | grep -F "$label")
	done
	echo "${found##* }"
}

serves() {
	until metrics >/dev/null 2>&1; do
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.2
	done
}

# start [OPTION...]: a daemon that serves, as $pid.
start() {
	udplb run -c $CONFIG "$@" >$LOG 2>&1 &
	pid=$!
	serves && return
	sed 's/^/# /' $LOG
	return 1
}

# does_not_start TEXT REASON [OPTION...]
does_not_start() {
	local text=$1 reason=$2

	shift 2
	if timeout 20 udplb run -c $CONFIG "$@" >$LOG 2>&1; then
		not_ok "$text: ran"
	else
		said "$text" "$reason"
	fi
}

stop() {
	kill "-${1:-TERM}" $pid
	wait $pid
}

# said TEXT REASON: in the log.
said() {
	if grep -qF -e "$2" $LOG; then
		ok "$1: \"$2\""
	else
		not_ok "$1: did not say \"$2\""
		sed 's/^/# /' $LOG
	fi
}

# says TEXT REASON: it will, within a minute.
says() {
	local tries=600

	until grep -qF -e "$2" $LOG || [ $tries = 0 ]; do
		tries=$((tries - 1))
		sleep 0.1
	done
	said "$1" "$2"
}

# The attempt in a mode failed, and both log and metrics tell why.
refused_mode() {
	local text=$1 mode=$2 reason=$3

	said "$text" "$reason"
	is "$text: the metrics say it, too" 0 \
		"$(metric udplb_attach_attempt_success "mode=\"$mode\"" "$reason")"
}

# becomes SECONDS WANTED COMMAND...: until its output is that.
becomes() {
	local tries=$(($1 * 10)) wanted=$2

	shift 2
	until [ "$("$@")" = "$wanted" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# cable: veth0 is ours, veth1 belongs to the namespace "far", which sends only
# what it is told to.
cable() {
	insmod /lib/modules/veth.ko
	ip netns add far
	echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
	ip netns exec far busybox sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	ip link add veth0 type veth peer name veth1 netns far
	ip link set veth0 up
	ip -n far link set veth1 up
	ip -n far addr add 198.51.100.7/24 dev veth1
	ip -n far route add 192.0.2.53 dev veth1
	ip -n far neigh add 192.0.2.53 dev veth1 nud permanent \
		lladdr "$(cat /sys/class/net/veth0/address)"
}

cut_cable() {
	ip netns del far
	becomes 5 0 eval 'ls /sys/class/net | grep -c veth0'
	check "veth can be removed" rmmod veth
}

# Services, and what is this host's own, which nobody may claim to send from.
service_rows() {
	echo $(($(metric udplb_map_entries 'map="vips"') +
		$(metric udplb_map_entries 'map="services"')))
}

program_id() { ip -j -d link show "$1" | jq -r '.[0].xdp.prog.id // "none"'; }

# The ids of udplb's programs in the interface's dispatcher.
ours() {
	xdp-loader status "$1" | awk '$1 == "=>" && $3 ~ /^udplb/ { print $4 }'
}

# Every state of the interface from here on, as the kernel tells it.
watch() {
	watched=$1
	ip -d monitor link dev "$watched" >/tmp/events &
	watcher=$!
	sleep 0.5
}

# It changed, and between the programs there was never none.
no_gap() {
	sleep 0.5
	kill $watcher
	wait $watcher
	check "$1: the kernel told of the change" grep -q "/id:" /tmp/events
	is "$1: no moment without a program" 0 \
		"$(grep "$watched[:@]" /tmp/events | grep -vc "xdp[a-z]*/id:")"
}

# frames INTERFACE: the test data of BPF_PROG_TEST_RUN, a query to the service and
# an ARP frame, both for the interface's own MAC address.
frames() {
	local mac

	mac=$(sed 's/^/:/; s/:/\\x/g' "/sys/class/net/$1/address")
	{
		printf "$mac"'\002\0\0\0\0\002\010\0'
		printf '\x45\0\0\x20\0\0\0\0\x40\x11\x8d\x98'
		printf '\xc6\x33\x64\x07\xc0\0\x02\x35'
		printf '\x04\xd2\0\x35\0\x0c\0\0test'
	} >/tmp/query
	{
		printf "$mac"'\002\0\0\0\0\002\010\006'
		printf '\0\001\010\0\006\004\0\001\0\0\0\0\0\0\0\0\0\0'
	} >/tmp/arp
}

# pass_through INTERFACE FRAME COUNT: its verdict, from what is attached.
pass_through() {
	bpftool -j prog run id "$(program_id "$1")" data_in "$2" repeat "$3" |
		jq .retval
}

# Packets that the foreign program has seen.
foreign_saw() {
	bpftool -j map dump name seen | jq '.[0].formatted.value'
}

finish_daemon() {
	[ -z "${pid:-}" ] || kill -KILL $pid 2>/dev/null
	finish
}
trap finish_daemon EXIT
