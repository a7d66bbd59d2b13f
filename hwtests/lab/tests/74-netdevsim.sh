# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# The daemon on another driver than the card's: netdevsim, whose switches
# refuse one mode after the other.
. /lab/lib.sh
. /lab/daemon.sh

device=/sys/kernel/debug/netdevsim/netdevsim0

insmod /lib/modules/psample.ko
insmod /lib/modules/netdevsim.ko
echo "0 1" >/sys/bus/netdevsim/new_device
sim=$(basename /sys/bus/netdevsim/devices/netdevsim0/net/*)
ip link set "$sim" up

switch() { echo "$2" >$device/$1; }

configure $sim auto "ring_size: 16"
check "a device without room for our maps: serves" start
is "in the driver" xdp "$(running $sim)"
refused_mode "two entries are not enough" hw "Cannot allocate memory"
stop

switch ports/0/bpf_map_accept N
check "a device without maps: serves" start
refused_mode "no map at all" hw "Operation not supported"
is "the driver took it" xdp "$(running $sim)"
stop

switch ports/0/bpf_xdpdrv_accept N
check "nor a driver that takes it: serves" start
is "in the generic hook" xdpgeneric "$(running $sim)"
refused_mode "driver" drv "driver XDP disabled in DebugFS"
is "the metrics know all three" 3 \
	"$(metrics | grep -c '^udplb_attach_attempt_success{')"
is "mode" 1 "$(metric xdp_mode 'mode="xdpgeneric"')"
stop
is "skb: detached" "" "$(running $sim)"

configure $sim drv
does_not_start "mode drv" "driver XDP disabled in DebugFS"
switch ports/0/bpf_xdpdrv_accept Y
check "mode drv, allowed again" start
stop
is "drv: detached" "" "$(running $sim)"

echo 0 >/sys/bus/netdevsim/del_device
check "the driver can be removed" rmmod netdevsim psample
