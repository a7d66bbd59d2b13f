/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The families that existing dashboards and alerts know: their names, labels
 * and types are a contract with those, and stay as they are even where
 * Prometheus' conventions would have them otherwise (counters typed as gauges,
 * nanoseconds, a program's id that is a "counter").  What follows the
 * conventions is in udplb.c and nic.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <linux/ip.h>

#include "metrics/expo.h"
#include "metrics/metrics.h"
#include "metrics/nic.h"
#include "metrics/udplb.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *cpu_name(size_t cpu, char *buf, size_t size)
{
	snprintf(buf, size, "%zu", cpu);
	return buf;
}

static void write_processed(struct expo *expo, const struct snapshot *s)
{
	struct expo_label cpu = { "cpu", "total" };
	char buf[24];

	expo_family(expo, "xdp_packet_processed_rate", EXPO_GAUGE,
		    "Packets forwarded, replied or dropped per second, over "
		    "the last second");
	expo_sample(expo, s->total.rate, &cpu, 1);
	for (size_t i = 0; i < s->n_cpus; i++) {
		cpu.value = cpu_name(i, buf, sizeof(buf));
		expo_sample(expo, s->cpus[i].rate, &cpu, 1);
	}

	expo_family(expo, "xdp_packet_processed", EXPO_GAUGE,
		    "Packets forwarded, replied or dropped");
	cpu.value = "total";
	expo_sample_u64(expo, s->total.processed, &cpu, 1);
	for (size_t i = 0; i < s->n_cpus; i++) {
		cpu.value = cpu_name(i, buf, sizeof(buf));
		expo_sample_u64(expo, s->cpus[i].processed, &cpu, 1);
	}
}

static void write_latency(struct expo *expo, const struct snapshot *s)
{
	const struct {
		const char *type;
		double ns;
	} values[] = {
		{ "mean", s->latency.mean_ns }, { "min", s->latency.min_ns },
		{ "max", s->latency.max_ns },	{ "std", s->latency.std_ns },
		{ "p25", s->latency.p25_ns },	{ "p50", s->latency.p50_ns },
		{ "p90", s->latency.p90_ns },	{ "p95", s->latency.p95_ns },
		{ "p99", s->latency.p99_ns },
	};

	if (!s->has_latency || s->latency.samples == 0)
		return;
	expo_family(expo, "xdp_packet_latency_ns", EXPO_GAUGE,
		    "Time in the XDP program, nanoseconds, of the packets "
		    "sampled in the last second");
	for (size_t i = 0; i < COUNT(values); i++) {
		struct expo_label label = { "type", values[i].type };

		expo_sample(expo, values[i].ns, &label, 1);
	}
}

#define STAT(field) #field, offsetof(struct rtnl_link_stats64, field)
static const struct {
	const char *type;
	size_t offset;
} link_stats[] = {
	{ STAT(rx_packets) },
	{ STAT(tx_packets) },
	{ STAT(rx_bytes) },
	{ STAT(tx_bytes) },
	{ STAT(rx_errors) },
	{ STAT(tx_errors) },
	{ STAT(rx_dropped) },
	{ STAT(tx_dropped) },
	{ STAT(multicast) },
	{ STAT(collisions) },
	{ STAT(rx_length_errors) },
	{ STAT(rx_over_errors) },
	{ STAT(rx_crc_errors) },
	{ STAT(rx_frame_errors) },
	{ STAT(rx_fifo_errors) },
	{ STAT(rx_missed_errors) },
	{ STAT(tx_aborted_errors) },
	{ STAT(tx_carrier_errors) },
	{ STAT(tx_fifo_errors) },
	{ STAT(tx_heartbeat_errors) },
	{ STAT(tx_window_errors) },
	{ STAT(rx_compressed) },
	{ STAT(tx_compressed) },
	{ STAT(rx_nohandler) },
	{ STAT(rx_otherhost_dropped) },
};
#undef STAT

/* A kernel older than our headers gives a shorter struct. */
static void write_link_stats(struct expo *expo,
			     const struct nl_link_state *link)
{
	const char *stats = (const char *)&link->stats;

	for (size_t i = 0; i < COUNT(link_stats); i++) {
		struct expo_label label = { "type", link_stats[i].type };
		size_t offset = link_stats[i].offset;

		if (offset + sizeof(__u64) <= link->stats_size)
			expo_sample_u64(expo, *(const __u64 *)(stats + offset),
					&label, 1);
	}
}

static void write_stat(struct expo *expo, const struct nl_link_state *link)
{
	const struct {
		const char *type;
		uint32_t value;
	} more[] = {
		{ "num_tx_queue", link->tx_queues },
		{ "num_rx_queue", link->rx_queues },
		{ "mtu", link->mtu },
	};

	expo_family(expo, "interfaces_stat", EXPO_GAUGE,
		    "The interface's counters (struct rtnl_link_stats64), "
		    "queues and MTU");
	write_link_stats(expo, link);
	for (size_t i = 0; i < COUNT(more); i++) {
		struct expo_label label = { "type", more[i].type };

		expo_sample_u64(expo, more[i].value, &label, 1);
	}
}

/*
 * By index, as include/uapi/linux/ip.h counts from 1.  The contract spells four
 * of them differently from /proc/sys/net/ipv4/conf, where people look.  Index 0
 * is the header of the netlink attribute: the contract has always shown it.
 */
static const struct {
	const char *type, *proc;
} devconf[] = {
	[0] = { "dummy" },
	[IPV4_DEVCONF_FORWARDING] = { "forwarding" },
	[IPV4_DEVCONF_MC_FORWARDING] = { "mc_forwarding" },
	[IPV4_DEVCONF_PROXY_ARP] = { "proxy_arp" },
	[IPV4_DEVCONF_ACCEPT_REDIRECTS] = { "accept_redirects" },
	[IPV4_DEVCONF_SECURE_REDIRECTS] = { "secure_redirects" },
	[IPV4_DEVCONF_SEND_REDIRECTS] = { "send_redirects" },
	[IPV4_DEVCONF_SHARED_MEDIA] = { "shared_media" },
	[IPV4_DEVCONF_RP_FILTER] = { "rp_filter" },
	[IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE] = { "accept_source_route" },
	[IPV4_DEVCONF_BOOTP_RELAY] = { "bootp_relay" },
	[IPV4_DEVCONF_LOG_MARTIANS] = { "log_martians" },
	[IPV4_DEVCONF_TAG] = { "tag" },
	[IPV4_DEVCONF_ARPFILTER] = { "arpfilter", "arp_filter" },
	[IPV4_DEVCONF_MEDIUM_ID] = { "medium_id" },
	[IPV4_DEVCONF_NOXFRM] = { "noxfrm", "disable_xfrm" },
	[IPV4_DEVCONF_NOPOLICY] = { "nopolicy", "disable_policy" },
	[IPV4_DEVCONF_FORCE_IGMP_VERSION] = { "force_igmp_version" },
	[IPV4_DEVCONF_ARP_ANNOUNCE] = { "arp_announce" },
	[IPV4_DEVCONF_ARP_IGNORE] = { "arp_ignore" },
	[IPV4_DEVCONF_PROMOTE_SECONDARIES] = { "promote_secondaries" },
	[IPV4_DEVCONF_ARP_ACCEPT] = { "arp_accept" },
	[IPV4_DEVCONF_ARP_NOTIFY] = { "arp_notify" },
	[IPV4_DEVCONF_ACCEPT_LOCAL] = { "accept_local" },
	[IPV4_DEVCONF_SRC_VMARK] = { "src_vmark", "src_valid_mark" },
	[IPV4_DEVCONF_PROXY_ARP_PVLAN] = { "proxy_arp_pvlan" },
	[IPV4_DEVCONF_ROUTE_LOCALNET] = { "route_localnet" },
	[IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL] = { "igmpv2_"
							      "unsolicited_"
							      "report_"
							      "interval" },
	[IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL] = { "igmpv3_"
							      "unsolicited_"
							      "report_"
							      "interval" },
	[IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN] = { "ignore_routes_with_"
						       "linkdown" },
	[IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST] = { "drop_unicast_in_l2_"
							"multicast" },
	[IPV4_DEVCONF_DROP_GRATUITOUS_ARP] = { "drop_gratuitous_arp" },
	[IPV4_DEVCONF_BC_FORWARDING] = { "bc_forwarding" },
	[IPV4_DEVCONF_ARP_EVICT_NOCARRIER] = { "arp_evict_nocarrier" },
};

static void write_spec(struct expo *expo, const struct nl_link_state *link)
{
	expo_family(expo, "interfaces_spec", EXPO_GAUGE,
		    "The interface's IPv4 settings, as in "
		    "/proc/sys/net/ipv4/conf");
	for (size_t i = 0; i < COUNT(devconf) && i < link->n_devconf; i++) {
		struct expo_label label = { "type", devconf[i].type };
		/* The kernel keeps ints: medium_id may be -1. */
		double value = (int32_t)link->devconf[i];

		expo_sample(expo, value, &label, 1);
		if (devconf[i].proc) {
			label.value = devconf[i].proc;
			expo_sample(expo, value, &label, 1);
		}
	}
}

static void write_program(struct expo *expo, const struct snapshot *s)
{
	static const char *const modes[] = {
		[MODE_HW] = "xdpoffload",
		[MODE_DRV] = "xdp",
		[MODE_SKB] = "xdpgeneric",
	};
	struct expo_label mode = { "mode", modes[s->mode] };
	struct expo_label qdisk = { "qdisk", s->link.qdisc };

	expo_family(expo, "xdp_mode", EXPO_GAUGE,
		    "1 for the mode that the XDP program is attached in; 0 "
		    "where it is not attached any more");
	expo_sample_u64(expo, s->attached, &mode, 1);
	expo_family(expo, "xdp_prog_id_total", EXPO_COUNTER,
		    "The kernel's id of the XDP program");
	expo_sample_u64(expo, s->prog_id, NULL, 0);
	expo_family(expo, "xdp_prog_id_created", EXPO_GAUGE,
		    "When the XDP program was loaded, seconds since 1970");
	expo_sample(expo, s->prog_created, NULL, 0);
	expo_family(expo, "interface_qdisk", EXPO_GAUGE,
		    "1 for the interface's queueing discipline");
	expo_sample_u64(expo, 1, &qdisk, 1);
}

void metrics_write_first(struct expo *expo, const struct snapshot *snapshot)
{
	write_processed(expo, snapshot);
	write_latency(expo, snapshot);
	write_stat(expo, &snapshot->link);
	write_spec(expo, &snapshot->link);
	write_program(expo, snapshot);
	metrics_udplb_write(expo, snapshot);
}

int metrics_write_last(struct expo *expo, const struct snapshot *snapshot)
{
	metrics_udplb_write_tables(expo, snapshot);
	return metrics_nic_write(expo, snapshot);
}
