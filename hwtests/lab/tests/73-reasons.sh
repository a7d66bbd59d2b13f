# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Whatever the card refuses: the daemon falls back, and the user learns why.
. /lab/lib.sh
. /lab/daemon.sh

# falls_back TEXT REASON CARD-PARAMETER...
falls_back() {
	local text=$1 reason=$2

	shift 2
	card "$@"
	check "$text: serves" start
	is "$text: runs in the driver" xdp "$(running nfp0)"
	refused_mode "$text" hw "$reason"
	is "$text: drv succeeded" 1 \
		"$(metric udplb_attach_attempt_success 'mode="drv"')"
	stop
}

configure nfp0 auto "ring_size: 16"
falls_back "no BPF firmware" "no BPF offload device" fw=nic
falls_back "too few maps" "too many maps for a device" max_maps=5
falls_back "no hash maps" "map type not supported" map_types=4
falls_back "elements too small" "map elements too large" max_elem=16
falls_back "program memory too small" "instruction limit reached" max_len=300
falls_back "stack too small" "stack too large" stack_sz=0
falls_back "packet split too early" "HW packet split boundary" inl_mtu=1
configure nfp0 auto "ring_size: 16" "balance: packet"
falls_back "no random numbers" "[nfp] bpf_get_prandom_u32()" prandom=0
configure nfp0 auto "ring_size: 16"
falls_back "no map look-up" "[nfp] map_lookup" fn_lookup=0

# Both refuse: the third is left.
card fw=nic
ip link set nfp0 mtu 9000
check "no firmware, jumbo frames: serves" start
is "in the generic hook" xdpgeneric "$(running nfp0)"
refused_mode "card" hw "no BPF offload device"
refused_mode "driver" drv "MTU too large"
is "skb succeeded" 1 "$(metric udplb_attach_attempt_success 'mode="skb"')"
stop

configure nfp0 hw
does_not_start "mode hw is never downgraded" "no BPF offload device"
check "drv was not tried" eval '! grep -q DRV_MODE $LOG'
configure nfp0 drv
does_not_start "mode drv is never downgraded" "MTU too large"
check "skb was not tried" eval '! grep -q SKB_MODE $LOG'
is "nothing is left behind" "" "$(running nfp0)"
