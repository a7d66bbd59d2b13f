# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119,SC2154
# Samples and common configurations against both rooms that a card is known to
# have: what the driver makes of the features that they need.
. /lab/lib.sh
. /lab/daemon.sh

# sample NAME: conf/NAME.yaml, for this card.
sample() {
	sed -e '/^interface:/d' -e '/^mode:/d' -e '/^metrics:/d' \
		-e '/^latency:/d' /lab/conf/$1.yaml >/tmp/sample
	{
		echo "interface: nfp0"
		echo "mode: hw"
		echo "metrics: {listen: \"$address\"}"
		cat /tmp/sample
	} >$CONFIG
}

# service NAME VIP BACKEND [LINE...]: one more.
service() {
	local line name=$1 vip=$2 backend=$3

	shift 3
	{
		echo "  - name: $name"
		echo "    address: \"$vip\""
		echo "    ports: 53"
		for line; do echo "    $line"; done
		echo "    backends: [{address: \"$backend\"}]"
	} >>$CONFIG
}

services() {
	cat >$CONFIG <<-END
		interface: nfp0
		mode: hw
		metrics: {listen: "$address"}
		services:
	END
}

fits() {
	check "$limit instructions: $1" start
	is "$limit instructions: $1: on the card" xdpoffload "$(running nfp0)"
	stop
}

for limit in 2560 2800; do
	card max_len=$limit
	for name in udplb nat-dns dsr snat-collectors quic; do
		sample $name
		fits $name
	done
	services
	service dns4 192.0.2.53 192.0.2.11
	service dns6 2001:db8::53 2001:db8::11
	fits "nat, IPv4 and IPv6"
	services
	service dns4 192.0.2.53 192.0.2.11
	service game 192.0.2.54 192.0.2.11 "forward: dsr"
	fits "nat and dsr"
	services
	service dns4 192.0.2.53 192.0.2.11
	service flows 192.0.2.54 192.0.2.11 "forward: snat" "balance: packet"
	fits "nat and snat"
	services
	service game4 192.0.2.53 192.0.2.11 "forward: dsr"
	service game6 2001:db8::53 2001:db8::11 "forward: dsr"
	fits "dsr, IPv4 and IPv6"
	for tunnel in ipip gue; do
		services
		service far 192.0.2.53 192.0.2.11 "forward: $tunnel"
		fits "$tunnel"
		services
		service far 192.0.2.53 192.0.2.11 "forward: $tunnel" \
			"deny: [198.51.100.0/24]"
		fits "$tunnel, filtered"
	done
done

card max_len=2560
services
service far 192.0.2.53 192.0.2.11 "forward: gue" "malformed: drop" \
	"balance: source" "deny: [198.51.100.0/24]"
does_not_start "gue with all that there is, in 2560" "instruction limit reached"
card max_len=2800
check "in 2800: serves" start
stop
sample tunnel-gue
does_not_start "IPv6 in tunnels" "instruction limit reached"
