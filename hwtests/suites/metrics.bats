#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034
#
# Every metric against the source it comes from.
#   MODE=drv|skb|hw bats -t hwtests/suites/metrics.bats

bats_require_minimum_version 1.5.0
load common

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	backends_serve 5000
	lb_start
}

# Lines "KEY VALUE"; counters may grow while we look, so a metric must lie
# between what its source said before and after the scrape.
compare_sources() {
	local name=$1 label=$2 key low high value

	while read -r key low high; do
		value=$(metric "$name" "$label=$key")
		[ -n "$value" ] || fail "$name{$label=\"$key\"} is missing"
		awk -v v="$value" -v l="$low" -v h="$high" \
			'BEGIN { exit !(v >= l && v <= h) }' ||
			fail "$name{$label=\"$key\"} is $value, its source said $low ... $high"
	done < <(join "$LB_DIR/low" "$LB_DIR/high")
	[ -s "$LB_DIR/low" ]
}

link_facts() {
	at lb ip -s -s -d -j link show dev "$NET_LB_DEV" | jq -r '.[0] |
		(.stats64.rx | to_entries[] | "rx_\(.key) \(.value)"),
		(.stats64.tx | to_entries[] | "tx_\(.key) \(.value)"),
		"mtu \(.mtu)", "num_tx_queue \(.num_tx_queues)",
		"num_rx_queue \(.num_rx_queues)"' |
		sed 's/^rx_multicast/multicast/; s/^tx_collisions/collisions/
			/^tx_carrier_changes/d' | sort
}

@test "$MODE: interfaces_stat is what 'ip -s -d link' shows" {
	flows -n 10 5000
	link_facts >"$LB_DIR/low"
	lb_scrape
	link_facts >"$LB_DIR/high"
	compare_sources interfaces_stat type
	(($(wc -l <"$LB_DIR/low") >= 24))
	# Fields of the kernel that ip does not print.
	for field in rx_compressed tx_compressed; do
		[ -n "$(metric interfaces_stat "type=$field")" ]
	done
}

@test "$MODE: interfaces_spec is what /proc/sys/net/ipv4/conf shows" {
	at lb sysctl -qw "net.ipv4.conf.$NET_LB_DEV.medium_id=-1" \
		"net.ipv4.conf.$NET_LB_DEV.rp_filter=2" \
		"net.ipv4.conf.$NET_LB_DEV.arp_announce=1"
	# force_igmp_version .. mc_forwarding: the file names are the kernel's.
	at lb sh -c "cd /proc/sys/net/ipv4/conf/$NET_LB_DEV && grep -H . *" |
		tr : ' ' | sort >"$LB_DIR/low"
	cp "$LB_DIR/low" "$LB_DIR/high"
	lb_scrape
	at lb sysctl -qw "net.ipv4.conf.$NET_LB_DEV.medium_id=0" \
		"net.ipv4.conf.$NET_LB_DEV.rp_filter=0" \
		"net.ipv4.conf.$NET_LB_DEV.arp_announce=0"
	compare_sources interfaces_spec type
	# Spelled otherwise in the contract; and a header that it always had.
	for type in arpfilter noxfrm nopolicy src_vmark tag dummy; do
		[ -n "$(metric interfaces_spec "type=$type")" ] ||
			fail "interfaces_spec{type=\"$type\"} is missing"
	done
}

nic_facts() {
	at lb ethtool -S "$NET_LB_DEV" | awk 'NR > 1 {
		sub(":", "", $1); print $1, $2 }' | sort
}

@test "$MODE: udplb_nic_stat is what 'ethtool -S' shows" {
	flows -n 10 5000
	nic_facts >"$LB_DIR/low"
	lb_scrape
	nic_facts >"$LB_DIR/high"
	compare_sources udplb_nic_stat name
}

@test "$MODE: xdp_mode, xdp_prog_id and the queueing discipline are the kernel's" {
	case $MODE in
	drv) kernel_mode=xdp ;;
	skb) kernel_mode=xdpgeneric ;;
	hw) kernel_mode=xdpoffload ;;
	esac
	lb_scrape
	equal "$(metric xdp_mode "mode=$kernel_mode")" 1
	equal "$(grep -c '^xdp_mode{' "$LB_DIR/metrics")" 1
	at lb ip -d -j link show dev "$NET_LB_DEV" >"$LB_DIR/link"
	id=$(jq '.[0].xdp.prog.id' "$LB_DIR/link")
	awk -v v="$(metric xdp_prog_id_total)" -v id="$id" \
		'BEGIN { exit v != id }'
	loaded=$(bpftool -j prog show id "$id" | jq .loaded_at)
	awk -v v="$(metric xdp_prog_id_created)" -v t="$loaded" \
		'BEGIN { exit v - t > 2 || t - v > 2 }' ||
		fail "created $(metric xdp_prog_id_created), bpftool says $loaded"
	equal "$(metric interface_qdisk "qdisk=$(jq -r '.[0].qdisc' "$LB_DIR/link")")" 1
	equal "$(metric xdp_prog_id_total "host=$(hostname)" \
		"interface=$NET_LB_DEV")" "$(metric xdp_prog_id_total)"
}

@test "$MODE: packets are counted exactly, by CPU, backend, service and reason" {
	lb_scrape
	before=$(metric xdp_packet_processed cpu=total)
	for i in 1 2 3; do took[i]=$(net_udp_received b$i); done
	flows -n 100 -m 10 5000
	equal "$(told answered)" 1000
	lb_scrape
	equal "$(metric xdp_packet_processed cpu=total)" $((before + 2000))
	equal "$(metric udplb_packets_total reason=forwarded action=tx)" 1000
	equal "$(metric udplb_packets_total reason=replied action=tx)" 1000
	equal "$(metric udplb_service_packets_total service=echo)" 1000
	for i in 1 2 3; do
		labels=(service=echo "backend=$(net_backend_address $i):5000")
		equal "$(metric udplb_backend_packets_total "${labels[@]}")" \
			$(($(net_udp_received b$i) - took[i])) "backend $i"
	done
	# A payload of 1 to 3 digits behind 42 bytes of headers.
	bytes=$(seq 0 999 | awk '{ n += 42 + length } END { print n }')
	equal "$(metric udplb_service_bytes_total service=echo)" "$bytes"
	if [ "$MODE" != hw ]; then
		grep '^xdp_packet_processed{' "$LB_DIR/metrics" |
			grep -v 'cpu="total"' >"$LB_DIR/cpus"
		equal "$(wc -l <"$LB_DIR/cpus")" "$(getconf _NPROCESSORS_CONF)"
		equal "$(awk '{ n += $NF } END { print n }' "$LB_DIR/cpus")" 2000
	fi
}

@test "$MODE: every reason that real tools can cause is counted under its name" {
	grown() {
		local now

		now=$(metric_now udplb_packets_total "reason=$1")
		equal $((now - ${was[$1]:-0})) "$2" "packets $1"
	}
	declare -A was
	lb_scrape
	for reason in echoed not_udp no_service fragment; do
		was[$reason]=$(metric udplb_packets_total "reason=$reason")
	done
	expired=$(undelivered ttl_expired)
	at client ping -nqc 3 -i 0.01 -W 1 "$NET_VIP"
	grown echoed 3
	at client nc -zw1 "$NET_VIP" 5000 || true
	(($(metric_now udplb_packets_total reason=not_udp) > 0))
	# 3,000 bytes are three fragments; a card takes none of them, a host all
	# but those of which it has not seen the first one.
	at client "$ROOT/hwtests/fragger" 198.18.9.9 "$NET_VIP" 5000 \
		--bytes 3000 --order 12 --wait 0.1
	grown fragment 2
	# The router takes one, nothing is left to take.
	run ! flows -t 2 -n 5 5000
	equal $(($(undelivered ttl_expired) - expired)) 5
	flows -q -n 7 4999
	grown no_service 7
	(($(metric udplb_packets_total reason=not_ip) > 0))
	# A card drops what a host answers.
	if [ "$MODE" = hw ]; then
		equal "$(metric udplb_packets_total reason=ttl_expired action=drop)" 5
	else
		equal "$(metric udplb_packets_total reason=told_ttl_expired action=tx)" 5
	fi
	equal "$(metric udplb_packets_total reason=fragment action=pass)" 2
}

# In one second of traffic.
busy() {
	at client timeout 4 "$UDPFLOWS" send -n 200 -r 100000 "$NET_VIP" 5000 \
		>/dev/null 3>&- &
	echo $! >>"$LB_DIR/pids"
}

rate_seen() {
	metric_now xdp_packet_processed_rate cpu=total |
		awk '{ exit !($1 > 1000) }'
}

latency_seen() {
	lb_scrape && [ -n "$(metric xdp_packet_latency_ns type=p99)" ]
}

@test "$MODE: rate and latency of the last second" {
	busy
	net_wait 5 rate_seen
	if [ "$MODE" = hw ]; then
		equal "$(metric udplb_latency_measured)" 0
		equal "$(metric xdp_packet_latency_ns type=mean)" ""
		return
	fi
	net_wait 5 latency_seen
	equal "$(metric udplb_latency_measured)" 1
	for type in mean min max std p25 p50 p90 p95 p99; do
		value=$(metric xdp_packet_latency_ns "type=$type")
		[ -n "$value" ] || fail "xdp_packet_latency_ns $type is missing"
		[ $type = std ] || order[${#order[@]}]="$type $value"
	done
	# In order, and more than nothing.
	awk '{ v[$1] = $2 } END { exit !(v["min"] > 0 &&
		v["min"] <= v["p25"] && v["p25"] <= v["p50"] &&
		v["p50"] <= v["p90"] && v["p90"] <= v["p95"] &&
		v["p95"] <= v["p99"] && v["p99"] <= v["max"]) }' \
		<(printf '%s\n' "${order[@]}") ||
		fail "latencies out of order: ${order[*]}"
}

@test "$MODE: the page is Prometheus text, gzip when asked for" {
	at lb curl -sD "$LB_DIR/head" -o "$LB_DIR/plain" \
		"http://$LB_LISTEN/metrics"
	grep -qi '^content-type: text/plain; version=0.0.4' "$LB_DIR/head"
	run ! grep -qi '^content-encoding' "$LB_DIR/head"
	at lb curl -sD "$LB_DIR/head" -o "$LB_DIR/packed" \
		-H 'Accept-Encoding: gzip' "http://$LB_LISTEN/metrics"
	grep -qi '^content-encoding: gzip' "$LB_DIR/head"
	gunzip -c <"$LB_DIR/packed" | grep -q '^xdp_packet_processed{'
	(($(stat -c %s "$LB_DIR/packed") * 3 < $(stat -c %s "$LB_DIR/plain")))
	at lb curl -sf --compressed "http://$LB_LISTEN/metrics" |
		grep -q '^xdp_mode{'
	equal "$(at lb curl -so /dev/null -w '%{http_code}' \
		"http://$LB_LISTEN/nothing")" 404
	equal "$(at lb curl -so /dev/null -w '%{http_code}' -d x \
		"http://$LB_LISTEN/metrics")" 405
}

@test "$MODE: alert rules fire when they should, and only then" {
	promtool=$("$ROOT/scripts/get-promtool")
	run -0 "$promtool" check rules "$ROOT/conf/udplb.rules.yml"
	run -0 "$promtool" test rules "$ROOT/hwtests/tools/rules_test.yml"
	# What they ask for is on the page, from the start: the first increase of a
	# series that was not there is none (prometheus/prometheus#1673).
	lb_scrape
	for lack in descriptors memory ports rights link time; do
		equal "$(metric udplb_health_skipped_total "lack=$lack")" 0 "$lack"
	done
	equal "$(metric udplb_health_skipped_total | wc -l)" 6 "kinds of lack"
	for name in udplb_loop_delay_worst_seconds \
		udplb_log_dropped_lines_total udplb_loop_delay_seconds_count; do
		[ -n "$(metric $name)" ] || fail "$name is missing"
	done
}

# Which of the three backends are on the page.
shown() { metric_now udplb_backend_up "$@" | wc -l; }

reread() {
	local n

	n=$(grep -c Reload "$LB_DIR/log" || true)
	kill -HUP "$LB_PID"
	reloaded() { (($(grep -c Reload "$LB_DIR/log") > n)); }
	net_wait 10 reloaded
}

@test "$MODE: metrics.backends leaves out who is well, or all; sums are there" {
	equal "$(shown)" 3
	equal "$(metric udplb_backends_hidden)" 0
	sed -i 's/^metrics: {/metrics: {backends: down, /' "$LB_DIR/udplb.yaml"
	reread
	equal "$(shown)" 0
	equal "$(metric udplb_backends_hidden)" 3
	sed -i 's/port: 5000, weight: 1}/port: 5000, drain: true}/' \
		"$LB_DIR/udplb.yaml"
	sed -i '0,/drain: true/s//drain: false/' "$LB_DIR/udplb.yaml"
	reread
	equal "$(shown)" 2
	equal "$(shown "backend=$(net_backend_address 1):5000")" 0
	equal "$(metric udplb_service_backends service=echo)" 3
	equal "$(metric udplb_service_backends_draining service=echo)" 2
	sed -i 's/backends: down/backends: no/' "$LB_DIR/udplb.yaml"
	reread
	equal "$(shown)" 0
	equal "$(metric udplb_service_backends service=echo)" 3
	equal "$(metric udplb_backends_hidden)" 3
}

@test "$MODE: promtool finds nothing to say about udplb's own metrics" {
	promtool=$("$ROOT/scripts/get-promtool")
	lb_scrape
	grep -E '^(# (HELP|TYPE) )?udplb_' "$LB_DIR/metrics" >"$LB_DIR/ours"
	run -0 "$promtool" check metrics <"$LB_DIR/ours"
	equal "$output" ""
	# The inherited names are as they are, but the page must be readable.
	run "$promtool" check metrics <"$LB_DIR/metrics"
	((status == 0 || status == 3))
	run ! grep -i 'error while\|parse' <<<"$output"
}
