/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver names its counters as it likes and may use a name twice; a series
 * may stand on the page only once.  So the counters are written in the order of
 * their names, where equal ones are neighbours, and repeats get a number.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/nic.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void write_link(struct expo *expo, const struct nl_link_state *link)
{
	expo_family(expo, "udplb_link_up", EXPO_GAUGE,
		    "1 if the interface is up, as the administrator set it");
	expo_sample_u64(expo, link->up, NULL, 0);
	expo_family(expo, "udplb_link_carrier", EXPO_GAUGE,
		    "1 if the interface has a carrier");
	expo_sample_u64(expo, link->carrier, NULL, 0);
}

static void write_info(struct expo *expo, const struct nic *nic)
{
	const struct expo_label labels[] = {
		{ "driver", nic->driver },
		{ "firmware", nic->firmware },
		{ "bus", nic->bus },
	};

	expo_family(expo, "udplb_nic_info", EXPO_GAUGE,
		    "1, labelled with the NIC's driver, firmware and bus "
		    "address");
	expo_sample_u64(expo, 1, labels, COUNT(labels));
}

/* Equal names keep the driver's order, so that a number means the same counter
 * at every reading. */
static int compare_stats(const void *a, const void *b, void *arg)
{
	const struct nic_stat *stats = arg;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int order = strcmp(stats[i].name, stats[k].name);

	return order ? order : (i > k) - (i < k);
}

/* Writes what the repeat-th counter of that name is called here. */
static const char *number_repeat(const char *name, unsigned int repeat,
				 char *buf, size_t size)
{
	if (repeat == 0)
		return name;
	snprintf(buf, size, "%s#%u", name, repeat + 1);
	return buf;
}

static int write_stats(struct expo *expo, const struct nic *nic)
{
	unsigned int repeat = 0;
	const char *last = NULL;
	size_t *order;

	if (nic->n_stats == 0)
		return 0;
	order = calloc(nic->n_stats, sizeof(*order));
	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < nic->n_stats; i++)
		order[i] = i;
	qsort_r(order, nic->n_stats, sizeof(*order), compare_stats, nic->stats);

	expo_family(expo, "udplb_nic_stat", EXPO_GAUGE,
		    "The NIC's own counters, under the names of ethtool -S");
	for (size_t i = 0; i < nic->n_stats; i++) {
		const struct nic_stat *stat = &nic->stats[order[i]];
		struct expo_label label = { .name = "name" };
		char buf[64];

		repeat = last && !strcmp(last, stat->name) ? repeat + 1 : 0;
		last = stat->name;
		label.value =
			number_repeat(stat->name, repeat, buf, sizeof(buf));
		expo_sample_u64(expo, stat->value, &label, 1);
	}
	free(order);
	return 0;
}

static const uint64_t *find_stat(const struct nic *nic, const char *name)
{
	for (size_t i = 0; i < nic->n_stats; i++) {
		if (!strcmp(nic->stats[i].name, name))
			return &nic->stats[i].value;
	}
	return NULL;
}

/*
 * What a program on a Netronome card did.  The card counts by the code that the
 * program's end hands to it (outro of the nfp driver's jit.c): 1 drops, 2 sends
 * back, 3 is XDP_ABORTED and whatever else is no verdict.
 */
static const struct {
	const char *action, *packets, *bytes;
} card_stats[] = {
	{ "pass", "bpf_pass_pkts", "bpf_pass_bytes" },
	{ "drop", "bpf_app1_pkts", "bpf_app1_bytes" },
	{ "tx", "bpf_app2_pkts", "bpf_app2_bytes" },
	{ "aborted", "bpf_app3_pkts", "bpf_app3_bytes" },
};

static void write_card_program(struct expo *expo, const struct nic *nic)
{
	const uint64_t *value;

	expo_family(expo, "udplb_nic_bpf_packets_total", EXPO_COUNTER,
		    "Packets by what the program on the card did with them");
	for (size_t i = 0; i < COUNT(card_stats); i++) {
		const struct expo_label action = { "action",
						   card_stats[i].action };

		value = find_stat(nic, card_stats[i].packets);
		if (value)
			expo_sample_u64(expo, *value, &action, 1);
	}
	expo_family(expo, "udplb_nic_bpf_bytes_total", EXPO_COUNTER,
		    "Bytes of packets by what the program on the card did with "
		    "them");
	for (size_t i = 0; i < COUNT(card_stats); i++) {
		const struct expo_label action = { "action",
						   card_stats[i].action };

		value = find_stat(nic, card_stats[i].bytes);
		if (value)
			expo_sample_u64(expo, *value, &action, 1);
	}
}

int metrics_nic_write(struct expo *expo, const struct snapshot *snapshot)
{
	write_link(expo, &snapshot->link);
	write_info(expo, &snapshot->nic);
	write_card_program(expo, &snapshot->nic);
	return write_stats(expo, &snapshot->nic);
}
