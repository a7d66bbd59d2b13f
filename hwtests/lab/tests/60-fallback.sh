# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# HW -> DRV -> SKB, step by step, on netdevsim, the kernel's simulated NIC: its
# switches make it refuse what we want refused.
. /lab/lib.sh

device=/sys/kernel/debug/netdevsim/netdevsim0

insmod /lib/modules/psample.ko
insmod /lib/modules/netdevsim.ko
echo "0 1" >/sys/bus/netdevsim/new_device
sim=$(basename /sys/bus/netdevsim/devices/netdevsim0/net/*)
ip link set "$sim" up

switch() { echo "$2" >$device/$1; }

loaded "HW: takes a program without maps" -p pass $sim $TINY
is "HW: runs" xdpoffload "$(running $sim)"
detach $sim

switch ports/0/bpf_xdpoffload_accept N
refused "HW: attaching" "XDP offload disabled in DebugFS" -p pass $sim $TINY
switch ports/0/bpf_xdpoffload_accept Y

switch bpf_bind_accept N
refused "HW: binding" "Operation not supported" -p pass $sim $TINY
switch bpf_bind_accept Y

switch bpf_bind_verifier_accept N
refused "HW: verifier" "Hello from netdevsim!" -p pass $sim $TINY
switch bpf_bind_verifier_accept Y

# Its maps have room for two entries; reason_stats alone needs more.
refused "HW: our tables" "Cannot allocate memory" $SMALL $sim $OBJECT
loaded "DRV: then takes our program" $SMALL -m drv $sim $OBJECT
is "DRV: runs" xdp "$(running $sim)"
detach $sim xdpdrv

switch ports/0/bpf_map_accept N
refused "HW: any map" "Operation not supported" $SMALL $sim $OBJECT
switch ports/0/bpf_xdpdrv_accept N
refused "DRV: attaching" "driver XDP disabled in DebugFS" \
	$SMALL -m drv $sim $OBJECT
loaded "SKB: is always left" $SMALL -m skb $sim $OBJECT
is "SKB: runs" xdpgeneric "$(running $sim)"
detach $sim xdpgeneric

switch ports/0/bpf_xdpdrv_accept Y
ip link set $sim mtu 9000
refused "DRV: jumbo frames" "MTU too large w/ XDP enabled" \
	$SMALL -m drv $sim $OBJECT

echo 0 >/sys/bus/netdevsim/del_device
rmmod netdevsim psample
