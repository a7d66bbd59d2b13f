#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# The admin API on its socket: docs/api.md.  Little of it depends on the mode.
#   MODE=drv|skb|hw bats -t hwtests/suites/admin.bats

bats_require_minimum_version 1.5.0
load common
load control

once() {
	[ "$MODE" != skb ] || skip "the same in drv"
}

# The only one of this network namespace.
socket_path() {
	echo "/run/udplb/$NET_LB_DEV@$(at lb stat -Lc %i /proc/self/ns/net).sock"
}

# METHOD PATH [BODY]: the status in $status, the answer in $output.
ask() {
	run -0 at lb curl -s -m 60 --unix-socket "${socket:-$(socket_path)}" \
		-w '%{http_code}' -X "$1" "http://udplb$2" ${3:+-d "$3"}
	status=${output##*$'\n'} output=${output%$'\n'*}
	[ -n "$output" ]
}

field() { jq -r "$1" <<<"$output"; }

restart() {
	config 1 2 3
	lb_start
}

@test "$MODE: docs/openapi.yaml is what is asked and answered" {
	once
	run at lb "$ROOT/hwtests/tools/openapi" "$ROOT/docs/openapi.yaml" \
		"$(socket_path)" "$LB_LISTEN" "$LB_DIR/udplb.yaml"
	echo "$output"
	equal "$status" 0 "answers that differ from the file"
}

@test "$MODE: what the API counts and does is what happens to packets" {
	map_flows before
	ask GET /v1/services/echo
	equal "$(field .packets)" 1000
	equal "$(field '[.backends[].packets] | add')" 1000
	ask GET /v1/status
	equal "$(field '.reasons[] | select(.reason == "replied").packets')" 1000
	equal "$(field .mode)" "$MODE"
	ask PUT /v1/backends/192.0.2.12/drain '{"drain": true}'
	equal "$status" 200
	equal "$(field '.changes[0]')" \
		"service echo: backend 192.0.2.12:5000: drained"
	map_flows drained
	equal "$(moved before drained b2)" 0 "flows moved of others than b2"
	equal "$(awk '$2 == "b2"' "$LB_DIR/drained" | wc -l)" 0 "flows at b2"
	ask GET /v1/services/echo/backends
	equal "$(field '[.[].state] | join(" ")')" "up draining up"
	ask PUT /v1/services/echo/backends/192.0.2.12:5000/drain \
		'{"drain": false}'
	map_flows after
	equal "$(moved before after)" 0 "flows moved, all backends being back"
}

@test "$MODE: the socket is its owner's, replaced if stale, and gone afterwards" {
	once
	equal "$(stat -c '%a %F' "$(socket_path)")" "600 socket"
	lb_stop KILL || true
	[ -S "$(socket_path)" ]
	restart
	ask GET /v1/status
	equal "$status" 200
	lb_stop
	[ ! -e "$(socket_path)" ]
}

@test "$MODE: admin.socket: a path of one's own, none, and what is refused" {
	once
	lb_stop
	socket=$LB_DIR/own.sock
	top="admin: {socket: $socket}" restart
	ask GET /v1/status
	equal "$(stat -c %a "$socket")" 600
	[ ! -e "$(socket_path)" ]
	# Another one, on another interface, would take it away.
	sed 's/^interface:.*/interface: lo/; s/:8000/:8001/' \
		"$LB_DIR/udplb.yaml" >"$LB_DIR/second.yaml"
	run -1 at lb timeout 20 "$UDPLB" run -c "$LB_DIR/second.yaml"
	[[ $output = *"admin.socket: $socket: somebody answers there"* ]]
	ask GET /v1/status
	lb_stop
	[ ! -e "$socket" ]
	: >"$socket"
	run -1 at lb timeout 20 "$UDPLB" run -c "$LB_DIR/udplb.yaml"
	[[ $output = *"$socket is there and no socket"* ]]
	run -1 lb_attached
	top='admin: {socket: none}' restart
	[ ! -e "$(socket_path)" ]
	lb_said 'Metrics on'
}

@test "$MODE: over TCP nothing can be changed, not even asked" {
	once
	map_flows before
	for request in "PUT backends/192.0.2.12/drain" \
		"POST services/echo/backends" "POST reload" \
		"DELETE services/echo/backends/192.0.2.12" "PATCH status"; do
		equal "$(at lb curl -s -m 10 -o /dev/null -w '%{http_code}' \
			-X "${request% *}" -d '{"drain": true}' \
			"http://$LB_LISTEN/v1/${request#* }")" 405 "$request"
	done
	equal "$(at lb curl -s -m 10 "http://$LB_LISTEN/v1/status" |
		jq .events.changes)" 0
	map_flows after
	equal "$(moved before after)" 0 "flows moved"
	is_counted 0 udplb_backend_draining backend=192.0.2.12:5000
}

@test "$MODE: paths that are none, methods that are none, names of any kind" {
	once
	more="  - {name: a/b%, address: 2001:db8:0:1::1, ports: [6000], forward: dsr, backends: [{address: 2001:db8:0:1::2}, {address: 2001:db8:0:1::3}]}"
	config 1 2 3
	hup
	ask GET /v1/services/a%2fb%25
	equal "$(field .name)" a/b%
	ask PUT /v1/services/a%2Fb%25/backends/2001:db8:0:1::3/weight \
		'{"weight": 9}'
	equal "$(field '.changes[0]')" \
		"service a/b%: backend 2001:db8:0:1::3: weight 1 -> 9"
	for path in / /v1 /v1/ /v1/statuses /v1/status/ /v1/services/a/b%25 \
		/v1/services/echo%00 /v1/services/%zz /v1/%2e%2e/status \
		/v1/backends/192.0.2.11; do
		ask GET "$path"
		equal "$status" 404 "$path"
		[ -n "$(field .error)" ]
	done
	ask DELETE /v1/status
	equal "$status" 405
	equal "$(at lb curl -si --unix-socket "$(socket_path)" -X PUT \
		http://x/v1/services/echo/backends | tr -d '\r' |
		grep ^Allow)" "Allow: GET, HEAD, POST"
	ask DELETE /v1/services/a%2Fb%25/backends/2001:db8:0:1::2
	ask DELETE /v1/services/a%2Fb%25/backends/2001:db8:0:1::3
	equal "$status" 400 "the last backend of a service"
	[[ $(field .error) = *"has no other backend"* ]]
}

@test "$MODE: the metrics listener hides what checks ask, and can be without the API" {
	once
	more="  - {name: web, address: 203.0.113.9, ports: [80], forward: dsr, health: {type: http, path: /alive?token=s3cr3t, host: s3cr3t.example, expect: s3cr3t, port: 81}, backends: [{address: 192.0.2.11}]}
  - {name: raw, address: 203.0.113.9, ports: [81], forward: dsr, health: {type: udp, send: s3cr3t, expect: s3cr3t, port: 81}, backends: [{address: 192.0.2.11}]}"
	config 1 2 3
	hup
	for path in config config.yaml services services/web backends status; do
		at lb curl -sf "http://$LB_LISTEN/v1/$path" >"$LB_DIR/said"
		run -1 grep s3cr3t "$LB_DIR/said"
	done
	at lb curl -sf "http://$LB_LISTEN/v1/config" | grep -q hidden
	ask GET /v1/config.yaml
	equal "$(grep -o s3cr3t <<<"$output" | wc -l)" 5
	sed -i 's/^metrics: {/metrics: {api: false, /' "$LB_DIR/udplb.yaml"
	hup
	for path in config services status; do
		equal "$(at lb curl -s -o /dev/null -w '%{http_code}' \
			"http://$LB_LISTEN/v1/$path")" 404
	done
	lb_scrape
	ask GET /v1/status
	equal "$status" 200
}

@test "$MODE: paths that are no text, and a backend with an address for its checks" {
	once
	for path in /v1/services/%ff /v1/services/a%c3 /v1/services/%ed%a0%80 \
		/v1/backends/%fe/drain; do
		ask GET "$path"
		equal "$status" 404 "$path"
		[ -n "$(field .error)" ]
	done
	ask POST /v1/services/echo/backends \
		'{"backends": [{"address": "192.0.2.14", "port": 5000, "health_address": "192.0.2.13"}]}'
	equal "$status" 201
	ask GET /v1/config
	equal "$(field '.services[0].backends[3].health_address')" 192.0.2.13
}

rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$LB_PID/status"; }
descriptors() { find "/proc/$LB_PID/fd" -mindepth 1 | wc -l; }

@test "$MODE: 1,000 clients that hang or babble: no packet is lost, memory is bounded" {
	once
	ask GET /v1/services
	rss=$(rss_kb)
	fds=$(descriptors)
	babble() {
		at lb "$ROOT/hwtests/tools/admin-faults" "$(socket_path)" \
			>"$LB_DIR/faults" 2>&1 || fail "$(cat "$LB_DIR/faults")"
	}
	under_traffic babble
	cat "$LB_DIR/faults"
	# 64 connections of 272 KiB at most, and what the heap makes of it.
	(($(rss_kb) - rss < 32768)) || fail "from $rss to $(rss_kb) KiB"
	fewer() { (($(descriptors) <= fds)); }
	net_wait 30 fewer
	equal "$(at lb curl -s "http://$LB_LISTEN/v1/status" |
		jq .events.changes)" 0
}
