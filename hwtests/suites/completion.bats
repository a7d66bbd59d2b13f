#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2034,SC2314
#
# What bash offers for the words of a command, beside a running udplb.
#   MODE=drv|skb|hw bats -t hwtests/suites/completion.bats

bats_require_minimum_version 1.5.0
load common

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	net_backends_nat
	{ echo "services:"; lb_service echo flow nat 5000 5000; } |
		lb_config "$MODE"
	cat >>"$LB_DIR/udplb.yaml" <<-'END'
	  - name: six
	    address: 2001:db8::53
	    ports: 53
	    forward: dsr
	    backends: [{address: "2001:db8::11"}, {address: "2001:db8::12"}]
	END
	lb_start
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || tail -n 25 "$LB_DIR/log" 2>/dev/null || true
	lb_clean
}

# offered WORD...: what is offered for the last of the words, in one line.
offered() {
	at lb env PATH="$(dirname "$UDPLB"):$PATH" bash --norc -c '
		. /usr/share/bash-completion/bash_completion
		. "$0"
		# As readline does: a colon is a word of its own.
		line="udplb $*"
		COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9
		mapfile -t COMP_WORDS < <(sed "s/ /\n/g; s/:\+/\n&\n/g" <<<"$line" |
			sed "/^$/{ \$!d }")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_udplb
		echo "${COMPREPLY[*]}"
	' "$ROOT/conf/udplb.bash-completion" "$@"
}

@test "$MODE: completion offers every command, and every option where it belongs" {
	local commands options command

	commands=$("$UDPLB" --help | awk '$1 == "udplb" { print $2 }' | uniq)
	equal "$(offered '' | tr ' ' '\n' | sort)" "$(sort <<<"$commands")"
	equal "$(offered re)" "reload"
	options=$("$UDPLB" --help | grep -o -- ' --[a-z-]*' | tr -d ' ' | sort -u)
	equal "$({
		offered -
		for command in $commands; do offered "$command" -; done
	} | tr ' ' '\n' | sort -u)" "$options"
	equal "$(offered run --r)" "--replace"
	equal "$(offered status --s)" "--socket"
}

@test "$MODE: completion knows interfaces, and the services and backends that run" {
	lb_says="-c $LB_DIR/udplb.yaml"
	equal "$(offered probe l)" "lo"
	# shellcheck disable=SC2086
	{
		equal "$(offered $lb_says add '')" "echo six"
		equal "$(offered $lb_says drain 192)" \
			"192.0.2.11:5000 192.0.2.12:5000 192.0.2.13:5000"
		equal "$(offered $lb_says drain --service six '')" \
			"2001:db8::11 2001:db8::12"
		# What bash has as words already is not repeated.
		equal "$(offered $lb_says del six 2001:db8::12)" 12
		equal "$(offered $lb_says del echo 2001)" ""
		equal "$(offered $lb_says weight 192.0.2.11 '')" ""
	}
}

@test "$MODE: completion without a running udplb is silent" {
	lb_stop
	equal "$(offered drain '' 2>&1)" ""
}
