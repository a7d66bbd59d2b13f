#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# No counter falls while backends come and go, and none is lost: who reads one
# that fell takes it for one that began anew, and shows a peak that never was
# (prometheus-community/elasticsearch_exporter#327).
#   MODE=drv|skb|hw bats -t hwtests/suites/counters.bats

bats_require_minimum_version 1.5.0
load common
load control

# Of one-way packets, so that a backend that is taken out is gone at once; and
# one that asks its backends.
setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	backends_serve 5000
	pushed=0
	services 1 2 3
	lb_start
}

# services N...: the backends of the one-way service.
services() {
	local i

	more="  - {name: push, address: $NET_VIP, ports: [6000], forward: snat, balance: packet, backends: ["
	for i; do
		more+="{address: $(net_backend_address "$i"), port: 6000}, "
	done
	more+="]}
  - {name: asked, address: $NET_VIP, ports: [7000], backends: [${asked-$(asked 7001) $(asked 7002)}], health: {type: tcp, interval: ${interval:-100}ms, timeout: 80ms}}
${others:-}"
	config ${echoing-1 2 3}
}
asked() { echo "{address: $(net_backend_address 1), port: $1}, "; }

# push N: so many one-way packets.
push() {
	flows -q -n "$1" 6000
	pushed=$((pushed + $1))
}

# As long as "$@" takes, names that match $1 do not fall; others may.
watch_counters() {
	counters_watch "$1"
	"${@:2}"
	counters_watched
}

sum_is_whole() {
	lb_scrape
	equal "$(metric udplb_service_packets_total service=push)" "$pushed" \
		"packets of the service"
	equal "$(metric udplb_packets_total reason=forwarded)" \
		"$(metric udplb_service_packets_total | awk '{ n += $1 } END { print n }')" \
		"forwarded packets"
}

another_interval() {
	lb_scrape
	checks=$(metric udplb_service_health_checks_total service=asked)
	interval=$1
	services 1 2
	hup
	more_checks() {
		(($(metric_now udplb_service_health_checks_total service=asked) > checks))
	}
	net_wait 10 more_checks
}

# apache/cloudstack#6849, envoyproxy/envoy#43984, openshift/origin#25623.
@test "$MODE: no counter falls: backends leave and are there again, checks change, other services come" {
	come_and_go() {
		push 300
		for gone in '2 3' '1 3' '1 2'; do
			services $gone
			hup
			push 300
			services 1 2 3
			hup
			push 300
		done
		at lb "$UDPLB" del push "$(net_backend_address 2):6000"
		push 300
		at lb "$UDPLB" add push "$(net_backend_address 2):6000"
		push 300
		sleep 2.2 # what was counted where they were is settled
		push 300
		# Another list, and other settings, of those that are asked.
		asked=$(asked 7002)
		services 1 2
		hup
		push 300
		another_interval 150
		unset asked
		another_interval 120
		# A second instance; with somebody who leaves, and without.
		others="  - {name: other, address: $NET_VIP, ports: [8000], backends: [{address: 192.0.2.11}]}"
		services 1
		hup
		push 300
		others=
		services 1 2 3
		hup
		push 300
		# Those of a nat service stay for some seconds first.
		echoing='1 2'
		services 1 2 3
		hup
		net_wait 15 lb_said 'taken out have left'
		push 300
	}
	map_flows before
	# A backend's own begin anew with it.
	watch_counters 'udplb_(?!nic|backend_).*_total' come_and_go
	sum_is_whole
	equal "$(metric udplb_service_packets_total service=echo)" 1000
	(($(metric udplb_service_health_failures_total service=asked) > 4))
	# The API says the same.
	equal "$(at lb "$UDPLB" services --json |
		jq '.[] | select(.name == "push").packets')" "$pushed"
}

# Killed before it was written down who left; after; and after what was counted
# where he was has come to the service.
@test "$MODE: what backends counted that are gone survives kill -9 and --replace, at any moment" {
	restarts() {
		push 300
		for pause in 0 1.3 3.5; do
			services 1 2
			hup
			push 300
			sleep $pause
			kill_hard
			lb_start
			push 300
			sum_is_whole
			services 1 2 3
			hup
			push 300
			sum_is_whole
		done
		services 1 2
		hup
		push 300
		sleep 1.3
		old=$LB_PID
		lb_start --replace
		wait "$old" || fail "exit code $?"
		push 300
		sum_is_whole
		top='persist: true'
		services 1
		hup
		push 300
		lb_stop
		lb_start
		sum_is_whole
	}
	watch_counters 'udplb_(service_)?(packets|bytes)_total' restarts
	lb_stop
	at lb "$UDPLB" detach "$NET_LB_DEV"
}
