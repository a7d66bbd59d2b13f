# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2119
# The lab's NIC shows what a user of the card sees.
. /lab/lib.sh

info() { ethtool -i "$1" | sed -n "s/^$2: //p"; }

counter() { ethtool -S "$1" | awk -v name="$2:" '$1 == name { print $2 }'; }

card
is "driver" nfp "$(info nfp0 driver)"
is "firmware" "0.0.3.5 0.25 bpf-2.0.6.124 ebpf" "$(info nfp0 firmware-version)"
is "bus" 0000:04:00.0 "$(info nfp0 bus-info)"

for name in bpf_pass_pkts bpf_pass_bytes bpf_app1_pkts bpf_app1_bytes \
	bpf_app2_pkts bpf_app2_bytes bpf_app3_pkts bpf_app3_bytes \
	dev_rx_pkts dev_rx_bytes dev_rx_discards dev_tx_pkts dev_tx_discards \
	rvec_0_rx_pkts rxq_0_pkts txq_1_bytes mac.rx_pkts mac.rx_pkts_64_octets
do
	check "counter $name" [ -n "$(counter nfp0 $name)" ]
done

is "two ports" "p0 p1" \
	"$(cat /sys/class/net/nfp0/phys_port_name /sys/class/net/nfp1/phys_port_name | xargs)"
is "of one chip" "$(cat /sys/class/net/nfp0/phys_switch_id)" \
	"$(cat /sys/class/net/nfp1/phys_switch_id)"
check "speed is known" [ "$(cat /sys/class/net/nfp0/speed)" = 25000 ]

before=$(counter nfp0 dev_tx_discards)
ip addr add 192.0.2.1/24 dev nfp0
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev nfp0
ping -c 2 -W 1 -q 192.0.2.2 >/dev/null
check "what the host sends is counted" \
	[ "$(counter nfp0 dev_tx_discards)" -ge $((before + 2)) ]

card ports=1 fw=nic
is "nic firmware" "0.0.3.5 0.25 nic-2.1.16.1 nic" \
	"$(info nfp0 firmware-version)"
check "one port" [ ! -d /sys/class/net/nfp1 ]
