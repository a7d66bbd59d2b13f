/* SPDX-License-Identifier: GPL-2.0-only */
/* The half that is about the addresses and routes of this host. */
#include "doctor/rules.h"

/* What an Ethernet client may send. */
#define CLIENT_MTU 1500

static const char *interface(const struct doctor_facts *f)
{
	return f->model->interface;
}

static size_t family_of(const struct addr *address)
{
	return address->family == AF_INET6;
}

static bool uses_ipv6(const struct doctor_facts *f)
{
	for (size_t i = 0; i < f->n_vips; i++)
		if (family_of(&f->vips[i].address))
			return true;
	for (size_t i = 0; i < f->n_backends; i++)
		if (family_of(&f->backends[i].backend->address))
			return true;
	return false;
}

static void judge_ipv6(struct doctor_report *r, const struct doctor_facts *f)
{
	if (f->sysctl[DOCTOR_DISABLE_IPV6] != 0 && uses_ipv6(f))
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("IPv6 is off on %s", interface(f)),
			doctor_text("no IPv6 neighbour is found"),
			doctor_text("sysctl -w net.ipv6.conf.%s.disable_ipv6=0",
				    interface(f)));
}

static bool has_forward(const struct doctor_facts *f, enum lb_forward forward,
			size_t family)
{
	return model_has_forward(f->model, forward,
				 family ? AF_INET6 : AF_INET);
}

static bool has_local_vip4(const struct doctor_facts *f)
{
	for (size_t i = 0; i < f->n_vips; i++)
		if (!family_of(&f->vips[i].address) &&
		    (f->vips[i].local ||
		     f->model->presence.assign != PRESENCE_NOWHERE))
			return true;
	return false;
}

static void judge_twin(struct doctor_report *r, const struct doctor_facts *f)
{
	if (*f->twin)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("%s is in the network of %s, and answers "
				    "ARP for its addresses",
				    f->twin, interface(f)),
			doctor_text("neighbours take either for this host, and "
				    "what comes by %s is not balanced",
				    f->twin),
			doctor_text("sysctl -w net.ipv4.conf.%s.arp_ignore=1",
				    f->twin));
}

/* The kernel takes the greater of the two values. */
static void judge_rp_filter(struct doctor_report *r,
			    const struct doctor_facts *f)
{
	long all = f->sysctl[DOCTOR_RP_FILTER_ALL];
	long own = f->sysctl[DOCTOR_RP_FILTER];

	if ((all > own ? all : own) != 1 || !has_local_vip4(f))
		return;
	doctor_report_add(
		r, DOCTOR_PROBLEM,
		doctor_text("strict reverse path filter on %s, and VIPs are "
			    "addresses of this host",
			    interface(f)),
		doctor_text("who is not routed back through %s gets no answer "
			    "to ARP for them, nor to ping",
			    interface(f)),
		doctor_text("sysctl -w net.ipv4.conf.%s.rp_filter=2",
			    interface(f)));
}

static void judge_accept_local(struct doctor_report *r,
			       const struct doctor_facts *f)
{
	if (f->sysctl[DOCTOR_ACCEPT_LOCAL_ALL] ||
	    f->sysctl[DOCTOR_ACCEPT_LOCAL] || !has_local_vip4(f) ||
	    !has_forward(f, LB_FORWARD_SNAT, 0))
		return;
	doctor_report_add(
		r, DOCTOR_HINT,
		doctor_text("packets from its own addresses are dropped by "
			    "this host"),
		doctor_text("with forward: snat another balancer's packets "
			    "have the VIP as source; this host, where it holds "
			    "the VIP as well, takes none of them"),
		doctor_text("sysctl -w net.ipv4.conf.%s.accept_local=1",
			    interface(f)));
}

/* Not for the replies, which XDP sends on; for all else that backends send. */
static void judge_forwarding(struct doctor_report *r,
			     const struct doctor_facts *f)
{
	const enum doctor_sysctl sysctls[] = { DOCTOR_FORWARDING4,
					       DOCTOR_FORWARDING6 };

	for (size_t i = 0; i < 2; i++)
		if (!f->sysctl[sysctls[i]] && has_forward(f, LB_FORWARD_NAT, i))
			doctor_report_add(
				r, DOCTOR_HINT,
				doctor_text("this host does not forward IPv%d",
					    i ? 6 : 4),
				doctor_text("udplb does not need that; but "
					    "backends whose default route "
					    "leads here reach nobody else"),
				doctor_text("sysctl -w net.ipv%d.conf.%s."
					    "forwarding=1",
					    i ? 6 : 4, interface(f)));
}

/* Told so once, the backend sends its replies past us. */
static void judge_redirects(struct doctor_report *r,
			    const struct doctor_facts *f)
{
	if (f->sysctl[DOCTOR_FORWARDING4] != 1 ||
	    (f->sysctl[DOCTOR_REDIRECTS_ALL] != 1 &&
	     f->sysctl[DOCTOR_REDIRECTS] != 1) ||
	    !has_forward(f, LB_FORWARD_NAT, 0))
		return;
	doctor_report_add(
		r, DOCTOR_PROBLEM,
		doctor_text("this host forwards and sends ICMP redirects"),
		doctor_text("a backend that heeds one sends its replies "
			    "straight to the client, where they come from the "
			    "wrong address"),
		doctor_text("sysctl -w net.ipv4.conf.all.send_redirects=0 "
			    "net.ipv4.conf.%s.send_redirects=0",
			    interface(f)));
}

static void judge_gateways(struct doctor_report *r,
			   const struct doctor_facts *f)
{
	for (size_t i = 0; i < 2; i++)
		if (!addr_is_set(&f->gateway[i]) &&
		    has_forward(f, LB_FORWARD_NAT, i))
			doctor_report_add(
				r, DOCTOR_PROBLEM,
				doctor_text("no IPv%d gateway through %s",
					    i ? 6 : 4, interface(f)),
				doctor_text("replies of nat backends are "
					    "dropped (no_gateway)"),
				doctor_text("# in the configuration:\n"
					    "gateway%s: ADDRESS\n"
					    "# a network without a router: "
					    "forward: dsr",
					    i ? "6" : ""));
}

static bool has_tunnel_to(const struct doctor_facts *f, size_t family)
{
	for (size_t i = 0; i < f->n_backends; i++)
		if (f->backends[i].service->forward >= LB_FORWARD_IPIP &&
		    family_of(&f->backends[i].backend->address) == family)
			return true;
	return false;
}

static void judge_sources(struct doctor_report *r, const struct doctor_facts *f)
{
	const struct addr *set[] = { &f->model->tunnel.source4,
				     &f->model->tunnel.source6 };

	for (size_t i = 0; i < 2; i++)
		if (has_tunnel_to(f, i) && !addr_is_set(set[i]) &&
		    !addr_is_set(&f->own[i]))
			doctor_report_add(
				r, DOCTOR_PROBLEM,
				doctor_text("%s has no IPv%d address for "
					    "tunnels to come from",
					    interface(f), i ? 6 : 4),
				doctor_text("routers and backends drop packets "
					    "without a source"),
				doctor_text("ip addr add ADDRESS/LENGTH dev %s",
					    interface(f)));
}

static uint32_t overhead(const struct doctor_facts *f)
{
	uint32_t most = 0, outer;

	for (size_t i = 0; i < f->n_backends; i++) {
		const struct doctor_backend *b = &f->backends[i];

		if (b->service->forward < LB_FORWARD_IPIP)
			continue;
		outer = family_of(&b->backend->address) ? 40 : 20;
		if (b->service->forward == LB_FORWARD_GUE)
			outer += 8;
		if (outer > most)
			most = outer;
	}
	return most;
}

static void judge_mtu(struct doctor_report *r, const struct doctor_facts *f)
{
	const uint32_t outer = overhead(f), set = f->model->tunnel.mtu;
	const uint32_t mtu = set ? set : f->link.mtu;

	if (!outer)
		return;
	if (set > f->link.mtu)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("tunnel.mtu is %u, %s takes %u", set,
				    interface(f), f->link.mtu),
			doctor_text("what is longer is lost without a word"),
			doctor_text("ip link set dev %s mtu %u", interface(f),
				    set));
	else if (mtu < CLIENT_MTU + outer)
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("tunnels add %u bytes, and %u is the most "
				    "that may leave",
				    outer, mtu),
			doctor_text("clients' packets of more than %u bytes "
				    "do not fit; they are told the MTU, if "
				    "they listen",
				    mtu - outer),
			doctor_text("ip link set dev %s mtu %u    # and all "
				    "on the way to the backends, and "
				    "tunnel.mtu if set",
				    interface(f), CLIENT_MTU + outer));
}

void doctor_judge_network(struct doctor_report *report,
			  const struct doctor_facts *facts)
{
	judge_ipv6(report, facts);
	doctor_judge_hosts(report, facts);
	judge_twin(report, facts);
	judge_rp_filter(report, facts);
	judge_redirects(report, facts);
	judge_gateways(report, facts);
	judge_sources(report, facts);
	judge_mtu(report, facts);
	judge_forwarding(report, facts);
	judge_accept_local(report, facts);
}
