/* SPDX-License-Identifier: GPL-2.0-only */
#include "check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>

#include "base/fds.h"
#include "base/log.h"
#include "check_host.h"
#include "descriptors.h"
#include "tables/fragments.h"
#include "tables/plan.h"
#include "xdp/try.h"
#include "card/fit.h"
#include "tables/tables.h"
#include "xdp/xdp.h"

static json_t *describe_ports(const struct model_service *service)
{
	json_t *ports = json_array();
	char range[MODEL_PORTS_SIZE];

	for (size_t i = 0; i < service->n_ports; i++)
		json_array_append_new(ports,
				      json_string(model_ports_format(
					      &service->ports[i], range)));
	if (service->all_ports)
		json_array_append_new(ports, json_string("all"));
	return ports;
}

static json_t *describe_backends(const struct plan_service *service,
				 const uint32_t *slots)
{
	const struct model_service *config = service->config;
	json_t *backends = json_array();
	char addr[ADDR_STRLEN];

	for (size_t i = 0; i < config->n_backends; i++) {
		const struct model_backend *b = &config->backends[i];
		uint32_t index = service->first_backend + (uint32_t)i;

		json_array_append_new(
			backends,
			json_pack("{s:i, s:s, s:i, s:i, s:b, s:i}", "index",
				  (int)index, "address",
				  addr_format(&b->address, addr), "port",
				  b->port, "weight", b->weight, "drain",
				  b->drain, "slots", (int)slots[index]));
	}
	return backends;
}

static json_t *describe_services(const struct plan *plan, const uint32_t *slots)
{
	json_t *services = json_array();
	char addr[ADDR_STRLEN];

	for (size_t i = 0; i < plan->n_services; i++) {
		const struct plan_service *s = &plan->services[i];

		json_array_append_new(
			services,
			json_pack("{s:s, s:s, s:o, s:s, s:s, s:i, s:i, s:i, "
				  "s:o}",
				  "name", s->config->name, "address",
				  addr_format(&s->config->address, addr),
				  "ports", describe_ports(s->config), "balance",
				  model_balance_name(s->config->balance),
				  "forward",
				  model_forward_name(s->config->forward),
				  "ring_base", (int)s->ring_base, "ring_size",
				  (int)s->ring_size, "sticky",
				  (int)s->config->sticky_s, "backends",
				  describe_backends(s, slots)));
	}
	return services;
}

static json_t *describe_features(const struct plan *plan)
{
#define FEATURE(id, name, text) name,
	static const char *const names[] = { LB_FEATURES(FEATURE) };
#undef FEATURE
	json_t *features = json_array();

	for (size_t i = 0; i < LB_FEATURES_END; i++)
		if (plan->features & 1U << i)
			json_array_append_new(features, json_string(names[i]));
	return features;
}

static json_t *describe_maps(const struct plan *plan)
{
	json_t *maps = json_object();

	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		json_object_set_new(
			maps, plan_map_name(map),
			json_integer(plan_map_size(&plan->sizes, map)));
	return maps;
}

/* Exactly the program that would be loaded, as nfp_check sees it. */
static json_t *describe_program(const struct plan *plan)
{
	static const char *const words[] = {
		[CARD_FITS] = "fits a card",
		[CARD_MAY_FIT] = "may fit a card",
		[CARD_REFUSED] = "refused by a card",
	};
	struct card_firmware firmware;
	struct card_verdict verdict;
	char source[320];
	int err;

	card_firmware_find(&firmware, "");
	err = card_judge(plan, &firmware, &verdict);
	return json_pack(
		"{s:s, s:s, s:i, s:[ii], s:s, s:s}", "verdict",
		err ? "not judged" : words[verdict.fit], "variant",
		verdict.variant, "nfp_instructions", (int)verdict.nfp_insns,
		"room", NFP_CAPS_INSNS_PUBLISHED, NFP_CAPS_INSNS_REPORTED,
		"why", verdict.why, "firmware",
		card_firmware_source(&firmware, source, sizeof(source)));
}

/* The kernel's and the card's verifier, where we may and can ask them. */
static json_t *describe_modes(const struct plan *plan)
{
	int ifindex = (int)if_nametoindex(plan->model->interface);
	json_t *modes = json_object();
	char why[XDP_WHY_SIZE];
	int err;

	if (!ifindex || geteuid()) {
		snprintf(why, sizeof(why), "not asked: %s",
			 ifindex ? "needs root" : "no such interface here");
		json_object_set_new(modes, "hw", json_string(why));
		json_object_set_new(modes, "drv, skb", json_string(why));
		return modes;
	}
	err = xdp_try_mode(ifindex, MODE_HW, &plan->sizes, plan->features, why,
			   sizeof(why));
	json_object_set_new(modes, "hw", json_string(err ? why : "loads"));
	err = xdp_try_mode(ifindex, MODE_DRV, &plan->sizes, plan->features, why,
			   sizeof(why));
	json_object_set_new(modes, "drv, skb",
			    json_string(err ? why : "loads"));
	return modes;
}

static void print_backend(const json_t *backend, int ring_size)
{
	const char *address;
	int port, weight, drain, slots;
	bool brackets;

	json_unpack((json_t *)backend, "{s:s, s:i, s:i, s:b, s:i}", "address",
		    &address, "port", &port, "weight", &weight, "drain", &drain,
		    "slots", &slots);
	brackets = port && strchr(address, ':');
	printf("  backend %s%s%s", brackets ? "[" : "", address,
	       brackets ? "]" : "");
	if (port)
		printf(":%d", port);
	printf(", weight %d%s, %d slots (%.2f %%)\n", weight,
	       drain ? ", drained" : "", slots, 100.0 * slots / ring_size);
}

static void print_service(const json_t *service)
{
	const char *name, *address, *balance, *forward;
	json_t *ports, *port, *backends, *backend;
	int ring_size, sticky;
	size_t i;

	json_unpack((json_t *)service,
		    "{s:s, s:s, s:o, s:s, s:s, s:i, s:i, s:o}", "name", &name,
		    "address", &address, "ports", &ports, "balance", &balance,
		    "forward", &forward, "ring_size", &ring_size, "sticky",
		    &sticky, "backends", &backends);
	printf("service %s: %s ports", name, address);
	json_array_foreach(ports, i, port)
		printf(" %s", json_string_value(port));
	printf(", %s, %s, %d slots", balance, forward, ring_size);
	if (sticky)
		printf(", sticky for %d s", sticky);
	putchar('\n');
	json_array_foreach(backends, i, backend)
		print_backend(backend, ring_size);
}

static void print_program(const json_t *facts)
{
	const char *verdict = "", *variant = "", *why = "", *firmware = "";
	json_t *feature;
	int insns = 0;
	size_t i;

	printf("features");
	json_array_foreach(json_object_get(facts, "features"), i, feature)
		printf(" %s", json_string_value(feature));
	json_unpack(json_object_get(facts, "program"),
		    "{s:s, s:s, s:i, s:s, s:s}", "verdict", &verdict, "variant",
		    &variant, "nfp_instructions", &insns, "why", &why,
		    "firmware", &firmware);
	printf("%s\nprogram %s, variant %s, about %d NFP instructions%s%s\n",
	       i ? "" : " none", verdict, variant, insns, *why ? ": " : "",
	       why);
	printf("card firmware %s\n", firmware);
}

static void print_descriptors(const json_t *descriptors)
{
	printf("descriptors     %" JSON_INTEGER_FORMAT
	       " at most; this user may have %" JSON_INTEGER_FORMAT "\n",
	       json_integer_value(json_object_get(descriptors, "needed")),
	       json_integer_value(json_object_get(descriptors, "limit")));
}

static void print_text(const json_t *facts)
{
	json_t *service, *value;
	const char *key;
	size_t i;

	printf("interface %s, mode %s\n",
	       json_string_value(json_object_get(facts, "interface")),
	       json_string_value(json_object_get(facts, "mode")));
	json_array_foreach(json_object_get(facts, "services"), i, service)
		print_service(service);
	print_program(facts);
	json_object_foreach(json_object_get(facts, "maps"), key, value)
		printf("map %-13s %" JSON_INTEGER_FORMAT " entries\n", key,
		       json_integer_value(value));
	json_object_foreach(json_object_get(facts, "modes"), key, value)
		printf("mode %-11s %s\n", key, json_string_value(value));
	value = json_object_get(facts, "fragments");
	if (value)
		printf("fragments        %s\n", json_string_value(value));
	value = json_object_get(facts, "unreachable");
	if (value)
		printf("unreachable      %s\n", json_string_value(value));
	print_descriptors(json_object_get(facts, "descriptors"));
}

/* What it may need, and what the user who runs this may have at most. */
static json_t *describe_descriptors(const struct model *model)
{
	return json_pack("{s:I, s:I}", "needed",
			 (json_int_t)descriptors_needed(model), "limit",
			 (json_int_t)fds_limit_hard());
}

/* Slots by backend index when every backend serves that is not drained. */
static int count_slots(const struct plan *plan, uint32_t **out)
{
	uint32_t n = plan->sizes.backends;
	struct tables_hop *hops = calloc(n, sizeof(*hops));
	bool *serves = calloc(n, sizeof(*serves));
	uint32_t *slots = calloc(n, sizeof(*slots));
	struct tables_state state = { .backends = hops, .serves = serves };
	struct tables *tables = NULL;
	int err = -ENOMEM;

	if (!hops || !serves || !slots)
		goto out;
	for (uint32_t i = 1; i < n; i++) {
		hops[i].known = true;
		serves[i] = !plan_backend_of(plan, i)->drain;
	}
	err = tables_build(plan, &state, &tables);
	if (!err)
		memcpy(slots, tables->owned, n * sizeof(*slots));
out:
	tables_free(tables);
	free(hops);
	free(serves);
	if (err) {
		free(slots);
		slots = NULL;
	}
	*out = slots;
	return err;
}

static json_t *describe(const struct plan *plan, const uint32_t *slots)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "interface",
			 plan->model->interface, "mode",
			 model_mode_name(plan->model->mode), "services",
			 describe_services(plan, slots), "features",
			 describe_features(plan), "program",
			 describe_program(plan), "maps", describe_maps(plan),
			 "modes", describe_modes(plan));
}

/*
 * -EINVAL, logged, where only a card may do it and none can.  If the very card
 * has just taken it, it knows better.
 */
static int judge_mode(const struct model *model, const json_t *facts)
{
	const char *verdict = "", *why = "", *hw = "", *host = "";

	json_unpack((json_t *)facts, "{s:{s:s, s:s}, s:{s:s, s:s}}", "program",
		    "verdict", &verdict, "why", &why, "modes", "hw", &hw,
		    "drv, skb", &host);
	if (model->mode != MODE_HW && strcmp(host, "loads") != 0 &&
	    strcmp(hw, "loads") != 0 && strncmp(host, "not asked", 9) != 0) {
		log_error("%s: the kernel does not take the program: %s",
			  model->interface, host);
		return -EINVAL;
	}
	if (model->mode != MODE_HW ||
	    strcmp(verdict, "refused by a card") != 0 || !strcmp(hw, "loads"))
		return 0;
	log_error("%s: mode: hw, but no card takes this configuration: %s",
		  model->interface, why);
	return -EINVAL;
}

static void print_verdict(int err, size_t warnings)
{
	if (err)
		puts("NOT OK: the reason is above");
	else if (warnings)
		printf("OK, with %zu warning%s above\n", warnings,
		       warnings == 1 ? "" : "s");
	else
		puts("OK");
}

int check_print(const struct model *model, size_t warnings, bool json)
{
	const struct plan_limits no_limits = { 0 };
	struct plan *plan = NULL;
	uint32_t *slots = NULL;
	const bool card = model->mode == MODE_HW || model->mode == MODE_AUTO;
	char fragments[FRAGMENTS_TEXT_SIZE];
	json_t *facts;
	char why[512];
	int err;

	err = plan_build(model, &no_limits, &plan, why, sizeof(why));
	if (!err)
		err = count_slots(plan, &slots);
	if (err) {
		log_error("planning the tables: %s",
			  err == -ENOSPC ? why : strerror(-err));
		goto out;
	}
	warnings += check_host(model);
	facts = describe(plan, slots);
	json_object_set_new(facts, "descriptors", describe_descriptors(model));
	if (card && fragments_without(plan, fragments))
		json_object_set_new(facts, "fragments", json_string(fragments));
	if (card && plan->features & 1U << LB_FEATURE_TELL)
		json_object_set_new(facts, "unreachable",
				    json_string(PLAN_CARD_IS_SILENT));
	json_object_set_new(facts, "warnings",
			    json_integer((json_int_t)warnings));
	if (json) {
		json_dumpf(facts, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text(facts);
	}
	err = judge_mode(model, facts);
	json_decref(facts);
out:
	if (!json)
		print_verdict(err, warnings);
	free(slots);
	plan_free(plan);
	return err;
}
