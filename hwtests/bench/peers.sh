# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# What balances the benchmark's traffic, one at a time: each has NAME_up and
# NAME_down, and NAME_why says why it cannot be measured here.  Sourced by e2e,
# which defines the names of the network.

NGINX_DIR=$ROOT/build/tools/nginx

bounce_attach() {
	ip -n "$(net_ns lb)" link set "$DEV" "$1" \
		obj "$BENCH/bounce.bpf.o" sec xdp
}
bounce_drv_up() { bounce_attach xdpdrv; }
bounce_drv_down() { ip -n "$(net_ns lb)" link set "$DEV" xdpdrv off; }
bounce_skb_up() { bounce_attach xdpgeneric; }
bounce_skb_down() { ip -n "$(net_ns lb)" link set "$DEV" xdpgeneric off; }

# MODE LATENCY
udplb_config() {
	local i

	printf 'interface: %s\nmode: %s\nlatency: %s\n' "$DEV" "$1" "$2"
	printf 'metrics: {listen: "127.0.0.1:8000"}\nservices:\n'
	printf '  - {name: bench, address: %s, ports: %s, backends: [\n' \
		"$VIP" "$PORT"
	for ((i = 0; i < BACKENDS; i++)); do
		printf '      {address: %s, port: %s, mac: "%s"},\n' \
			"$(backend "$i")" "$BACKEND_PORT" "$SINK_MAC"
	done
	printf '    ]}\n'
}

udplb_up() {
	udplb_config "$1" "$2" >"$WORK/udplb.yaml"
	udplb_run "$WORK/udplb.yaml"
}

# In the background; returns when it balances.
udplb_run() {
	nsenter --net="/run/netns/$(net_ns lb)" -- "$UDPLB" run -c "$1" \
		2>"$WORK/udplb.log" &
	UDPLB_PID=$!
	net_wait 120 grep -q 'startup complete' "$WORK/udplb.log" && return
	cat "$WORK/udplb.log" >&2
	return 1
}

udplb_down() {
	kill -TERM "$UDPLB_PID" 2>/dev/null || true
	wait "$UDPLB_PID" 2>/dev/null || true
	UDPLB_PID=
}

udplb_drv_up() { udplb_up drv true; }
udplb_drv_down() { udplb_down; }
udplb_drv_untimed_up() { udplb_up drv false; }
udplb_drv_untimed_down() { udplb_down; }
udplb_skb_up() { udplb_up skb true; }
udplb_skb_down() { udplb_down; }

nft_why() { command -v nft >/dev/null || echo "nft is not installed"; }

# The elements of a map from 0 ... BACKENDS - 1 to backends.
nft_map() {
	local i

	for ((i = 0; i < BACKENDS; i++)); do
		printf '%s : %s%s, ' "$i" "$(backend "$i")" "$1"
	done
}

nft_hash="jhash ip saddr . udp sport mod"

nft_load() { at lb nft -f - && at lb sysctl -qw net.ipv4.ip_forward=1; }

# As it is usually done: connection tracking remembers every flow.
nft_dnat_why() { nft_why; }
nft_dnat_up() {
	nft_load <<-END
		table ip bench {
			chain pre {
				type nat hook prerouting priority dstnat;
				ip daddr $VIP udp dport $PORT dnat ip to $nft_hash $BACKENDS map { $(nft_map " . $BACKEND_PORT") }
			}
		}
	END
}
nft_dnat_down() { at lb nft flush ruleset; }

# As fast as nftables can: nothing remembered, headers rewritten on ingress.
nft_stateless_why() { nft_why; }
nft_stateless_up() {
	nft_load <<-END
		table ip bench {
			chain pre {
				type filter hook prerouting priority raw;
				ip daddr $VIP udp dport $PORT notrack ip daddr set $nft_hash $BACKENDS map { $(nft_map "") } udp dport set $BACKEND_PORT
			}
		}
	END
}
nft_stateless_down() { at lb nft flush ruleset; }

# Unpacked, not installed: its package would start a service.
nginx_why() {
	local nginx=$NGINX_DIR/usr/sbin/nginx

	if [ ! -x "$nginx" ]; then
		mkdir -p "$NGINX_DIR/deb"
		(cd "$NGINX_DIR/deb" &&
			apt-get download -qq nginx libnginx-mod-stream &&
			for deb in *.deb; do dpkg -x "$deb" ..; done) \
			>"$NGINX_DIR/log" 2>&1 || true
	fi
	if [ ! -x "$nginx" ]; then
		echo "nginx cannot be fetched: $(tail -n 1 "$NGINX_DIR/log")"
	elif ! "$nginx" -e "$WORK/nginx.log" -V >"$WORK/nginx.why" 2>&1; then
		echo "nginx does not run: $(tail -n 1 "$WORK/nginx.why")"
	fi
}

# A session lasts as long as its client sends: the cheapest that nginx has.
nginx_config() {
	local i

	cat <<-END
		load_module $NGINX_DIR/usr/lib/nginx/modules/ngx_stream_module.so;
		daemon off;
		master_process on;
		worker_processes $(nproc);
		worker_rlimit_nofile 65536;
		user root;
		pid $WORK/nginx.pid;
		error_log $WORK/nginx.log crit;
		events { worker_connections 16384; }
		stream {
			upstream backends {
				hash \$remote_addr:\$remote_port;
	END
	for ((i = 0; i < BACKENDS; i++)); do
		echo "server $(backend "$i"):$BACKEND_PORT;"
	done
	cat <<-END
			}
			server {
				listen $VIP:$PORT udp reuseport rcvbuf=4m;
				proxy_pass backends;
				proxy_timeout 10s;
			}
		}
	END
}

nginx_up() {
	ip -n "$(net_ns lb)" address add "$VIP/32" dev lo
	nginx_config >"$WORK/nginx.conf"
	nsenter --net="/run/netns/$(net_ns lb)" -- \
		"$NGINX_DIR/usr/sbin/nginx" -c "$WORK/nginx.conf" \
		-e "$WORK/nginx.log" &
	NGINX_PID=$!
	net_wait 10 nginx_listens
}
# shellcheck disable=SC2016
nginx_listens() { at lb ss -Hlun "sport = $PORT" | grep -q .; }
nginx_down() {
	kill -QUIT "$NGINX_PID" 2>/dev/null || true
	kill -TERM "$NGINX_PID" 2>/dev/null || true
	wait "$NGINX_PID" 2>/dev/null || true
	NGINX_PID=
	ip -n "$(net_ns lb)" address del "$VIP/32" dev lo
}
