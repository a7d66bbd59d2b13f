# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# Replacing a running program, with and without the firmware's consent.
. /lab/lib.sh

program() { ip -j -d link show nfp0 | jq '.[0].xdp.prog.id'; }

card relo=1
loaded "first program" $SMALL nfp0 $OBJECT
first=$(program)
refused "a second one without being asked to replace" "already attached" \
	$SMALL nfp0 $OBJECT
loaded "replaces it when asked" $SMALL -r nfp0 $OBJECT
check "another program runs" [ "$(program)" != "$first" ]
is "the firmware loaded twice" 2 "$(cat $DEBUG/nfp0/loads)"
detach

card relo=0
loaded "firmware without RELO: first program" $SMALL nfp0 $OBJECT
first=$(program)
refused "replacing it" "FW does not support live reload" \
	$SMALL -r nfp0 $OBJECT
is "the first one still runs" "$first" "$(program)"
detach
loaded "after detaching, a new one loads" $SMALL nfp0 $OBJECT
detach
