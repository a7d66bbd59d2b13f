/* SPDX-License-Identifier: GPL-2.0-only */
#include "probe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <jansson.h>
#include <linux/capability.h>

#include "base/log.h"
#include "xdp/maps.h"
#include "net/nic.h"
#include "net/nl.h"
#include "xdp/object.h"
#include "xdp/xdp.h"
#include "offload/check/check.h"
#include "offload/check/print.h"

/* The bit set of effective capabilities, from proc(5). */
static uint64_t effective_capabilities(void)
{
	uint64_t set = 0;
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %" SCNx64, &set) == 1)
			break;
	fclose(f);
	return set;
}

int probe_privileges(void)
{
	uint64_t set = effective_capabilities();
	bool admin = set & 1ULL << CAP_SYS_ADMIN;
	bool bpf = admin || (set & 1ULL << CAP_BPF);
	bool net = set & 1ULL << CAP_NET_ADMIN;

	if (bpf && net)
		return 0;
	log_error("udplb needs the capabilities CAP_NET_ADMIN (to attach) and "
		  "CAP_BPF (to load); missing: %s%s%s: run it as root",
		  net ? "" : "CAP_NET_ADMIN", net || bpf ? "" : ", ",
		  bpf ? "" : "CAP_BPF");
	return -EPERM;
}

int probe_interface(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	if (ifindex)
		return (int)ifindex;
	log_error("interface %s does not exist: 'ip link' lists what this "
		  "machine has",
		  name);
	return -ENODEV;
}

typedef int (*try_fn)(const struct xdp_request *request, char *why,
		      size_t why_size);

/* The program for these features, with maps of these sizes. */
static int try(struct xdp_request *xdp, const struct plan_sizes *sizes,
	       uint32_t features, try_fn fn, char *why, size_t why_size)
{
	struct maps_request maps = {
		.sizes = sizes,
		.offload_ifindex = xdp->mode == MODE_HW ? xdp->ifindex : 0,
		.features = features,
	};
	const char *variant;
	struct maps *m;
	void *object;
	size_t size;
	int err = object_for(true, features, &object, &size, &variant);

	if (err) {
		snprintf(why, why_size, "preparing the program: %s",
			 strerror(-err));
		return err;
	}
	maps.object = xdp->object = object;
	maps.object_size = xdp->object_size = size;
	err = maps_create(&m, &maps, why, why_size);
	if (!err) {
		xdp->bind = maps_bind;
		xdp->bind_arg = m;
		err = fn(xdp, why, why_size);
		maps_free(m);
	}
	free(object);
	return err;
}

int probe_mode(int ifindex, enum mode mode, const struct plan_sizes *sizes,
	       uint32_t features, char *why, size_t why_size)
{
	struct xdp_request xdp = { .ifindex = ifindex, .mode = mode };

	return try(&xdp, sizes, features, xdp_try, why, why_size);
}

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
		err = probe_mode(ifindex, mode, &example_sizes,
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

	if (try(&xdp, &example_sizes, 1U << LB_FEATURE_TUNNEL,
		xdp_try_dispatcher, why, sizeof(why)))
		takes = try(&xdp, &example_sizes, 1U << LB_FEATURE_NAT,
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
	uint32_t id = xdp_attached(link->ifindex, name, sizeof(name));

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
	int ifindex = probe_interface(interface);
	json_t *facts;
	int err;

	if (ifindex < 0)
		return ifindex;
	err = probe_privileges();
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

int probe_object(const char *path, bool json)
{
	const struct nfp_check_plan plan = { .mtu = 1500 };
	struct nfp_check_result result;
	char why[256];
	int err;

	err = nfp_check_object(&result, path, LB_PROGRAM, &nfp_caps_default,
			       &plan, why, sizeof(why));
	if (err)
		log_error("%s: %s", path, why);
	else if (json)
		err = nfp_print_json(&result, path, LB_PROGRAM);
	else
		nfp_print_text(&result, path, LB_PROGRAM, &nfp_caps_default);
	if (!err && nfp_report_verdict(&result.report) == NFP_REFUSED)
		err = -EINVAL;
	nfp_check_free(&result);
	return err;
}

/* The judge reads files; this one is nowhere but in memory. */
static int write_object(const void *bytes, size_t size)
{
	const char *at = bytes;
	int fd = memfd_create("udplb.bpf.o", MFD_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	for (; size; at += n, size -= (size_t)n) {
		n = write(fd, at, size);
		if (n < 0) {
			n = -errno;
			close(fd);
			return (int)n;
		}
	}
	return fd;
}

/* For a card, with these features, of the smallest variant that has them. */
static int judge(const struct plan *plan, uint32_t features,
		 const struct nfp_caps *caps, struct nfp_check_result *result,
		 struct probe_verdict *out)
{
	struct nfp_check_map maps[PLAN_MAPS];
	const struct nfp_check_plan request = {
		.maps = maps,
		.map_count = PLAN_MAPS,
		.mtu = 1500,
	};
	char path[64];
	void *object;
	size_t size;
	int fd, err = object_for(true, features, &object, &size, &out->variant);

	if (err)
		return err;
	fd = write_object(object, size);
	free(object);
	if (fd < 0)
		return fd;
	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		maps[map] = (struct nfp_check_map){
			plan_map_name(map), plan_map_size(&plan->sizes, map)
		};
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = nfp_check_object(result, path, LB_PROGRAM, caps, &request,
			       out->why, sizeof(out->why));
	close(fd);
	return err;
}

/* Its own error counts against the reported room, which is a hard end. */
static enum probe_fit fit_of(const struct nfp_check_result *result,
			     const struct nfp_caps *caps)
{
	const uint32_t insns = result->nfp_insns;

	if (nfp_report_verdict(&result->report) == NFP_REFUSED ||
	    insns > caps->max_insns + nfp_check_error(insns))
		return PROBE_REFUSED;
	if (insns > NFP_CAPS_INSNS_PUBLISHED || !result->complete)
		return PROBE_MAY_FIT;
	return PROBE_FITS;
}

/* The whole program, of which no part fits, takes seconds to judge. */
static bool fits_without(const struct plan *plan, uint32_t feature,
			 const struct nfp_caps *caps)
{
	const uint32_t features = plan->features & ~feature;
	struct nfp_check_result result = { 0 };
	struct probe_verdict ignored;
	bool fits;

	if (object_is_whole(features))
		return false;
	fits = !judge(plan, features, caps, &result, &ignored) &&
	       fit_of(&result, caps) == PROBE_FITS;
	nfp_check_free(&result);
	return fits;
}

/* In the words of the configuration; others have no word there. */
static const char *word_of(unsigned int feature)
{
	static const char *const words[LB_FEATURES_END] = {
		[LB_FEATURE_NAT] = "'forward: nat'",
		[LB_FEATURE_SNAT] = "'forward: snat'",
		[LB_FEATURE_SPRAY] = "'balance: packet'",
		[LB_FEATURE_IPV6] = "services with an IPv6 address",
		[LB_FEATURE_TUNNEL] = "'forward: ipip' and 'gue'",
		[LB_FEATURE_ECHO] = "'ping: true'",
		[LB_FEATURE_QUIC] = "'balance: quic'",
		[LB_FEATURE_FILTER] = "'allow' and 'deny'",
		[LB_FEATURE_STRICT] = "'malformed: drop'",
		[LB_FEATURE_STICKY] = "'sticky'",
	};

	return words[feature];
}

/* Which single feature less would do. */
static void say_way_out(const struct plan *plan, const struct nfp_caps *caps,
			struct probe_verdict *out)
{
	size_t at = strlen(out->why);
	const char *between = "; it would fit without ";

	for (unsigned int i = 0; i < LB_FEATURES_END; i++) {
		if (!(plan->features & 1U << i) || !word_of(i) ||
		    plan->features == 1U << i ||
		    !fits_without(plan, 1U << i, caps))
			continue;
		at += (size_t)snprintf(out->why + at, sizeof(out->why) - at,
				       "%s%s", between, word_of(i));
		between = ", or without ";
		if (at >= sizeof(out->why))
			return;
	}
	snprintf(out->why + at, sizeof(out->why) - at,
		 "; as it is, it runs on the host");
}

static void say_first_refusal(const struct nfp_report *report,
			      struct probe_verdict *out)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].verdict == NFP_REFUSED) {
			snprintf(out->why, sizeof(out->why), "%s",
				 report->findings[i].text);
			return;
		}
}

static void say_why(const struct plan *plan, const struct nfp_caps *caps,
		    const struct nfp_check_result *result,
		    struct probe_verdict *out)
{
	const bool sticky = plan->features & 1U << LB_FEATURE_STICKY;

	if (sticky && !caps->map_update) {
		snprintf(out->why, sizeof(out->why),
			 "'sticky' needs map_update, which the card's firmware "
			 "does not offer to programs: leave 'sticky' out, or "
			 "let the host do it ('mode: auto', 'drv' or 'skb')");
		return;
	}
	if (result->nfp_insns <= NFP_CAPS_INSNS_PUBLISHED) {
		say_first_refusal(&result->report, out);
		return;
	}
	snprintf(out->why, sizeof(out->why),
		 "%s; a card has room for %u (reported by a user) or %u "
		 "(in Netronome's published nic-firmware)",
		 out->fit == PROBE_REFUSED ? "too long" : "rather long",
		 caps->max_insns, NFP_CAPS_INSNS_PUBLISHED);
	say_way_out(plan, caps, out);
}

int probe_plan(const struct plan *plan, const struct card_firmware *firmware,
	       struct probe_verdict *out)
{
	const struct nfp_caps *caps = card_caps(firmware);
	struct nfp_check_result result = { 0 };
	int err;

	*out = (struct probe_verdict){ .variant = "none" };
	err = judge(plan, plan->features, caps, &result, out);
	if (err && !*out->why)
		snprintf(out->why, sizeof(out->why), "%s", strerror(-err));
	if (!err) {
		out->nfp_insns = result.nfp_insns;
		out->fit = fit_of(&result, caps);
		if (out->fit != PROBE_FITS)
			say_why(plan, caps, &result, out);
	}
	nfp_check_free(&result);
	return err;
}
