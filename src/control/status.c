/* SPDX-License-Identifier: GPL-2.0-only */
/* The whole of it, and the link that it stands on, as they are now. */
#include "control/private.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotime.h"
#include "tables/refused.h"

static void set_count(json_t *object, const struct lb_counter *count,
		      const struct snapshot_rate *rate)
{
	json_object_set_new(object, "packets",
			    json_integer((json_int_t)count->packets));
	json_object_set_new(object, "bytes",
			    json_integer((json_int_t)count->bytes));
	json_object_set_new(object, "packets_per_second",
			    json_real(rate->packets));
	json_object_set_new(object, "bytes_per_second", json_real(rate->bytes));
}

static json_t *features_to_json(uint32_t features)
{
#define NAME(id, name, what) name,
	static const char *const names[] = { LB_FEATURES(NAME) };
	json_t *list = json_array();

	for (unsigned int i = 0; i < LB_FEATURES_END; i++)
		if (features & 1U << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *attempts_to_json(const struct snapshot *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_attempts; i++)
		json_array_append_new(
			list, json_pack("{ss sb sf ss}", "mode",
					model_mode_name(s->attempts[i].mode),
					"success", s->attempts[i].ok, "seconds",
					s->attempts[i].seconds, "reason",
					s->attempts[i].why));
	return list;
}

static json_t *reasons_to_json(const struct snapshot *s)
{
#define ACTION_PASS		       "pass"
#define ACTION_DROP		       "drop"
#define ACTION_TX		       "tx"
#define REASON(id, name, action, text) { name, ACTION_##action },
	static const struct {
		const char *name, *action;
	} reasons[] = { LB_REASONS(REASON) };
	json_t *list = json_array(), *json;

	for (size_t i = 0; i < LB_REASON_COUNT; i++) {
		json = json_pack("{ss ss}", "reason", reasons[i].name, "action",
				 reasons[i].action);
		set_count(json, &s->reasons[i], &s->rates[i]);
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *program_to_json(const struct control *c,
			       const struct snapshot *s)
{
	const struct xdp_info *info = &c->in->info;

	return json_pack("{si sb sf ss sb ss ss so}", "id", (int)s->prog_id,
			 "attached", s->attached, "created", s->prog_created,
			 "name", info->prog_name, "shared", info->dispatcher,
			 "way", info->way, "no_dispatcher", info->no_dispatcher,
			 "features", features_to_json(s->plan->features));
}

/* A CPU's, or the card's as a whole. */
static json_t *cpus_to_json(const struct snapshot *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_cpus; i++)
		json_array_append_new(
			list, json_pack("{si sI sf}", "cpu", (int)i, "packets",
					(json_int_t)s->cpus[i].processed,
					"packets_per_second", s->cpus[i].rate));
	return list;
}

static json_t *latency_to_json(const struct snapshot *s)
{
	const struct latency_summary *l = &s->latency;

	if (!s->has_latency)
		return json_pack("{sb ss}", "measured", 0, "reason",
				 s->no_latency_why);
	return json_pack("{sb sI sf sf sf sf}", "measured", 1, "samples",
			 (json_int_t)l->samples, "mean", l->mean_ns, "p50",
			 l->p50_ns, "p99", l->p99_ns, "max", l->max_ns);
}

static json_t *events_to_json(const struct snapshot_events *e)
{
	return json_pack("{sI sI sI sI so}", "reloads", (json_int_t)e->reloads,
			 "reload_errors", (json_int_t)e->reload_errors,
			 "changes", (json_int_t)e->changes, "repairs",
			 (json_int_t)e->repairs, "changed_at",
			 e->changed_at ? json_real(e->changed_at)
				       : json_null());
}

static json_t *totals_to_json(const struct snapshot *s)
{
	return json_pack("{sI sf}", "packets", (json_int_t)s->total.processed,
			 "packets_per_second", s->total.rate);
}

/* Enough to see what kind they are of. */
#define REFUSED_MAX 100

static json_t *refused_to_json(const struct instance *in)
{
	const struct tables *tables = instance_refused(in);
	char buf[REFUSED_TEXT_SIZE];
	json_t *list = json_array();

	for (size_t i = 0; tables && i < tables->refused.n && i < REFUSED_MAX;
	     i++)
		json_array_append_new(
			list, json_string(refused_text(tables, i, buf)));
	return list;
}

json_t *control_tables(struct control *c)
{
	int err = c->in->write_error;

	return json_pack("{sb so sI so}", "written", !err, "error",
			 err ? json_string(strerror(-err)) : json_null(),
			 "refused", (json_int_t)instance_n_refused(c->in),
			 "refused_entries", refused_to_json(c->in));
}

json_t *control_status(struct control *c)
{
	const struct snapshot *s = gather_last(c->gather);

	return json_pack(
		"{ss si ss ss ss ss sf sf so so so so so so so so}", "version",
		UDPLB_VERSION, "pid", (int)getpid(), "host", s->host,
		"interface", s->interface, "mode", model_mode_name(s->mode),
		"wanted_mode", model_mode_name(c->model->mode), "start_time",
		s->start_time, "uptime_seconds",
		monotime_wall() - s->start_time, "program",
		program_to_json(c, s), "attempts", attempts_to_json(s),
		"processed", totals_to_json(s), "cpus", cpus_to_json(s),
		"latency_ns", latency_to_json(s), "reasons", reasons_to_json(s),
		"tables", control_tables(c), "events",
		events_to_json(&s->events));
}

/* A device may say anything, JSON is UTF-8. */
static json_t *plain_text(const char *text)
{
	char plain[64];
	size_t n = 0;

	for (; *text && n < sizeof(plain) - 1; text++)
		plain[n++] = *text >= ' ' && *text <= '~' ? *text : '?';
	return json_stringn(plain, n);
}

static json_t *nic_to_json(const struct nic *nic)
{
	json_t *stats = json_object();

	for (size_t i = 0; i < nic->n_stats; i++)
		json_object_set_new(
			stats, nic->stats[i].name,
			json_integer((json_int_t)nic->stats[i].value));
	return json_pack("{so so so so}", "driver", plain_text(nic->driver),
			 "firmware", plain_text(nic->firmware), "bus",
			 plain_text(nic->bus), "statistics", stats);
}

static json_t *stats_to_json(const struct rtnl_link_stats64 *s)
{
	return json_pack(
		"{sI sI sI sI sI sI sI sI}", "rx_packets",
		(json_int_t)s->rx_packets, "tx_packets",
		(json_int_t)s->tx_packets, "rx_bytes", (json_int_t)s->rx_bytes,
		"tx_bytes", (json_int_t)s->tx_bytes, "rx_errors",
		(json_int_t)s->rx_errors, "tx_errors", (json_int_t)s->tx_errors,
		"rx_dropped", (json_int_t)s->rx_dropped, "tx_dropped",
		(json_int_t)s->tx_dropped);
}

json_t *control_link(struct control *c)
{
	const struct snapshot *s = gather_link(c->gather);
	const struct nl_link_state *link;
	char mac[MAC_STRLEN];

	link = &s->link;
	return json_pack("{ss ss sb sb sb ss si si si ss so so}", "interface",
			 s->interface, "name", c->in->name, "present",
			 !c->in->gone, "up", link->up && !c->in->gone,
			 "carrier", link->carrier && !c->in->gone, "mac",
			 mac_format(link->mac, mac), "mtu", (int)link->mtu,
			 "rx_queues", (int)link->rx_queues, "tx_queues",
			 (int)link->tx_queues, "qdisc", link->qdisc,
			 "statistics", stats_to_json(&link->stats), "nic",
			 nic_to_json(&s->nic));
}
