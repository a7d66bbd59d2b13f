# SPDX-License-Identifier: GPL-2.0-only
# All that was measured -> build/bench.json.

def quantile($q):
	sort as $s | ((($s | length) - 1) * $q) as $at | ($at | floor) as $i |
	$s[$i] + ($at - $i) * (($s[$i + 1] // $s[$i]) - $s[$i]);

def spread:
	{ median: quantile(0.5), low: min, high: max };

# The program that only sends back, attached in the same way; what has no way
# of its own is compared with the fastest.
def limit:
	if test("_skb$") then "bounce_skb" else "bounce_drv" end;

# At several rates, what counts is the most that came through.
def best: max_by(.mpps);

def end_to_end:
	map(select(.mpps)) as $all |
	($all | group_by([.name, .flows, .length, .threads, .round]) |
		map(best)) as $runs |
	$runs | group_by([.name, .flows, .length, .threads]) | map(
		.[0] as $first |
		def shares(f): [.[] | . as $run | f / ($runs[] | select(
			.name == ($first.name | limit) and
			.round == $run.round and .flows == $run.flows and
			.length == $run.length and
			.threads == $run.threads) | f)] |
			if . == [] then null else spread end;
		{ name: $first.name, flows: $first.flows,
		  length: $first.length, cpus: $first.threads,
		  mpps: (map(.mpps) | spread),
		  of_bounce: shares(.mpps),
		  # Of nginx, the CPU time of its processes is not known.
		  mpps_per_cpu: (if $first.name == "nginx" then null
			else map(.mpps_per_cpu) | spread end),
		  of_bounce_per_cpu: (if $first.name == "nginx" then null
			else shares(.mpps_per_cpu) end),
		  loss: (map(.loss) | quantile(0.5)),
		  busy_cpus: (map(.busy_cpus) | quantile(0.5)) });

def daemons:
	group_by([.services, .backends]) | map(
		. as $runs | .[0] | {
			services, backends, rss_kb, map_bytes, metrics_bytes,
			check_ms: ($runs | map(.check_ms) | spread),
			first_packet_ms:
				($runs | map(.first_packet_ms) | spread),
			scrape_ms: ($runs | map(.scrape_ms) | spread) });

# What the card's own machine code executed for such a packet, if there is an
# image of that program: of one path, so of any length and any number of flows.
def on_card: . as $p | first(($card[0].cases // [])[] |
	select($p.program == "udplb" and .name == $p.name and
		.variant == $p.variant)) // null;

{
	machine: $machine,
	# CPUs that others kept busy before and after.
	others_busy_cpus: $others,
	seconds: $seconds,
	card: ($card[0] // null),
	packet: ($packet[0] | .packets |= map(. + { card: on_card })),
	end_to_end: ($e2e | end_to_end),
	skipped: ($e2e | map(select(.skipped))),
	control: ($control[0] + { daemon: ($daemon | daemons) })
}
