/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names after https://prometheus.io/docs/practices/naming/: base units,
 * _total for what only grows, what is text goes into the labels of a constant
 * 1 (_info).  A sum over a label means something in every family here.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "metrics/udplb.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void write_single(struct expo *expo, const char *name,
			 enum expo_type type, const char *help, uint64_t value)
{
	expo_family(expo, name, type, help);
	expo_sample_u64(expo, value, NULL, 0);
}

static void write_daemon(struct expo *expo, const struct snapshot *s)
{
	const struct expo_label version = { "version", UDPLB_VERSION };

	expo_family(expo, "udplb_build_info", EXPO_GAUGE,
		    "1, labelled with the version");
	expo_sample_u64(expo, 1, &version, 1);
	expo_family(expo, "udplb_start_time_seconds", EXPO_GAUGE,
		    "When the daemon started, since 1970");
	expo_sample(expo, s->start_time, NULL, 0);
}

static void write_loop(struct expo *expo, const struct turns *turns)
{
	if (!turns)
		return;
	expo_family(expo, "udplb_loop_delay_seconds", EXPO_HISTOGRAM,
		    "Turns of the event loop by how long each kept everything "
		    "else waiting, health checks included");
	expo_histogram(expo, turns_bounds, turns->counts, TURNS_BOUNDS,
		       turns->seconds);
	expo_family(expo, "udplb_loop_delay_worst_seconds", EXPO_GAUGE,
		    "The longest turn of the event loop in the last one to two "
		    "minutes");
	expo_sample(expo, turns_worst(turns), NULL, 0);
}

static void write_log(struct expo *expo)
{
	write_single(expo, "udplb_log_dropped_lines_total", EXPO_COUNTER,
		     "Lines of the log that were lost, as nobody took them",
		     log_dropped());
}

static void write_reloads(struct expo *expo, const struct snapshot_events *e)
{
	static const struct expo_label success = { "result", "success" };
	static const struct expo_label failure = { "result", "failure" };

	expo_family(expo, "udplb_reloads_total", EXPO_COUNTER,
		    "Times that the configuration file was read again, by "
		    "whether it came in force");
	expo_sample_u64(expo, e->reloads, &success, 1);
	expo_sample_u64(expo, e->reload_errors, &failure, 1);
	write_single(expo, "udplb_changes_total", EXPO_COUNTER,
		     "Changes of the configuration by commands", e->changes);
}

static void write_program(struct expo *expo, const struct snapshot *s)
{
	write_single(expo, "udplb_attached", EXPO_GAUGE,
		     "1 if our XDP program is attached; 0 if it was removed, "
		     "or another one took its place",
		     s->attached);
	write_single(expo, "udplb_repairs_total", EXPO_COUNTER,
		     "Times that the XDP program was attached again, after "
		     "somebody or something had removed it",
		     s->events.repairs);
}

static void write_attempts(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_attach_attempt_success", EXPO_GAUGE,
		    "1 if attaching in this mode succeeded; else the reason "
		    "tells why not");
	for (size_t i = 0; i < s->n_attempts; i++) {
		const struct attach_attempt *attempt = &s->attempts[i];
		const struct expo_label labels[] = {
			{ "mode", model_mode_name(attempt->mode) },
			{ "reason", attempt->why },
		};

		expo_sample_u64(expo, attempt->ok, labels, COUNT(labels));
	}

	expo_family(expo, "udplb_attach_attempt_seconds", EXPO_GAUGE,
		    "How long loading and attaching in this mode took");
	for (size_t i = 0; i < s->n_attempts; i++) {
		const struct expo_label mode = {
			"mode", model_mode_name(s->attempts[i].mode)
		};

		expo_sample(expo, s->attempts[i].seconds, &mode, 1);
	}
}

static void write_reasons(struct expo *expo, const struct snapshot *s)
{
#define ACTION_PASS "pass"
#define ACTION_DROP "drop"
#define ACTION_TX   "tx"
#define REASON(id, name, action, text)                                         \
	{ { "action", ACTION_##action }, { "reason", name } },
	static const struct expo_label labels[][2] = { LB_REASONS(REASON) };

	expo_family(expo, "udplb_packets_total", EXPO_COUNTER,
		    "Packets that the XDP program saw, by what it did with "
		    "them and why");
	for (size_t i = 0; i < COUNT(labels); i++)
		expo_sample_u64(expo, s->reasons[i].packets, labels[i], 2);

	expo_family(expo, "udplb_bytes_total", EXPO_COUNTER,
		    "Bytes of the frames that the XDP program saw, by what it "
		    "did with them and why");
	for (size_t i = 0; i < COUNT(labels); i++)
		expo_sample_u64(expo, s->reasons[i].bytes, labels[i], 2);
}

static void write_maps(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_map_entries", EXPO_GAUGE,
		    "Entries in use of a BPF map");
	for (size_t i = 0; i < s->n_maps; i++) {
		const struct expo_label map = { "map", s->maps[i].name };

		expo_sample_u64(expo, s->maps[i].entries, &map, 1);
	}
	expo_family(expo, "udplb_map_max_entries", EXPO_GAUGE,
		    "Entries that a BPF map has room for");
	for (size_t i = 0; i < s->n_maps; i++) {
		const struct expo_label map = { "map", s->maps[i].name };

		expo_sample_u64(expo, s->maps[i].capacity, &map, 1);
	}
}

static void write_gateways(struct expo *expo, const struct snapshot *s)
{
	static const struct expo_label families[PLAN_FAMILIES] = {
		{ "family", "ipv4" },
		{ "family", "ipv6" },
	};

	expo_family(expo, "udplb_gateway_up", EXPO_GAUGE,
		    "1 if the MAC address of the gateway, where replies are "
		    "sent to, is known");
	for (size_t i = 0; i < PLAN_FAMILIES; i++)
		if (s->plan->replies[i])
			expo_sample_u64(expo, s->gateway_up[i], &families[i],
					1);
}

/* Those whose first one is not known have a reason of their own. */
static void write_fragments(struct expo *expo, const struct snapshot *s)
{
	static const struct {
		struct expo_label label;
		uint32_t counter;
	} kinds[] = {
		{ { "fragment", "first" }, LB_COUNT_FRAGMENTS_FIRST },
		{ { "fragment", "later" }, LB_COUNT_FRAGMENTS_FOLLOWED },
	};

	expo_family(expo, "udplb_fragments_total", EXPO_COUNTER,
		    "First fragments that were remembered, and later ones that "
		    "followed their first one");
	for (size_t i = 0; i < COUNT(kinds); i++)
		expo_sample_u64(expo, s->reasons[kinds[i].counter].packets,
				&kinds[i].label, 1);
}

static void write_not_told(struct expo *expo, const struct snapshot *s)
{
	if (s->plan->features & 1U << LB_FEATURE_TELL)
		write_single(expo, "udplb_icmp_suppressed_total", EXPO_COUNTER,
			     "Packets whose senders were not told that nobody "
			     "serves or that the TTL ended, as there were too "
			     "many a second",
			     s->reasons[LB_COUNT_NOT_TOLD].packets);
}

static void write_skipped(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_health_skipped_total", EXPO_COUNTER,
		    "Health checks that could not be made, or not judged, by "
		    "what this host lacked");
	for (int i = 1; i < HEALTH_LACKS; i++) {
		const struct expo_label lack = {
			"lack", health_lack_name((enum health_lack)i)
		};

		expo_sample_u64(expo, s->skipped[i], &lack, 1);
	}
}

void metrics_udplb_write_tables(struct expo *expo, const struct snapshot *s)
{
	if (s->plan->features & 1U << LB_FEATURE_STICKY)
		write_single(expo, "udplb_flows_full_total", EXPO_COUNTER,
			     "Packets of flows that could not be remembered, "
			     "and went where the ring says",
			     s->reasons[LB_COUNT_FLOWS_FULL].packets);
	write_fragments(expo, s);
	write_not_told(expo, s);
	write_skipped(expo, s);
	write_maps(expo, s);
	write_single(expo, "udplb_table_writes_total", EXPO_COUNTER,
		     "Changes written into the BPF maps", s->table_writes);
	write_single(expo, "udplb_table_write_errors_total", EXPO_COUNTER,
		     "Times that the BPF maps refused a change",
		     s->table_write_errors);
	write_single(expo, "udplb_table_refused_entries", EXPO_GAUGE,
		     "Entries that the BPF maps have no room for",
		     s->table_refused);
	write_gateways(expo, s);
}

static void write_latency(struct expo *expo, const struct snapshot *s)
{
	const struct expo_label reason = { "reason",
					   s->has_latency ? ""
							  : s->no_latency_why };

	expo_family(expo, "udplb_latency_measured", EXPO_GAUGE,
		    "1 if the time in the XDP program is measured; else the "
		    "reason tells why not");
	expo_sample_u64(expo, s->has_latency, &reason, 1);
	write_single(expo, "udplb_latency_samples", EXPO_GAUGE,
		     "Packets whose time was measured in the last second",
		     s->has_latency ? s->latency.samples : 0);
}

void metrics_udplb_write(struct expo *expo, const struct snapshot *snapshot)
{
	write_daemon(expo, snapshot);
	write_loop(expo, snapshot->turns);
	write_log(expo);
	write_reloads(expo, &snapshot->events);
	write_program(expo, snapshot);
	write_attempts(expo, snapshot);
	write_reasons(expo, snapshot);
	write_latency(expo, snapshot);
}
