# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034
# What every lab test starts with; runs in the VM, in busybox's shell.

# Its own applets would come before the real tools.
ip() { /bin/ip "$@"; }

# The variant of an ordinary configuration: IPv4, nat; and the whole program.
OBJECT=/lab/udplb_nat4.bpf.o
WHOLE=/lab/udplb.bpf.o
TINY=/lab/tiny.bpf.o
DEBUG=/sys/kernel/debug/nfplab
# A large installation: 4,096 services, 16,384 backends, 40 % of the card.
SIZES="-s services=4096 -s replies=16384 -s ring=1048576 -s backends=16384
	-s backend_stats=16384 -s latency=0 -s macs=0 -s fragments=0 -s limits=0"
# As little as the program can run with.
SMALL="-s latency=0 -s macs=0 -s fragments=0 -s limits=0"
# Parameters of a card that does not exist: its firmware has every helper and
# message that the driver knows of.
RICH="fn_update=0x3002 fn_delete=0x3003 abi=3 multi=1 max_maps=32 max_key=64
	max_val=64 adj_min=32 adj_max=192 adj_sub=128 adj_add=64"
# What the kernel writes when it is, or believes to be, broken.
COMPLAINTS='WARNING: |BUG: |Oops|Call Trace|refcount_t|leaking map|cmsg drop'

failures=0

verdict() {
	echo "$1 - $TEST: $2"
	echo "$1 - $TEST: $2" >/dev/ttyS1
}

ok() { verdict ok "$1"; }

not_ok() {
	verdict "not ok" "$1"
	failures=$((failures + 1))
}

# check TEXT COMMAND...: ok if it succeeds.
check() {
	local text=$1

	shift
	if "$@"; then ok "$text"; else not_ok "$text"; fi
}

# is TEXT WANTED GOT
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		echo "# wanted: $2"
		echo "# got:    $3"
	fi
}

# What the kernel said since the last call; all of it stays in /tmp/klog.
klog() { dmesg -c | tee -a /tmp/klog; }

# A new card, with module parameters, in place of the one that is plugged in.
card() {
	unplug
	insmod /lib/modules/nfplab.ko "$@" && ip link set nfp0 up
}

unplug() {
	[ ! -d /sys/module/nfplab ] || rmmod nfplab
}

# hwload's JSON and the kernel's words are left in /tmp/out and /tmp/why.
load() {
	local code=0

	klog >/dev/null
	hwload "$@" >/tmp/out || code=$?
	{ cat /tmp/out && klog; } >/tmp/why
	return $code
}

# loaded TEXT HWLOAD-ARGUMENT...
loaded() {
	local text=$1

	shift
	if load "$@"; then
		ok "$text"
	else
		not_ok "$text"
		sed 's/^/# /' /tmp/why
	fi
}

# refused TEXT REASON HWLOAD-ARGUMENT...: it must fail, and for this reason.
refused() {
	local text=$1 reason=$2

	shift 2
	if load "$@"; then
		not_ok "$text: was not refused"
	elif grep -qF "$reason" /tmp/why; then
		ok "$text: \"$reason\""
	else
		not_ok "$text: other reason than \"$reason\""
		sed 's/^/# /' /tmp/why
	fi
}

detach() { ip link set "${1:-nfp0}" "${2:-xdpoffload}" off; }

# The mode and program that the kernel says an interface runs, or nothing.
running() {
	ip -j -d link show "$1" |
		jq -r '.[0].xdp // empty | .attached[0] // . |
			["none", "xdp", "xdpgeneric", "xdpoffload"][.mode]'
}

# sent TYPE: control messages of a type that the firmware has answered.
sent() { awk -v type="$1" '$1 == type { print $2 }' $DEBUG/cmsgs; }

finish() {
	check "the card can be pulled out" unplug
	klog >/dev/null
	if grep -E "$COMPLAINTS" /tmp/klog; then
		not_ok "the kernel has nothing to complain about"
		sed 's/^/# /' /tmp/klog
	else
		ok "the kernel has nothing to complain about"
	fi
	rm -f /tmp/klog
	[ $failures = 0 ] || exit 1
}
trap finish EXIT
