# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh
# The whole of what kernel-host looks at in short: every feature by itself and
# left out, and all packet cases in this kernel.  For lab-kernels.
. /lab/lib.sh

insmod /lib/modules/veth.ko
ip link add veth0 type veth peer name veth1
loads -j -i veth0 /lab >/tmp/features.json 2>/tmp/why
is "the whole object loads with any feature, and without any" 0 $?
sed 's/^/# /' /tmp/why
check "they are many" [ "$(wc -l </tmp/features.json)" -gt 45 ]
rmmod veth

for object in /lab/udplb_*.bpf.o /lab/udplb.bpf.o; do
	name=$(basename "$object" .bpf.o)
	packet_test --engine kernel --cases --object "$object" >/tmp/cases 2>&1
	is "$name: the packet cases" 0 $?
	grep '^not ok' /tmp/cases | sed 's/^/# /'
	echo "# $name: $(grep -c '^ok' /tmp/cases) cases"
done
