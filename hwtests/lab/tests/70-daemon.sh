# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# The daemon on the card, from start to end: tables, counters, metrics.
. /lab/lib.sh
. /lab/daemon.sh

# count MAP INDEX PACKETS BYTES: as if the card had counted them.
count() {
	bpftool map update name "$1" key "$2" 0 0 0 value \
		"$3" 0 0 0 0 0 0 0 "$4" 0 0 0 0 0 0 0
}

# reason NAME: its index, which is its place among the metrics.
reason() {
	metrics | grep '^udplb_packets_total{' |
		awk -v name="\"$1\"" 'index($0, name) { print NR - 1 }'
}

card
# Its link-local address, which comes a second later, is an entry more.
echo 1 >/proc/sys/net/ipv6/conf/nfp0/disable_ipv6
configure nfp0 auto "ring_size: 8192"
check "mode auto: serves" start
is "runs on the card" xdpoffload "$(running nfp0)"
is "and says so" 1 "$(metric xdp_mode 'mode="xdpoffload"')"
is "and in no other mode" 0 "$(metrics | grep '^xdp_mode{' |
	grep -v xdpoffload | grep -vc ' 0$')"
is "the attempt is told" 1 "$(metric udplb_attach_attempt_success 'mode="hw"')"
is "all slots are on the card" 8192 "$(metric udplb_map_entries 'map="ring"')"
# Slots, two backends with a reply each, the service beside own addresses.
is "written once, entry by entry" $((8196 + $(service_rows))) "$(sent update)"
grep -F 'loaded in' $LOG | sed 's/^/# /'
is "the card's counters are metrics" 0 \
	"$(metric udplb_nic_stat 'name="bpf_pass_pkts"')"

count backend_stats 1 7 70
count backend_stats 2 5 50
count reason_stats 0 9 90
count reason_stats $(reason no_backend) 3 30
is "packets of a backend" 7 \
	"$(metric udplb_backend_packets_total 'backend="192.0.2.11')"
is "bytes of a backend" 50 \
	"$(metric udplb_backend_bytes_total 'backend="192.0.2.12')"
is "packets of the service" 12 \
	"$(metric udplb_service_packets_total 'service="dns"')"
is "forwarded" 12 "$(metric udplb_packets_total 'reason="forwarded"')"
is "passed" 9 "$(metric udplb_packets_total 'reason="not_ip"')"
is "dropped, in bytes" 30 "$(metric udplb_bytes_total 'reason="no_backend"')"
is "processed: forwarded and dropped" 15 \
	"$(metric xdp_packet_processed 'cpu="total"')"
is "no CPU had to do with it" 1 "$(metrics | grep -c '^xdp_packet_processed{')"
is "nor with the rate" 1 "$(metrics | grep -c '^xdp_packet_processed_rate{')"
is "no latency: the card has no clock" 0 \
	"$(metrics | grep -c '^xdp_packet_latency_ns')"
is "and a metric says so" 0 \
	"$(metric udplb_latency_measured 'reason="the card has no clock"')"

check "SIGTERM: ends with exit code 0" stop TERM
is "and takes its program along" "" "$(running nfp0)"
in_use() { echo $(($(sent alloc) - $(sent free))); }
check "and its maps" becomes 5 0 in_use
configure nfp0 hw "ring_size: 16"
check "starts again" start
check "SIGINT: ends with exit code 0" stop INT
is "nothing is left" "" "$(running nfp0)"

udplb probe --json nfp0 >/tmp/probe
is "probe: driver" nfp "$(jq -r .driver /tmp/probe)"
is "probe: firmware" "0.0.3.5 0.25 bpf-2.0.6.124 ebpf" \
	"$(jq -r .firmware /tmp/probe)"
is "probe: loads on the card" true \
	"$(jq '.modes[] | select(.mode == "hw") | .loads' /tmp/probe)"
card fw=nic
udplb probe --json nfp0 >/tmp/probe
is "probe: the nic firmware" "0.0.3.5 0.25 nic-2.1.16.1 nic" \
	"$(jq -r .firmware /tmp/probe)"
check "probe: why it does not load there" eval \
	"jq -r '.modes[] | select(.mode == \"hw\") | .why' /tmp/probe |
	grep -q 'no BPF offload device.*bpf firmware'"
udplb probe nfp0 >/tmp/probe
check "probe, as text: driver" grep -q '^driver  *nfp$' /tmp/probe
check "probe, as text: firmware" grep -q '^firmware .*nic-2.1.16.1' /tmp/probe
check "probe, as text: the card refuses" \
	grep -q '^mode hw  *refused: .*no BPF offload device' /tmp/probe
check "probe, as text: the host does not" \
	grep -q '^mode drv, skb  *the program loads' /tmp/probe
is "probe has attached nothing" "" "$(running nfp0)"
