# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash source=hwtests/lab/lib.sh disable=SC2086,SC2119
# In the place of an older udplb, without a gap: unasked where that one is gone,
# with --replace where it runs.
. /lab/lib.sh
. /lab/daemon.sh

left_by_kill() {
	start || return 1
	old=$(program_id nfp0)
	stop KILL
	[ "$(program_id nfp0)" = "$old" ]
}

takes_over() {
	local text=$1

	shift
	check "$text: the new one serves" start "$@"
	said "$text" "(id $old), without a gap"
	new=$(program_id nfp0)
	check "$text: another program runs" [ "$new" != "$old" ]
}

card relo=1
configure nfp0 hw "ring_size: 16"
check "hw: killed, it leaves its program" left_by_kill
watch nfp0
takes_over hw
no_gap hw
is "hw: the firmware loaded twice" 2 "$(cat $DEBUG/nfp0/loads)"

# The older daemon lives: the newer needs a port of its own for metrics.
older=$pid old=$new
mv $LOG /tmp/older.log
address=127.0.0.1:8001
configure nfp0 auto "ring_size: 16"
does_not_start "hw, both alive: not without being asked" "udplb run --replace"
is "hw, both alive: the old one runs on" "$old" "$(program_id nfp0)"
takes_over "hw, both alive" --replace
# It sees that for itself, within a second; or is told to end before.
kill -TERM $older
check "the older one ends with exit code 0" wait $older
is "and says in one line that it leaves the newer alone" 1 \
	"$(grep -c 'has taken over\|not attached any more' /tmp/older.log)"
check "as its last word but one" eval \
	"tail -n 2 /tmp/older.log | head -n 1 | grep -q 'taken over\|not attached'"
check "without an error" eval "! grep -q ERROR /tmp/older.log"
is "the newer runs on" "$new" "$(program_id nfp0)"
check "and serves" serves
stop
is "and detaches" "" "$(running nfp0)"
address=127.0.0.1:8000

card relo=0
configure nfp0 auto "ring_size: 16"
check "no RELO: killed, it leaves its program" left_by_kill
does_not_start "no RELO: is refused" "FW does not support live reload"
said "no RELO: and told what to do" "'udplb detach IFACE' and then start"
check "no RELO: no other mode was tried" eval '! grep -q DRV_MODE $LOG'
is "no RELO: the old one runs on" "$old" "$(program_id nfp0)"
check "no RELO: detached" udplb detach nfp0
check "no RELO: starts" start
stop

# On the host, alone on the interface.
for mode in drv skb; do
	configure nfp0 $mode "ring_size: 16"
	check "$mode: killed, it leaves its program" left_by_kill
	watch nfp0
	takes_over $mode
	no_gap $mode
	stop
	is "$mode: and detaches" "" "$(running nfp0)"
done

configure nfp0 skb "ring_size: 16"
check "from skb: killed" left_by_kill
configure nfp0 drv "ring_size: 16"
does_not_start "from skb to drv there is no way" \
	"udplb runs in mode skb (program id $old)"
is "the old one runs on" "$old" "$(program_id nfp0)"
configure nfp0 auto "ring_size: 16"
takes_over "from skb to the card"
is "it runs there" xdpoffload "$(running nfp0)"
is "alone" null "$(ip -j -d link show nfp0 | jq '.[0].xdp.attached[1]')"
stop KILL
card fw=nic

# In a dispatcher: beside it, then instead of it.
frames nfp0
xdp-loader load -m native -P 10 -n somebody_else nfp0 $FOREIGN >/dev/null
configure nfp0 auto "ring_size: 16"
left_in_dispatcher() {
	start || return 1
	old=$(ours nfp0)
	stop KILL
	[ "$(ours nfp0)" = "$old" ]
}
check "dispatcher: killed, it leaves its program" left_in_dispatcher
watch nfp0
check "dispatcher: the new one serves" start
no_gap dispatcher
said "dispatcher" "(id $old), without a gap"
check "dispatcher: there is one, and it is another" \
	[ "$(ours nfp0 | wc -w)" = 1 -a "$(ours nfp0)" != "$old" ]
is "dispatcher: it balances" 3 "$(pass_through nfp0 /tmp/query 1)"
is "dispatcher: the other sees it, too" 1 "$(foreign_saw)"
stop
is "dispatcher: the other stays" xdp "$(running nfp0)"
check "and goes" xdp-loader unload nfp0 --all
