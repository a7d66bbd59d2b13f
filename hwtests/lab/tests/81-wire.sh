# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Packets through the card: every case of the packet tests, down the cable, with
# tables written by the driver and the driver's machine code in the emulator.
. /lab/lib.sh

CASES=$RESULTS/wire.tap

cable() {
	local name

	card && ip link set nfp0 mtu 2000 && ip link set wire0 mtu 9000
	for name in nfp0 wire0; do
		echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6
		ip link set $name arp off up
	done
}

# The card's counters of a verdict, as ethtool has them.
counter() { ethtool -S nfp0 | awk -v name="$1:" '$1 == name { print $2 }'; }

# The same, as the module has counted by itself.
verdicts() { awk -v name="$1" '$1 == name { print $2 }' $DEBUG/nfp0/packets; }

if ! command -v packet_test >/dev/null; then
	ok "packet_test is not built # SKIP"
	exit 0
fi

cable
is "the cable has a link" 1 "$(cat /sys/class/net/wire0/carrier)"
ip link set nfp0 down
is "which goes with the port" 0 "$(cat /sys/class/net/wire0/carrier)"
ip link set nfp0 up

packet_test --engine wire --cases --object $OBJECT >"$CASES" 2>&1
code=$?
is "all cases of the packet tests" 0 $code
[ $code = 0 ] || grep -v '^ok' "$CASES" | head -n 40 | sed 's/^/# /'
echo "# $(grep -c '^ok' "$CASES") cases"
check "they are many" [ "$(grep -c '^ok' "$CASES")" -gt 150 ]
check "random packets over random tables" \
	packet_test --engine wire --fuzz 600 --object $OBJECT

for pair in pass:bpf_pass drop:bpf_app1 tx:bpf_app2 aborted:bpf_app3; do
	is "ethtool counts ${pair%:*} as ${pair#*:}_pkts" \
		"$(verdicts ${pair%:*})" "$(counter ${pair#*:}_pkts)"
done
is "the emulator knew every instruction" 0 "$(verdicts failed)"
is "and had to guess nothing" 0 "$(verdicts guessed)"
sed 's/^/# /' $DEBUG/nfp0/packets
