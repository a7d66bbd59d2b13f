#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Real packets through the balancer, from real sockets to real sockets.
#   MODE=drv|skb|hw bats -t hwtests/suites/e2e.bats

bats_require_minimum_version 1.5.0
load common

# A hash spreads flows like dice.  With n flows a backend whose share is p gets
# n * p of them, give or take sqrt(n * p * (1 - p)): of 1,000 flows over three
# backends that is 4.5 % of a share, and 5 % would mean nothing.  Of 60,000 it
# is 0.6 %, and for the weight of one in six 0.9 %.
MANY=(-n 240 -m 250)
# A DNS query is a process, which the lab's VM takes a second for.
QUERIES=${QUERIES:-30}

check_spread() {
	local total=0 sum=0 i

	for i in "$@"; do sum=$((sum + i)); done
	total=$(told answered)
	for ((i = 1; i <= $#; i++)); do
		within "$(told "backend b$i")" $((total * ${!i} / sum)) 5
	done
}

serve_dns() {
	local i

	for ((i = 1; i <= NET_BACKENDS; i++)); do
		backend_run "$i" dnsmasq --keep-in-foreground --user=root \
			--conf-file=/dev/null --pid-file= --no-resolv \
			--no-hosts --port=53 --txt-record="who,b$i"
	done
	for ((i = 1; i <= NET_BACKENDS; i++)); do
		net_wait 5 at lb dig +short +time=1 +tries=1 \
			"@$(net_backend_address "$i")" who TXT
	done
}

# dig takes an answer from nobody but the server that it asked.
ask_dns() {
	local i

	for ((i = 1; i <= QUERIES; i++)); do
		at client dig +short +time=2 +tries=1 "@$NET_VIP" -p "$1" \
			-b "198.18.$i.7#$((30000 + i))" who TXT || true
	done
}

@test "$MODE: a DNS server behind the VIP answers from the VIP (nat, same port)" {
	{ echo "services:"; lb_service dns flow nat 53 0; } | lb_config "$MODE"
	serve_dns
	lb_start
	ask_dns 53 | sort | uniq -c | tee "$LB_DIR/answers"
	equal "$(awk '{ n += $1 } END { print n }' "$LB_DIR/answers")" "$QUERIES"
	equal "$(awk '{ print $2 }' "$LB_DIR/answers" | tr -d '"\n')" b1b2b3
}

@test "$MODE: a DNS server behind another port of the VIP (nat, port translated)" {
	{ echo "services:"; lb_service dns flow nat 5300 53; } |
		lb_config "$MODE"
	serve_dns
	lb_start
	ask_dns 5300 | sort | uniq -c | tee "$LB_DIR/answers"
	equal "$(awk '{ n += $1 } END { print n }' "$LB_DIR/answers")" "$QUERIES"
	equal "$(awk '{ print $2 }' "$LB_DIR/answers" | tr -d '"\n')" b1b2b3
}

@test "$MODE: a range of ports is served, the port beside it is not" {
	{ echo "services:"; lb_service range flow nat 5000-5005 0; } |
		lb_config "$MODE"
	backends_serve 5005
	lb_start
	equal "$(grep -c 'Filter destination' "$LB_DIR/log")" 1 "lines for the range"
	flows -n 50 5005
	equal "$(told answered)" 50
	run ! flows 5006
	equal "$(metric_now udplb_packets_total reason=no_service)" 1
}

@test "$MODE: snat: a line of nc reaches one backend, and comes from the VIP" {
	{ echo "services:"; lb_service log flow snat 5514 5555; } |
		lb_config "$MODE"
	for i in 1 2 3; do backend_run "$i" nc -luvn 5555; done
	for i in 1 2 3; do
		net_wait 5 at "b$i" sh -c 'ss -Hlun | grep -q :5555'
	done
	lb_start
	echo "hello" | at client nc -u -w1 -s 198.18.3.4 -p 4000 "$NET_VIP" 5514
	net_wait 5 grep -q hello "$LB_DIR"/b{1,2,3}.out
	equal "$(grep -l hello "$LB_DIR"/b{1,2,3}.out | wc -l)" 1
	grep -h "received on $NET_VIP 4000" "$LB_DIR"/b{1,2,3}.out
	lb_scrape
	for i in 1 2 3; do
		equal "$(metric udplb_backend_packets_total "backend=$(net_backend_address $i):5555")" \
			"$(grep -c hello "$LB_DIR/b$i.out")"
	done
}

@test "$MODE: dsr: the backend answers from the VIP, past the balancer" {
	net_backends_dsr
	{ echo "services:"; lb_service dsr flow dsr 5000 0; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	equal "$(metric_now udplb_packets_total reason=replied)" 0
	equal "$(metric xdp_packet_processed cpu=total)" 1000
}

@test "$MODE: 60,000 flows spread within 5 % of equal weights, none lost, all checksums right" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows "${MANY[@]}" 5000
	equal "$(told answered)" 60000
	check_spread 1 1 1
	for host in client b1 b2 b3; do
		equal "$(net_udp_counter $host InCsumErrors)" 0
	done
}

@test "$MODE: 60,000 flows spread within 5 % of weights 1:2:3" {
	{ echo "services:"; lb_service echo flow nat 5000 5000 1 2 3; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows "${MANY[@]}" 5000
	equal "$(told answered)" 60000
	check_spread 1 2 3
}

# What a test that counts losses may leave out of account.
@test "$MODE: what a full socket drops is counted as the machine's, what is denied is not" {
	{
		echo "services:"
		NET_BACKENDS=1 lb_service echo flow nat 5000 5000
		printf '  - {name: shut, address: %s, ports: [5001], deny: 198.18.0.0/16, backends: [{address: 192.0.2.11}]}\n' \
			"$NET_VIP"
	} | lb_config "$MODE"
	NET_BACKENDS=1 backends_serve 5000
	kill -STOP "$(head -n 1 "$LB_DIR/pids")"
	lb_start
	before=$(net_dropped)
	flows -q -n 400 5001
	denied=$(metric_now udplb_packets_total reason=denied)
	meanwhile=$(($(net_dropped) - before))
	flows -q -n 4000 5000
	full() { (($(net_dropped) - before > 1000)); }
	net_wait 10 full || fail "$(net_dropped), before $before"
	kill -CONT "$(head -n 1 "$LB_DIR/pids")"
	# Of a machine that drops while we look nothing can be said.
	((denied > 300 && meanwhile < denied))
}

@test "$MODE: flow: every packet of a flow goes to the same backend" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 100 -m 10 -o "$LB_DIR/first" 5000
	for _ in 1 2 3; do
		flows -n 100 -m 10 -o "$LB_DIR/again" 5000
		cmp "$LB_DIR/first" "$LB_DIR/again"
	done
}

@test "$MODE: source: a client stays on one backend over all its ports, clients spread" {
	{ echo "services:"; lb_service echo source nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 300 -m 50 -o "$LB_DIR/flows" 5000
	equal "$(told answered)" 15000
	# Of each client: how many backends?
	equal "$(tr : ' ' <"$LB_DIR/flows" | awk '{ print $1, $3 }' |
		sort -u | wc -l)" 300 "pairs of client and backend"
	for i in 1 2 3; do
		(($(told "backend b$i") > 3000))
	done
}

@test "$MODE: packet: one flow is sprayed evenly, by weight" {
	{ echo "services:"; lb_service echo packet nat 5000 5000 1 2 3; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -r 30000 5000
	equal "$(told answered)" 30000
	check_spread 1 2 3
}

@test "$MODE: a backend that dies: its flows move when the kernel gives it up, no others, and return" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 200 -m 25 -o "$LB_DIR/before" 5000

	ip -n "$(net_ns lb)" -t monitor neigh >"$LB_DIR/neigh" 3>&- &
	echo $! >>"$LB_DIR/pids"
	net_unplug 2
	net_wait 5 grep -q '192.0.2.12.* FAILED' "$LB_DIR/neigh"
	net_wait 5 backend_up 2 5000 0
	flows -n 200 -m 25 -o "$LB_DIR/without" 5000
	equal "$(told answered)" 5000
	diff "$LB_DIR/before" "$LB_DIR/without" >"$LB_DIR/moved" || true
	equal "$(grep -c '^<' "$LB_DIR/moved")" \
		"$(grep -c 'b2$' "$LB_DIR/before")" "flows that moved"
	run ! grep '^<.*b[13]$' "$LB_DIR/moved"
	# Not all to one of the others.
	(($(grep -c '^>.*b1$' "$LB_DIR/moved") > 500))
	(($(grep -c '^>.*b3$' "$LB_DIR/moved") > 500))

	net_replug 2
	net_wait 5 backend_up 2 5000 1
	flows -n 200 -m 25 -o "$LB_DIR/after" 5000
	cmp "$LB_DIR/before" "$LB_DIR/after"
}

resolved_again() {
	ip -n "$(net_ns lb)" neigh show 192.0.2.12 | grep -q lladdr
}

@test "$MODE: ip neigh del: who is there is asked again, and serves all the while" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 200 -m 5 -o "$LB_DIR/before" 5000
	ip -n "$(net_ns lb)" neigh del 192.0.2.12 dev "$NET_LB_DEV"
	net_wait 3 resolved_again
	flows -n 200 -m 5 -o "$LB_DIR/after" 5000
	cmp "$LB_DIR/before" "$LB_DIR/after"
	run ! lb_said 'does not serve'
	backend_up 2 5000 1
}

@test "$MODE: a backend with another MAC address is followed" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	flows -n 200 -m 5 -o "$LB_DIR/before" 5000
	old=$(net_mac b2)
	ip -n "$(net_ns b2)" link set "$NET_DEV" address 02:00:5e:00:53:02
	net_wait 5 lb_said 'Backend 192.0.2.12:5000 via mac 02:00:5e:00:53:02'
	net_wait 3 backend_up 2 5000 1
	flows -n 200 -m 5 -o "$LB_DIR/after" 5000
	diff "$LB_DIR/before" "$LB_DIR/after"
	# The next test finds the neighbours as this one did.
	ip -n "$(net_ns b2)" link set "$NET_DEV" address "$old"
	ip -n "$(net_ns lb)" neigh del 192.0.2.12 dev "$NET_LB_DEV"
}

@test "$MODE: no backend left: packets are dropped and counted; they flow again by themselves" {
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
	for i in 1 2 3; do net_unplug $i; done
	for i in 1 2 3; do net_wait 5 backend_up $i 5000 0; done
	run ! flows -n 10 5000
	equal "$(undelivered no_backend)" 10
	for i in 1 2 3; do net_replug $i; done
	for i in 1 2 3; do net_wait 5 backend_up $i 5000 1; done
	flows -n 10 5000
	equal "$(told answered)" 10
}

@test "$MODE: a tagged frame is forwarded with its tag and a right checksum" {
	local port=lan

	{
		echo "services:"
		NET_BACKENDS=1 lb_service echo flow nat 5000 5001
	} | lb_config "$MODE"
	lb_start
	# -U and -l: what was seen is in the file at once.
	backend_run 1 tcpdump -nevvlUi "$NET_DEV" -c 1 vlan 42 and udp
	net_wait 5 grep -q 'listening on' "$LB_DIR/b1.out"
	at router "$ROOT/build/hwtests/frame" $port "$(net_mac lb "$NET_LB_DEV")" \
		42 198.18.0.9 "$NET_VIP" 5000
	net_wait 5 grep -q 'udp sum ok' "$LB_DIR/b1.out"
	grep -q 'vlan 42' "$LB_DIR/b1.out"
	grep -q '198.18.0.9.20000 > 192.0.2.11.5001' "$LB_DIR/b1.out"
	grep -q 'ttl 63' "$LB_DIR/b1.out"
	run ! grep -q 'bad cksum' "$LB_DIR/b1.out"
}
