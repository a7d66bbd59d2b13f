# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Every reason for which a card, or its firmware, can refuse the program.
. /lab/lib.sh

card fw=nic
refused "firmware without BPF" "Invalid argument" $SIZES nfp0 $OBJECT
# Driver mode does not need the firmware.
loaded "but the driver takes it" $SMALL -m drv nfp0 $OBJECT
is "and says so" xdp "$(running nfp0)"
detach nfp0 xdpdrv

card abi=9
refused "BPF ABI unknown to the driver" "Invalid argument" $SIZES nfp0 $OBJECT

card max_elems=100000
refused "too few map elements" "map with too many elements: 1048576" \
	$SIZES nfp0 $OBJECT
loaded "a smaller ring fits" $SIZES -s ring=16384 -s services=1024 -s vips=1 -s hosts=1 \
	nfp0 $OBJECT
detach

card max_maps=5
refused "too few maps" "too many maps for a device" $SMALL nfp0 $OBJECT

card max_elem=16
refused "elements too small" "map elements too large" $SMALL nfp0 $OBJECT

card map_types=4
refused "no hash maps" "map type not supported" $SMALL nfp0 $OBJECT

card map_types=0
refused "no maps at all" "Operation not supported" $SMALL nfp0 $OBJECT

card stack_sz=4
refused "stack too small" "stack too large" -p deep nfp0 $TINY
loaded "256 bytes are enough for us" $SMALL nfp0 $OBJECT
detach

card
load $SMALL nfp0 $OBJECT
size=$(jq .nfp_instructions /tmp/out)
card max_len=$size
loaded "program memory of just its size" $SMALL nfp0 $OBJECT
detach
card max_len=$((size - 1))
refused "program memory one too small" "instruction limit reached" $SMALL nfp0 $OBJECT

card prandom=0
refused "no random numbers" "bpf_get_prandom_u32()" $SMALL nfp0 $OBJECT

card fn_lookup=0
refused "no map look-up" "map_lookup" $SMALL nfp0 $OBJECT

card inl_mtu=1
refused "packet split too early" "HW packet split boundary" \
	$SMALL nfp0 $OBJECT

card inl_mtu=24
loaded "looks behind the split, which no packet of this MTU reaches" \
	-p far nfp0 $TINY
refuses_mtu() {
	! ip link set nfp0 mtu 9000 2>/tmp/why && grep -q busy /tmp/why
}
check "a larger MTU is refused while it runs: busy" refuses_mtu
check "and the kernel log says why" eval \
	'klog | grep -q "packet access beyond hardware packet boundary"'
detach
check "not any more when it is gone" ip link set nfp0 mtu 9000
refused "now it would reach behind" "HW packet split boundary" \
	-p far nfp0 $TINY
loaded "our program touches only the headers" $SMALL nfp0 $OBJECT
detach

card tx_rings=2
refused "driver mode without spare rings" "Insufficient number of TX rings" \
	$SMALL -m drv nfp0 $OBJECT
card
ip link set nfp0 mtu 9000
refused "driver mode with jumbo frames" "MTU too large w/ XDP enabled" \
	$SMALL -m drv nfp0 $OBJECT
