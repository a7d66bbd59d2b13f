/* SPDX-License-Identifier: GPL-2.0-only */
/* What is about the VIPs, the backends, and the neighbours on the way. */
#include "doctor/rules.h"

#include <string.h>

/* Of one kind, before it is "and so many more". */
#define LISTED_MAX 8

static const char *interface(const struct doctor_facts *f)
{
	return f->model->interface;
}

static size_t family_of(const struct addr *address)
{
	return address->family == AF_INET6;
}

/* Who has the VIP by the rules, and tells the network so; or NULL. */
static const struct doctor_backend *holder_of(const struct doctor_facts *f,
					      const struct doctor_vip *vip)
{
	for (size_t i = 0; vip->claimed && i < f->n_backends; i++) {
		const struct doctor_backend *b = &f->backends[i];

		if (b->answers && !memcmp(b->mac, vip->mac, MAC_LEN) &&
		    !addr_compare(&b->service->address, &vip->address) &&
		    b->service->forward != LB_FORWARD_NAT &&
		    b->service->forward != LB_FORWARD_SNAT)
			return b;
	}
	return NULL;
}

/* kubernetes/kubernetes#59976, cloudnativelabs/kube-router#561 */
static void judge_holder(struct doctor_report *r,
			 const struct doctor_backend *b)
{
	char vip[ADDR_STRLEN], backend[ADDR_STRLEN];
	const bool ipv6 = family_of(&b->service->address);

	addr_format(&b->service->address, vip);
	addr_format(&b->backend->address, backend);
	doctor_report_add(
		r, DOCTOR_PROBLEM,
		doctor_text("backend %s answers %s for VIP %s", backend,
			    ipv6 ? "ND" : "ARP", vip),
		doctor_text("neighbours send to it directly, and the others "
			    "get nothing from them"),
		ipv6 ? doctor_text("# on %s, VIP only on lo:\n"
				   "ip addr add %s/128 dev lo preferred_lft 0; "
				   "ip addr del %s/128 dev IFACE",
				   backend, vip, vip)
		     : doctor_text("# on %s:\n"
				   "sysctl -w net.ipv4.conf.all.arp_ignore=1 "
				   "net.ipv4.conf.all.arp_announce=2",
				   backend));
}

static void judge_vip(struct doctor_report *r, const struct doctor_facts *f,
		      const struct doctor_vip *vip)
{
	char text[ADDR_STRLEN], own[ADDR_STRLEN], mac[MAC_STRLEN];
	const size_t family = family_of(&vip->address);
	const int length = family ? 128 : 32;
	const struct doctor_backend *holder = holder_of(f, vip);

	addr_format(&vip->address, text);
	addr_format(&f->own[family], own);
	if (holder)
		judge_holder(r, holder);
	else if (vip->claimed && !vip->local)
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("VIP %s is at %s, not at this host", text,
				    mac_format(vip->mac, mac)),
			doctor_text("right for a standby; else this host gets "
				    "no packets for it"),
			doctor_text("ip addr add %s/%d dev %s    # where it "
				    "is to be, and nowhere else",
				    text, length, interface(f)));
	else if (vip->claimed)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("VIP %s is at %s, too", text,
				    mac_format(vip->mac, mac)),
			doctor_text("who asks gets two answers and takes "
				    "either"),
			doctor_text("# on the host with that MAC address:\n"
				    "ip addr del %s/%d dev IFACE",
				    text, length));
	if (vip->in_subnet && !vip->local && !vip->claimed &&
	    f->model->presence.assign == PRESENCE_NOWHERE)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("VIP %s is in the subnet of %s and no "
				    "address of this host",
				    text, interface(f)),
			doctor_text("nobody answers when neighbours ask where "
				    "it is"),
			doctor_text("ip addr add %s/%d dev %s    # or in the "
				    "configuration: presence: {assign: "
				    "interface}",
				    text, length, interface(f)));
	else if (vip->loops && f->model->presence.assign == PRESENCE_NOWHERE)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("a loop: VIP %s is routed to this host, no "
				    "address of it, and forwarding is on",
				    text),
			doctor_text("what is not for a service (another port, "
				    "TCP, fragments) goes back to the router "
				    "and comes again, until its TTL ends"),
			doctor_text("# in the configuration: presence: "
				    "{assign: loopback}\n"
				    "# or: %s route add unreachable %s/%d",
				    family ? "ip -6" : "ip", text, length));
	else if (!vip->in_subnet && addr_is_set(&f->own[family]))
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("VIP %s is in no subnet of %s", text,
				    interface(f)),
			doctor_text("packets come only if routers send them "
				    "here"),
			doctor_text("# on the router:\n"
				    "ip route add %s/%d via %s",
				    text, length, own));
}

/* True where the backend gets no packets, with the reason added. */
static bool judge_backend(struct doctor_report *r, const struct doctor_facts *f,
			  const struct doctor_backend *b)
{
	const size_t family = family_of(&b->backend->address);
	char text[ADDR_STRLEN], via[ADDR_STRLEN];

	addr_format(&b->backend->address, text);
	addr_format(&b->via, via);
	if (b->here)
		return false;
	if (b->local)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("backend %s is this host", text),
			doctor_text("what XDP sends leaves by the interface "
				    "and does not come back"),
			doctor_text("# in the configuration: another address, "
				    "or 'forward: dsr' and\n"
				    "# the VIP as an address of this host"));
	else if (!addr_is_set(&b->via) && !b->backend->has_mac)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("no route to backend %s through %s", text,
				    interface(f)),
			doctor_text("it gets no packets"),
			doctor_text("ip route add %s/%d via ROUTER dev %s",
				    text, family ? 128 : 32, interface(f)));
	else if (!b->answers)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("backend %s: neighbour %s does not answer",
				    text, via),
			doctor_text("its MAC address is unknown, so it gets no "
				    "packets"),
			doctor_text("ping -c 3 -I %s %s; ip neigh show %s",
				    interface(f), via, via));
	else if (b->service->forward == LB_FORWARD_DSR &&
		 addr_is_set(&b->via) &&
		 addr_compare(&b->via, &b->backend->address))
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("dsr backend %s is behind router %s", text,
				    via),
			doctor_text("only the MAC address is changed: the "
				    "router gets a packet to the VIP and sends "
				    "it back here"),
			doctor_text("# in the configuration:\nforward: ipip"));
	else
		return false;
	return true;
}

static void judge_backends(struct doctor_report *r,
			   const struct doctor_facts *f)
{
	size_t n = 0, unlisted = 0;
	struct doctor_report more = { 0 };

	for (size_t i = 0; i < f->n_backends; i++) {
		if (n < LISTED_MAX)
			n += judge_backend(r, f, &f->backends[i]);
		else
			unlisted += judge_backend(&more, f, &f->backends[i]);
	}
	r->failed |= more.failed;
	doctor_report_free(&more);
	if (unlisted)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("%zu more backends like these", unlisted),
			doctor_text("they get no packets"),
			doctor_text("ip neigh show dev %s", interface(f)));
}

/* Entries beyond gc_thresh2 are collected after five seconds. */
static void judge_table(struct doctor_report *r, const struct doctor_facts *f)
{
	const enum doctor_sysctl sysctls[] = { DOCTOR_GC_THRESH4,
					       DOCTOR_GC_THRESH6 };
	const size_t *n = f->neighbours;

	for (size_t i = 0; i < 2; i++)
		if (f->sysctl[sysctls[i]] > 0 &&
		    (size_t)f->sysctl[sysctls[i]] < n[i])
			doctor_report_add(
				r, DOCTOR_PROBLEM,
				doctor_text("%zu IPv%d neighbours, and the "
					    "kernel's table is swept beyond "
					    "%ld",
					    n[i], i ? 6 : 4,
					    f->sysctl[sysctls[i]]),
				doctor_text("backends lose their entries and "
					    "stop serving, now and then"),
				doctor_text("sysctl -w net.ipv%d.neigh.default."
					    "gc_thresh3=%zu net.ipv%d.neigh."
					    "default.gc_thresh2=%zu",
					    i ? 6 : 4, 4 * n[i], i ? 6 : 4,
					    2 * n[i]));
}

/* Until it has been asked by broadcast as well; see instance/hops.c. */
#define DOUBT_MS 1500

static void judge_patience(struct doctor_report *r,
			   const struct doctor_facts *f)
{
	static const enum doctor_sysctl sysctls[2][2] = {
		{ DOCTOR_SOLICIT4, DOCTOR_RETRANS4 },
		{ DOCTOR_SOLICIT6, DOCTOR_RETRANS6 },
	};
	long ms;

	for (size_t i = 0; i < 2; i++) {
		ms = f->sysctl[sysctls[i][0]] * f->sysctl[sysctls[i][1]];
		if (!f->neighbours[i] || f->sysctl[sysctls[i][1]] <= 0 ||
		    ms <= 1000)
			continue;
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("an IPv%d backend that falls silent is "
				    "missed after %ld.%ld to %ld.%ld s",
				    i ? 6 : 4, ms / 1000, ms % 1000 / 100,
				    (ms + DOUBT_MS) / 1000,
				    (ms + DOUBT_MS) % 1000 / 100),
			doctor_text("until then its share of the packets is "
				    "lost"),
			doctor_text("sysctl -w net.ipv%d.neigh.%s."
				    "retrans_time_ms=200",
				    i ? 6 : 4, interface(f)));
	}
}

void doctor_judge_hosts(struct doctor_report *report,
			const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->n_vips; i++)
		judge_vip(report, facts, &facts->vips[i]);
	judge_backends(report, facts);
	judge_table(report, facts);
	judge_patience(report, facts);
}
