# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What .bats files load that need both families.

load common
# shellcheck source=../net6.sh
. "${BASH_SOURCE[0]%/*}/../net6.sh"

setup_file() {
	[ -z "${NET_LB_PORT:-}" ] && [ "$MODE" = hw ] &&
		skip "no ports of a card given: NET_LB_PORT, NET_LB_PEER"
	net_open
	net_open6
}

setup() {
	LB_DIR=$BATS_TEST_TMPDIR
	[ -z "${SKIP_FILE:-}" ] || skip "$SKIP_FILE"
	net_backends_nat
	net_backends_nat6
}

# The services on standard input.
configure() { { echo "services:"; cat; } | lb_config "$MODE"; }
