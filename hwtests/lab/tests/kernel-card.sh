# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# What this kernel's nfp driver makes of the programs, and the daemon on it.  For
# lab-kernels.
. /lab/lib.sh
. /lab/daemon.sh

ZERO="is required to initialize atomic counters to zero"

# since VERSION: is this kernel as new?
since() {
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

# What the emulator must know to run a program without maps.
describe() {
	local parameters=/sys/module/nfplab/parameters

	echo "{\"start\": $(cat $parameters/start)," \
		"\"done\": $(cat $parameters/done)," \
		"\"helpers\": [0, 0, 0, 0], \"maps\": []}"
}

# weigh NAME: what the driver makes of it, into card.json.
weigh() {
	if load $SMALL nfp0 "/lab/udplb_$1.bpf.o"; then
		ok "$1 loads: $(jq .nfp_instructions /tmp/out) instructions"
		jq -c --arg name "$1" '{object: $name, nfp: .nfp_instructions}' \
			/tmp/out >>"$RESULTS/card.json"
		detach
	else
		not_ok "$1 loads"
		tail -n 40 /tmp/why | sed 's/^/# /'
	fi
}

card
for object in /lab/udplb_*.bpf.o; do
	name=${object##*/udplb_}
	weigh "${name%.bpf.o}"
done

# On a card whose firmware offers map_update, as none is known to.
card $RICH
if since 6.8; then
	refused "the defect of STACK_ZERO" "$ZERO" -p defect nfp0 \
		/lab/stack_zero.bpf.o
else
	loaded "an update with a zero for a counter" -p defect nfp0 \
		/lab/stack_zero.bpf.o
	detach
fi
card

# What the driver makes of the programs that it compiles wrongly.
for object in /lab/defects/*.bpf.o; do
	name=$(basename "$object" .bpf.o)
	klog >/dev/null && cp /tmp/klog /tmp/klog.before
	loaded "the defect $name" -p defect nfp0 "$object"
	# Since 7.x Debian's kernels notice one by themselves.
	if grep -q 'UBSAN: shift-out-of-bounds in nfp/bpf/jit.c' /tmp/why; then
		is "which the kernel complains of" caller_stack "$name"
		mv /tmp/klog.before /tmp/klog
	fi
	cp "$object" "$RESULTS/"
	cp $DEBUG/nfp0/image "$RESULTS/$name.nfp"
	describe >"$RESULTS/$name.json"
	detach
done

# The daemon, with packets from the wire.
echo 1 >/proc/sys/net/ipv6/conf/wire0/disable_ipv6
echo 1 >/proc/sys/net/ipv6/conf/nfp0/disable_ipv6
ip link set wire0 up
ip addr add 198.18.0.1/32 dev wire0
ip route add 192.0.2.53/32 dev wire0 src 198.18.0.1
ip neigh add 192.0.2.53 dev wire0 lladdr "$(cat /sys/class/net/nfp0/address)"
counted() { metric udplb_service_packets_total 'service="dns"'; }

configure nfp0 hw "ring_size: 64"
serves=false
if start; then
	is "hw: runs as" xdpoffload "$(running nfp0)"
	# Slots, two backends with a reply each, the service, and the address of
	# wire0, which is this host's own.
	is "hw: the tables are written, entry by entry" 70 "$(sent update)"
	udpflows send -q -m 40 -a 198.18.0.1 192.0.2.53 53 >/dev/null
	check "hw: all 40 packets are counted" becomes 20 40 counted
	check "hw: ends" stop
	serves=true
else
	not_ok "hw: the daemon serves"
fi
echo "{\"mode\": \"hw\", \"serves\": $serves}" >>"$RESULTS/daemon.json"
