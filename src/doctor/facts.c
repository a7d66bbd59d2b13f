/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/facts.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/host.h"
#include "doctor/twin.h"
#include "net/ethtool.h"
#include "base/log.h"
#include "base/monotime.h"
#include "net/nic.h"
#include "net/nl.h"
#include "presence/loops.h"
#include "presence/vips.h"
#include "xdp/try.h"
#include "card/fit.h"

#define ANSWER_S 1.0

/* A map entry with its overhead, roughly. */
#define ENTRY_BYTES 96

static void on_neighbour(void *arg, const struct addr *addr, const uint8_t *mac)
{
	struct doctor_facts *facts = arg;

	for (size_t i = 0; i < facts->n_backends; i++) {
		struct doctor_backend *b = &facts->backends[i];

		if (b->backend->has_mac || addr_compare(&b->via, addr) != 0)
			continue;
		b->answers = mac != NULL;
		if (mac)
			memcpy(b->mac, mac, MAC_LEN);
	}
}

static int list_backends(struct doctor_facts *facts)
{
	const struct model *model = facts->model;
	size_t n = 0;

	for (size_t i = 0; i < model->n_services; i++)
		n += model->services[i].n_backends;
	facts->backends = calloc(n ? n : 1, sizeof(*facts->backends));
	if (!facts->backends)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		for (size_t k = 0; k < model->services[i].n_backends; k++)
			facts->backends[facts->n_backends++] =
				(struct doctor_backend){
					.service = &model->services[i],
					.backend =
						&model->services[i].backends[k],
				};
	return 0;
}

static bool is_local(struct nl *nl, const struct addr *address)
{
	return nl_check_not_local(nl, address) == -EADDRINUSE;
}

/* 0; or negative errno where the kernel cannot be asked. */
static int look_for(struct nl *nl, struct doctor_backend *b)
{
	int err;

	b->local = is_local(nl, &b->backend->address);
	b->here = b->local && b->service->forward == LB_FORWARD_DSR &&
		  is_local(nl, &b->service->address);
	b->answers = b->backend->has_mac;
	memcpy(b->mac, b->backend->mac, MAC_LEN);
	err = nl_next_hop(nl, &b->backend->address, &b->via);
	if (err)
		b->via = (struct addr){ 0 };
	else if (!b->answers)
		nl_probe(nl, &b->via);
	return nl_is_unanswered(err) ? err : 0;
}

static bool all_answer(const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->n_backends; i++)
		if (addr_is_set(&facts->backends[i].via) &&
		    !facts->backends[i].answers)
			return false;
	return true;
}

static int read_backends(struct doctor_facts *facts, struct nl *nl)
{
	struct pollfd fd = { .fd = nl_fd(nl), .events = POLLIN };
	double left, deadline = monotime_now() + ANSWER_S;
	int err = 0;

	for (size_t i = 0; !err && i < facts->n_backends; i++)
		err = look_for(nl, &facts->backends[i]);
	if (!err)
		err = nl_neighbours(nl);
	while (!err && !all_answer(facts)) {
		left = deadline - monotime_now();
		if (left <= 0 || poll(&fd, 1, (int)(left * 1e3) + 1) <= 0)
			break;
		nl_dispatch(nl);
	}
	return err;
}

static int compare_addresses(const void *a, const void *b)
{
	return addr_compare(a, b);
}

static int count_neighbours(struct doctor_facts *facts)
{
	struct addr *via = calloc(facts->n_backends, sizeof(*via));

	if (!via)
		return -ENOMEM;
	for (size_t i = 0; i < facts->n_backends; i++)
		via[i] = facts->backends[i].via;
	qsort(via, facts->n_backends, sizeof(*via), compare_addresses);
	for (size_t i = 0; i < facts->n_backends; i++)
		if (addr_is_set(&via[i]) &&
		    (!i || addr_compare(&via[i - 1], &via[i])))
			facts->neighbours[via[i].family == AF_INET6]++;
	free(via);
	return 0;
}

static int read_vips(struct doctor_facts *facts, struct nl *nl)
{
	struct presence_vips vips;
	int err = presence_vips_collect(&vips, facts->model);

	if (err)
		return err;
	err = presence_vips_look(&vips, facts->link.ifindex, 0);
	facts->vips = calloc(vips.n, sizeof(*facts->vips));
	if (!facts->vips)
		err = -ENOMEM;
	facts->n_vips = err ? 0 : vips.n;
	for (size_t i = 0; i < facts->n_vips; i++)
		facts->vips[i] = (struct doctor_vip){
			.address = vips.vip[i].address,
			.in_subnet = vips.vip[i].in_subnet,
			.local = vips.vip[i].local,
			.loops = presence_loops(nl, facts->model->interface,
						&vips.vip[i].address),
		};
	presence_vips_free(&vips);
	return err;
}

/* As what backends know us: by the way to the first of them, else to VIPs. */
static int find_own(struct doctor_facts *facts, struct nl *nl, size_t family)
{
	const sa_family_t wanted = family ? AF_INET6 : AF_INET;
	struct addr *own = &facts->own[family];
	const struct addr *to = NULL;
	int err = 0;

	for (size_t i = 0; i < facts->n_vips; i++)
		if (facts->vips[i].address.family == wanted)
			to = &facts->vips[i].address;
	for (size_t i = 0; i < facts->n_backends; i++)
		if (facts->backends[i].backend->address.family == wanted &&
		    !facts->backends[i].local)
			to = &facts->backends[i].backend->address;
	if (to)
		err = nl_source_address(nl, to, own);
	if (!to || err)
		*own = (struct addr){ 0 };
	return nl_is_unanswered(err) ? err : 0;
}

static int find_gateway(struct doctor_facts *facts, struct nl *nl,
			size_t family)
{
	const struct addr *set =
		family ? &facts->model->gateway6 : &facts->model->gateway;
	struct addr *gateway = &facts->gateway[family];
	struct nl_hops hops;
	int err;

	if (addr_is_set(set))
		err = nl_next_hops(nl, set, &hops);
	else
		err = nl_default_gateways(
			nl, family ? AF_INET6 : AF_INET,
			plan_reply_source(facts->model, family), &hops);
	memset(gateway, 0, sizeof(*gateway));
	if (!err)
		*gateway = hops.hop[0];
	return nl_is_unanswered(err) ? err : 0;
}

static int read_network(struct doctor_facts *facts)
{
	const struct nl_handler handler = { .neighbour = on_neighbour,
					    .arg = facts };
	struct nl *nl = NULL;
	int err = list_backends(facts);

	if (!err)
		err = nl_open(&nl, (int)if_nametoindex(facts->model->interface),
			      &handler);
	if (!err)
		err = nl_link(nl, &facts->link);
	if (!err)
		err = read_vips(facts, nl);
	if (!err)
		err = read_backends(facts, nl);
	if (!err)
		err = count_neighbours(facts);
	for (size_t family = 0; !err && family < 2; family++) {
		err = find_own(facts, nl, family);
		if (!err)
			err = find_gateway(facts, nl, family);
	}
	nl_free(nl);
	return err;
}

static void ask_mode(struct doctor_facts *facts, enum mode mode,
		     const struct plan *plan, struct doctor_mode *out)
{
	out->loads = !xdp_try_mode(facts->link.ifindex, mode, &plan->sizes,
				   plan->features, out->why, sizeof(out->why));
}

/* Of no interest where there is no card, and none is asked for. */
static void read_card(struct doctor_facts *facts, const struct plan *plan)
{
	struct doctor_card *card = &facts->card;
	struct card_firmware firmware;
	struct card_verdict verdict;

	if (strcmp(facts->driver, "nfp") != 0 && facts->model->mode != MODE_HW)
		return;
	card_firmware_find(&firmware, "");
	card->installed = firmware.files;
	memcpy(card->file, firmware.path, sizeof(card->file));
	memcpy(card->damaged, firmware.damaged, sizeof(card->damaged));
	/* What the card itself has said counts more, and costs less. */
	if (facts->hw.loads || card_judge(plan, &firmware, &verdict))
		return;
	card->refused = verdict.fit == CARD_REFUSED;
	card->tight = verdict.fit == CARD_MAY_FIT;
	memcpy(card->why, verdict.why, sizeof(card->why));
}

static int read_modes(struct doctor_facts *facts)
{
	const struct plan_limits no_limits = { 0 };
	struct plan *plan = NULL;
	char why[512] = "";
	int err = plan_build(facts->model, &no_limits, &plan, why, sizeof(why));

	if (err) {
		log_error("planning the tables: %s",
			  err == -ENOSPC ? why : strerror(-err));
		return err;
	}
	facts->table_bytes = plan_entries(&plan->sizes) * ENTRY_BYTES;
	if (facts->model->mode == MODE_HW)
		ask_mode(facts, MODE_HW, plan, &facts->hw);
	else
		ask_mode(facts, MODE_DRV, plan, &facts->host);
	read_card(facts, plan);
	plan_free(plan);
	return 0;
}

static int read_nic(struct doctor_facts *facts)
{
	struct nic nic = { 0 };
	int err = nic_read(facts->model->interface, &nic);

	memcpy(facts->driver, nic.driver, sizeof(facts->driver));
	memcpy(facts->firmware, nic.firmware, sizeof(facts->firmware));
	nic_free(&nic);
	facts->vlans = nl_link_has_vlans(facts->link.ifindex);
	if (!err)
		err = ethtool_read(facts->model->interface, &facts->nic);
	return err;
}

int doctor_facts_read(struct doctor_facts *facts, const struct model *model)
{
	int err;

	*facts = (struct doctor_facts){ .model = model };
	err = read_network(facts);
	if (!err)
		err = read_nic(facts);
	if (!err)
		err = doctor_twin_find(facts);
	if (err) {
		log_error("asking the kernel about %s: %s", model->interface,
			  strerror(-err));
	} else {
		doctor_host_read(facts);
		err = read_modes(facts);
	}
	if (err)
		doctor_facts_free(facts);
	return err;
}

void doctor_facts_free(struct doctor_facts *facts)
{
	free(facts->vips);
	free(facts->backends);
	*facts = (struct doctor_facts){ 0 };
}
