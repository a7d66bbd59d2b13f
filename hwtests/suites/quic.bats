#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# balance: quic, with a real QUIC stack, and with datagrams that only begin as
# QUIC's do (RFC 8999, and the plain text form of
# draft-ietf-quic-load-balancers).
#   MODE=drv|skb|hw bats -t hwtests/suites/quic.bats

bats_require_minimum_version 1.5.0
load common6

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	net_backends_nat6
}

# FORWARD BALANCE: the ids are a0c001, a0c002, a0c003.
service() {
	local i

	printf '  - {name: web, address: %s, ports: [4433], forward: %s, ' \
		"$NET_VIP" "$1"
	printf 'balance: %s, backends: [' "$2"
	for i in 1 2 3; do
		printf '{address: %s' "$(net_backend_address $i)"
		[ "$2" != quic ] || printf ', server_id: "a0c00%s"' $i
		printf '}, '
	done
	printf ']}\n'
}

# A short header: 01 and six bits, then the connection id, of any length; what is
# protected behind it has 20 bytes at least (RFC 9001, 5.4.2).
short() { printf '45%s%040d' "${1// /}" 0; }
# A long one: 1 and seven bits, version, lengths before both connection ids.
long() { echo "$1 $2 08 $3 04 01020304 00112233" | tr -d ' '; }
# Configuration 0, five bits of anything, server id, then anything.
cid() { echo "1f a0c00$1 c0ffee77"; }

# who SOURCE HEX [OPTION]...: which backends answered, each once.
who() {
	ask "$1" "$NET_VIP" 4433 --hex "$2" "${@:3}" | cut -d' ' -f1 |
		sort -u | xargs
}

serve_quic() {
	service "$1" "$2" | configure
	peers_serve 4433
	lb_start
}

@test "$MODE: nat: a connection stays, whatever address and port the client has" {
	local i

	serve_quic nat quic
	for i in 1 2 3; do
		equal "$(who 198.18.3.4 "$(short "$(cid $i)")" --ports 12)" b$i
		equal "$(who 198.18.77.$i "$(short "$(cid $i)")" --ports 12)" b$i
	done
}

@test "$MODE: dsr: a connection stays, whatever address and port the client has" {
	local i

	net_backends_dsr
	serve_quic dsr quic
	for i in 1 2 3; do
		equal "$(who 198.18.3.4 "$(short "$(cid $i)")" --ports 12)" b$i
		equal "$(who 198.18.77.$i "$(short "$(cid $i)")" --ports 12)" b$i
	done
}

@test "$MODE: long headers of any version are routed by their id, too" {
	serve_quic nat quic
	equal "$(who 198.18.3.4 "$(long e0 00000001 "$(cid 2)")" --ports 12)" b2
	equal "$(who 198.18.3.4 "$(long c0 6b3343cf "$(cid 3)")" --ports 12)" b3
	equal "$(who 198.18.3.4 "$(long ff fafafafa "$(cid 1)")" --ports 12)" b1
}

@test "$MODE: ids that nobody has are balanced by flow, as a client's first packets" {
	local header

	serve_quic nat quic
	# No such server; no such configuration; the one without servers; not QUIC.
	for header in "$(short '1f a0c009 c0ffee77')" \
		"$(short '3f a0c001 c0ffee77')" "$(short 'ff a0c001 c0ffee77')" \
		"$(long c0 00000001 83b4c1d2e3f4a5b6)" 0102 ''; do
		equal "$(who 198.18.3.4 "${header:-00}" --ports 40)" "b1 b2 b3" \
			"header '$header'"
	done
}

# Servers of a real QUIC stack, whose connection ids name them; each holds the
# address that clients reach it by.
quic_servers() {
	local i address

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -days 2 -subj /CN=web -keyout "$LB_DIR/key" \
		-out "$LB_DIR/cert" 2>/dev/null
	for i in 1 2 3; do
		address=${1:-$(net_backend_address $i)}
		backend_run $i "$ROOT/build/hwtests/quic" serve b$i a0c00$i \
			"$address" 4433 "$LB_DIR/cert" "$LB_DIR/key"
	done
	for i in 1 2 3; do net_wait 5 grep -q ready "$LB_DIR/b$i.out"; done
}

# A client with a first address, then six others: who answered from each.
migrates() {
	at client "$ROOT/build/hwtests/quic" ask "$NET_VIP" 4433 \
		"$1" 198.18.{11,22,33,44,55,66}.6 | sort | uniq -c |
		awk '{ print $2, $1 }'
}

# Of clients that begin at each of the servers.
all_migrate() {
	local client

	for client in 198.18.1.{1,2,3,4,5,6,7,8}; do migrates $client; done |
		tee "$LB_DIR/who"
	equal "$(grep -c '^b[123] 7$' "$LB_DIR/who")" 8 "clients that stayed"
	equal "$(cut -d' ' -f1 "$LB_DIR/who" | sort -u | xargs)" "b1 b2 b3"
}

@test "$MODE: nat: real QUIC connections stay with their server when clients migrate" {
	service nat quic | configure
	quic_servers
	lb_start
	all_migrate
}

@test "$MODE: dsr: real QUIC connections stay with their server when clients migrate" {
	net_backends_dsr
	service dsr quic | configure
	quic_servers "$NET_VIP"
	lb_start
	all_migrate
}

@test "$MODE: with balance flow, a client that migrates loses its connection" {
	service nat flow | configure
	quic_servers
	lb_start
	migrates 198.18.1.1 >"$LB_DIR/who"
	grep -q '^silence' "$LB_DIR/who"
}

# So the cases above could fail.
@test "$MODE: with balance flow the same packets of a connection scatter" {
	serve_quic nat flow
	equal "$(who 198.18.3.4 "$(short "$(cid 1)")" --ports 40)" "b1 b2 b3"
}
