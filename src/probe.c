/* SPDX-License-Identifier: GPL-2.0-only */
#include "probe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <jansson.h>

#include "base/log.h"
#include "base/privileges.h"
#include "card/card.h"
#include "net/nic.h"
#include "net/nl.h"
#include "xdp/try.h"
#include "offload/check/check.h"
#include "offload/check/check.h"
#include "offload/check/guard.h"
#include "offload/check/print.h"

/* Asked for without a configuration: one service with a default ring. */
static const struct plan_sizes example_sizes = {
	.vips = LB_VIP_BUCKETS,
	.services = 16,
	.hosts = LB_HOST_BUCKETS,
	.replies = 256,
	.ring = MODEL_RING_SIZE_DEFAULT_MAX,
	.backends = 256,
	.places = 256,
	.tunnels = LB_TUNNELS,
	.filters = LB_FILTER_LENGTHS,
	.prefixes = 256,
	.quic_configs = LB_QUIC_CONFIGS,
	.quic_ids = 256,
	.flows = MODEL_FLOWS_DEFAULT,
	.backend_stats = 256,
	.reason_stats = LB_COUNT_END,
};

/* Not everything fits on a card at once: there, an ordinary service of IPv4. */
static uint32_t example_features(enum mode mode)
{
	return mode == MODE_HW ? LB_VARIANT_nat4 : LB_FEATURES_ALL;
}

static json_t *describe_modes(int ifindex)
{
	json_t *modes = json_array();
	char why[XDP_WHY_SIZE];
	int err;

	for (enum mode mode = MODE_HW; mode <= MODE_DRV; mode++) {
		err = xdp_try_mode(ifindex, mode, &example_sizes,
				   example_features(mode), why, sizeof(why));
		json_array_append_new(
			modes, json_pack("{s:s, s:b, s:s}", "mode",
					 mode == MODE_HW ? "hw" : "drv, skb",
					 "loads", !err, "why", err ? why : ""));
	}
	return modes;
}

/* Each with as little as shows the difference. */
static json_t *describe_dispatcher(int ifindex)
{
	struct xdp_request xdp = { .ifindex = ifindex, .mode = MODE_SKB };
	const char *takes = "every program";
	char why[XDP_WHY_SIZE] = "", again[XDP_WHY_SIZE];

	if (xdp_try_program(&xdp, &example_sizes, 1U << LB_FEATURE_TUNNEL,
			    xdp_try_dispatcher, why, sizeof(why)))
		takes = xdp_try_program(
				&xdp, &example_sizes, 1U << LB_FEATURE_NAT,
				xdp_try_dispatcher, again, sizeof(again))
				? "none"
				: "those without tunnels";
	return json_pack("{s:s, s:s}", "takes", takes, "why", why);
}

/* Of cards that could run it, or where somebody has it ready. */
static json_t *describe_firmware(const struct nic *nic)
{
	struct card_firmware firmware;

	card_firmware_find(&firmware, "");
	if (strcmp(nic->driver, "nfp") != 0 && !firmware.files &&
	    !*firmware.damaged)
		return json_null();
	return card_firmware_json(&firmware);
}

static json_t *describe(const char *interface, const struct nl_link_state *link,
			const struct nic *nic)
{
	struct utsname kernel;
	char mac[MAC_STRLEN], name[64] = "", way[XDP_WHY_SIZE];
	uint32_t id;
	int err = xdp_attached(link->ifindex, &id, name, sizeof(name));

	if (err)
		log_error("%s: " XDP_NOT_ASKED "%s", interface, strerror(-err));
	uname(&kernel);
	xdp_next_way(link->ifindex, way, sizeof(way));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:i, s:i, s:i, "
		"s:s, s:i, s:s, s:o, s:o, s:o}",
		"interface", interface, "kernel", kernel.release, "driver",
		nic->driver, "firmware", nic->firmware, "bus", nic->bus, "mac",
		mac_format(link->mac, mac), "up", link->up, "carrier",
		link->carrier, "mtu", (int)link->mtu, "rx_queues",
		(int)link->rx_queues, "tx_queues", (int)link->tx_queues,
		"xdp_program", name, "xdp_program_id", (int)id, "attach", way,
		"dispatcher", describe_dispatcher(link->ifindex), "modes",
		describe_modes(link->ifindex), "bpf_firmware",
		describe_firmware(nic));
}

static void print_firmware(const json_t *facts)
{
	const char *source = "", *damaged = "", *offers = "";
	int files = 0;

	if (json_unpack((json_t *)facts, "{s:s, s:s, s:s, s:i}", "source",
			&source, "damaged", &damaged, "offers", &offers,
			"files", &files))
		return;
	printf("BPF firmware    %s", source);
	if (files > 1)
		printf(", one of %d files", files);
	printf("\n                %s\n", offers);
	if (*damaged)
		printf("                cannot be read: %s\n", damaged);
}

static void print_dispatcher(const json_t *dispatcher)
{
	const char *why = json_string_value(json_object_get(dispatcher, "why"));

	printf("dispatcher      takes %s%s%s\n",
	       json_string_value(json_object_get(dispatcher, "takes")),
	       *why ? ": " : "", why);
}

static void print_text(const json_t *facts)
{
	const char *key;
	json_t *value, *mode;
	size_t i;

	json_object_foreach((json_t *)facts, key,
			    value) if (json_is_string(value))
		printf("%-16s%s\n", key, json_string_value(value));
	else if (json_is_integer(value))
		printf("%-16s%" JSON_INTEGER_FORMAT "\n", key,
		       json_integer_value(value));
	else if (json_is_boolean(value))
		printf("%-16s%s\n", key, json_is_true(value) ? "yes" : "no");
	print_dispatcher(json_object_get(facts, "dispatcher"));
	json_array_foreach(json_object_get(facts, "modes"), i, mode)
	{
		bool loads = json_is_true(json_object_get(mode, "loads"));

		printf("mode %-11s%s%s\n",
		       json_string_value(json_object_get(mode, "mode")),
		       loads ? "the program loads" : "refused: ",
		       json_string_value(json_object_get(mode, "why")));
	}
	print_firmware(json_object_get(facts, "bpf_firmware"));
	printf("hw was asked for an ordinary IPv4 service; 'udplb check' "
	       "judges "
	       "a configuration. Whether a driver attaches in drv mode shows "
	       "only when it is tried; skb works on every interface.\n");
}

int probe_print(const char *interface, bool json)
{
	const struct nl_handler ignore = { 0 };
	struct nl_link_state link = { 0 };
	struct nic nic = { 0 };
	struct nl *nl = NULL;
	int ifindex = nl_link_index(interface);
	json_t *facts;
	int err;

	if (ifindex < 0)
		return ifindex;
	err = privileges_check();
	if (err)
		return err;
	err = nl_open(&nl, ifindex, &ignore);
	if (!err)
		err = nl_link(nl, &link);
	if (!err)
		err = nic_read(interface, &nic);
	if (err) {
		log_error("asking the kernel about %s: %s", interface,
			  strerror(-err));
		goto out;
	}
	facts = describe(interface, &link, &nic);
	if (json) {
		json_dumpf(facts, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text(facts);
	}
	json_decref(facts);
out:
	nic_free(&nic);
	nl_free(nl);
	return err;
}

struct object_request {
	const char *path;
	bool json;
};

/* An exit status. */
static int judge_object(void *arg)
{
	const struct nfp_check_plan plan = { .mtu = 1500 };
	const struct object_request *request = arg;
	const char *path = request->path;
	struct nfp_check_result result;
	char why[256];
	int err;

	err = nfp_check_object(&result, path, LB_PROGRAM, &nfp_caps_default,
			       &plan, why, sizeof(why));
	if (err)
		log_error("%s: %s", path, why);
	else if (request->json)
		err = nfp_print_json(&result, path, LB_PROGRAM);
	else
		nfp_print_text(&result, path, LB_PROGRAM, &nfp_caps_default);
	if (!err && nfp_report_verdict(&result.report) == NFP_REFUSED)
		err = -EINVAL;
	nfp_check_free(&result);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int probe_object(const char *path, bool json)
{
	struct object_request request = { .path = path, .json = json };
	char why[256];
	int status = nfp_guard(judge_object, &request, why, sizeof(why));

	if (status < 0)
		log_error("%s: %s", path, why);
	return status ? -EINVAL : 0;
}
