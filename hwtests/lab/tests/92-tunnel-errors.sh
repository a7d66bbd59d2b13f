# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2046,SC2086,SC2119,SC2154
# Through a tunnel to the backend that owns them: ICMP errors about what it has
# sent, and the fragments of a datagram.
. /lab/lib.sh
. /lab/daemon.sh
. /lab/routed.sh

errors() { cat /tmp/b1.out /tmp/b2.out | grep -c ^error; }

# The client has gone before the answer comes, and its kernel says so.
unreachable() {
	local owner before client

	client=$(client $2)
	before=$(errors)
	owner=$(ask_whom $2 | cut -d: -f1)
	ask $2 -q -l 300
	check "$1: $2: an ICMP error comes" becomes 10 $((before + 1)) errors
	is "$1: $2: to its owner" "error: to $client: Connection refused" \
		"$(tail -n 1 /tmp/$owner.out)"
}

# The client's link is shorter than others: answers have to heed it.
answers_fit() {
	local owner client bytes

	client=$(client $2)
	bytes=$(payload $2 1400)
	owner=$(ask_whom $2 | cut -d: -f1)
	is "$1: $2: a long answer is lost, the next is not" "$(
		echo lost
		echo "b: 48 bytes, ttl 62, tos 0, answer $bytes"
	)" "$(ask $2 -n 2 -a $bytes)"
	is "$1: $2: its owner has learned" \
		"error: to $client: too big, mtu 1300" \
		"$(grep 'too big' /tmp/$owner.out | tail -n 1)"
}

short_link() {
	ip -n r link set c mtu $1
	ip -n c link set c0 mtu $1
}

errors_come() {
	local before

	before=$(errors)
	for tunnel in $TUNNELS; do
		unreachable $1 $tunnel
	done
	is "$1: no backend got another's" 8 $(($(errors) - before))
	is "$1: counted" 8 "$(passed icmp_error)"
}

# The sender makes fragments as long as its link takes; then it is told.
fragments_come() {
	for tunnel in $TUNNELS; do
		is "$1: $tunnel: fragments are too big once, then all come" "$(
			echo "too big: mtu $((1500 - $(overhead $tunnel)))"
			echo "b: 4000 bytes, ttl 62, tos 0, answer 48"
		)" "$(
			ask $tunnel -s 4000
			ask $tunnel -s 4000
		)"
	done
}

build_network 1 2
configure_tunnels drv source
ask_doctor
set_up_backends 1 2

check "drv: starts" start_tunnels
errors_come drv
short_link 1300
for tunnel in ipip44 ipip66 gue64 gue46; do
	answers_fit drv $tunnel
done
is "drv: counted" 12 "$(passed icmp_error)"
short_link 1500
fragments_come drv
stop

forget
configure_tunnels skb source
check "skb: starts" start_tunnels
errors_come skb
fragments_come skb
stop
