/* SPDX-License-Identifier: GPL-2.0-only */
#include "card/fit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "offload/check/check.h"
#include "xdp/object.h"

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
		 struct card_verdict *out)
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
static enum card_fit fit_of(const struct nfp_check_result *result,
			    const struct nfp_caps *caps)
{
	const uint32_t insns = result->nfp_insns;

	if (nfp_report_verdict(&result->report) == NFP_REFUSED ||
	    insns > caps->max_insns + nfp_check_error(insns))
		return CARD_REFUSED;
	if (insns > NFP_CAPS_INSNS_PUBLISHED || !result->complete)
		return CARD_MAY_FIT;
	return CARD_FITS;
}

/* The whole program, of which no part fits, takes seconds to judge. */
static bool fits_without(const struct plan *plan, uint32_t feature,
			 const struct nfp_caps *caps)
{
	const uint32_t features = plan->features & ~feature;
	struct nfp_check_result result = { 0 };
	struct card_verdict ignored;
	bool fits;

	if (object_is_whole(features))
		return false;
	fits = !judge(plan, features, caps, &result, &ignored) &&
	       fit_of(&result, caps) == CARD_FITS;
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
			struct card_verdict *out)
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
			      struct card_verdict *out)
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
		    struct card_verdict *out)
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
		 out->fit == CARD_REFUSED ? "too long" : "rather long",
		 caps->max_insns, NFP_CAPS_INSNS_PUBLISHED);
	say_way_out(plan, caps, out);
}

int card_judge(const struct plan *plan, const struct card_firmware *firmware,
	       struct card_verdict *out)
{
	const struct nfp_caps *caps = card_caps(firmware);
	struct nfp_check_result result = { 0 };
	int err;

	*out = (struct card_verdict){ .variant = "none" };
	err = judge(plan, plan->features, caps, &result, out);
	if (err && !*out->why)
		snprintf(out->why, sizeof(out->why), "%s", strerror(-err));
	if (!err) {
		out->nfp_insns = result.nfp_insns;
		out->fit = fit_of(&result, caps);
		if (out->fit != CARD_FITS)
			say_why(plan, caps, &result, out);
	}
	nfp_check_free(&result);
	return err;
}
