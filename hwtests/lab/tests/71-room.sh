# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# A card with little room: smaller rings first, and only then another mode.
. /lab/lib.sh
. /lab/daemon.sh

# Both bucket maps, and less than 100 rows of others.
others=$((2 * 4096 + 2 * 8192 + 100))

# Of 4,096 slots, 1,024 fit.
card max_elems=$((others + 1900))
configure nfp0 auto "ring_size: 4096"
check "room for a quarter of the ring: serves" start
is "on the card" xdpoffload "$(running nfp0)"
is "with as many slots as fit" 1024 \
	"$(metric udplb_service_slots 'service="dns"')"
is "all of them used" 1024 "$(metrics | grep '^udplb_backend_slots{' |
	awk '{ n += $NF } END { print n }')"
is "the map is as large" 1024 "$(metric udplb_map_max_entries 'map="ring"')"
said "the first halving is told" "rings of 2048 slots in all"
said "the second, too" "rings of 1024 slots in all"
said "with the driver's reason" "map with too many elements"
is "and no more than these" 2 "$(grep -c 'trying with' $LOG)"
stop

# 16 slots are the least for two backends.
card max_elems=$((others - 100 + 15))
check "room for no ring at all: serves" start
is "in the driver" xdp "$(running nfp0)"
is "with the whole ring" 4096 "$(metric udplb_service_slots 'service="dns"')"
said "the smallest ring was tried" "rings of 16 slots in all"
refused_mode "too few elements" hw "too many elements"
stop

configure nfp0 hw "ring_size: 4096"
does_not_start "mode hw: no downgrade" "too many elements"
is "nothing is left behind" "" "$(running nfp0)"
