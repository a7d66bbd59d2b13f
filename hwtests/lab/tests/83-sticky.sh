# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Sticky flows: the firmware that exists gives programs no map_update, so no card
# can remember one.  The host does, or the user learns why not.
. /lab/lib.sh
. /lab/daemon.sh

card
configure nfp0 auto "sticky: 5" "ring_size: 64"
check "auto: a sticky service" start
is "runs in the driver" xdp "$(running nfp0)"
refused_mode "no map_update" hw "[nfp] map_update: not supported by FW"
stop
configure nfp0 hw "sticky: 5" "ring_size: 64"
does_not_start "hw: a sticky service" "[nfp] map_update: not supported by FW"

# Were there a firmware with it, its card would take the program.
card $RICH
check "hw: with map_update it starts" start
is "on the card" xdpoffload "$(running nfp0)"
check "ends with exit code 0" stop
