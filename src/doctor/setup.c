/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts behind the commands:
 *
 * - arp_ignore=1: ARP is answered for addresses of the interface that is asked
 *   only, not for the VIP on lo; arp_announce=2: nor is the VIP named in ARP
 *   requests (ip-sysctl.rst).  IPv6 looks for an address on the very interface
 *   (ndisc_recv_ns() in net/ipv6/ndisc.c): nothing to set.
 * - rp_filter: the greater of "all" and the interface's is in force.
 * - tunl0 and sit0 take tunnels from anybody.  ip6tnl0 takes IPv6 in IPv6 only
 *   (ip6_fb_tnl_dev_init()), so a device of mode any is made.
 * - fou hands GUE without a header of its own (variant 1) on as protocol 4 or
 *   41 (gue_udp_recv() in net/ipv4/fou*.c): the same devices then unpack it.
 *   It takes UDP over IPv6 without a checksum.
 * - A rule by source port also catches sockets that are bound to no address;
 *   a rule by source address does not, as theirs is chosen after routing.
 */
#include "doctor/setup.h"

#include <stdio.h>

#define PLACEHOLDER "BALANCER"
#define GUE_PORT    6080
#define TABLE	    6080

static size_t family_of(const struct addr *address)
{
	return address->family == AF_INET6;
}

static void hold_vip(struct doctor_lines *lines,
		     const struct model_service *service)
{
	char vip[ADDR_STRLEN];

	addr_format(&service->address, vip);
	if (family_of(&service->address)) {
		doctor_lines_add(lines, doctor_text("ip addr add %s/128 dev lo "
						    "preferred_lft 0",
						    vip));
		return;
	}
	doctor_lines_add(lines,
			 doctor_text("sysctl -w net.ipv4.conf.all.arp_ignore=1 "
				     "net.ipv4.conf.all.arp_announce=2"));
	doctor_lines_add(lines, doctor_text("ip addr add %s/32 dev lo", vip));
}

static bool has_family(const struct model_service *service, size_t family)
{
	for (size_t i = 0; i < service->n_backends; i++)
		if (family_of(&service->backends[i].address) == family)
			return true;
	return false;
}

/* Outer IPv4: one device for all senders is there with the module. */
static void unpack4(struct doctor_lines *lines, bool inner_ipv6)
{
	const char *module = inner_ipv6 ? "sit" : "ipip";
	const char *device = inner_ipv6 ? "sit0" : "tunl0";

	doctor_lines_add(lines, doctor_text("modprobe %s", module));
	doctor_lines_add(lines, doctor_text("ip link set dev %s up", device));
	if (!inner_ipv6)
		doctor_lines_add(
			lines,
			doctor_text("sysctl -w net.ipv4.conf.all.rp_filter=0 "
				    "net.ipv4.conf.%s.rp_filter=0",
				    device));
	doctor_lines_add(lines,
			 doctor_text("# the tunnel's sources (spread) must "
				     "pass rp_filter of the interface they "
				     "come in by: 0, 2, or a default route "
				     "through it"));
}

static void unpack6(struct doctor_lines *lines, const struct addr *backend,
		    bool inner_ipv6)
{
	char text[ADDR_STRLEN];

	addr_format(backend, text);
	doctor_lines_add(lines, doctor_text("modprobe ip6_tunnel"));
	doctor_lines_add(lines,
			 doctor_text("ip link add name udplb6 type ip6tnl "
				     "mode any local %s remote :: encaplimit "
				     "none",
				     text));
	doctor_lines_add(lines, doctor_text("ip link set dev udplb6 up"));
	if (!inner_ipv6)
		doctor_lines_add(
			lines,
			doctor_text("sysctl -w net.ipv4.conf.all.rp_filter=0 "
				    "net.ipv4.conf.udplb6.rp_filter=0"));
}

static void listen_gue(struct doctor_lines *lines, uint16_t port, bool ipv6)
{
	doctor_lines_add(lines, doctor_text("modprobe fou"));
	doctor_lines_add(lines, doctor_text("ip fou add port %u gue%s",
					    port ? port : GUE_PORT,
					    ipv6 ? " -6" : ""));
}

/* Each port of GUE once; few services have more than one. */
static void listen_all(struct doctor_lines *lines,
		       const struct model_service *service, size_t family)
{
	uint16_t last = 0;
	bool any = false;

	for (size_t i = 0; i < service->n_backends; i++) {
		const struct model_backend *b = &service->backends[i];

		if (family_of(&b->address) != family ||
		    (any && b->port == last))
			continue;
		listen_gue(lines, b->port, family);
		last = b->port;
		any = true;
	}
}

static void on_backend(struct doctor_lines *lines, const struct addr *address)
{
	char text[ADDR_STRLEN];

	doctor_lines_add(lines,
			 doctor_text("# on %s:", addr_format(address, text)));
}

static void set_up_tunnel(struct doctor_lines *lines,
			  const struct model_service *service)
{
	const bool inner_ipv6 = family_of(&service->address);

	if (has_family(service, 0)) {
		doctor_lines_add(lines, doctor_text("# on each IPv4 backend:"));
		if (service->forward == LB_FORWARD_GUE)
			listen_all(lines, service, 0);
		unpack4(lines, inner_ipv6);
		hold_vip(lines, service);
	}
	for (size_t i = 0; i < service->n_backends; i++) {
		const struct addr *address = &service->backends[i].address;

		if (!family_of(address))
			continue;
		on_backend(lines, address);
		if (service->forward == LB_FORWARD_GUE)
			listen_gue(lines, service->backends[i].port, true);
		unpack6(lines, address, inner_ipv6);
		hold_vip(lines, service);
	}
}

static void route_port(struct doctor_lines *lines, const char *ip,
		       const struct model_ports *ports)
{
	char range[MODEL_PORTS_SIZE];

	doctor_lines_add(
		lines,
		doctor_text("%s rule add ipproto udp sport %s lookup %d", ip,
			    model_ports_format(ports, range), TABLE));
}

static void route_ports(struct doctor_lines *lines, const char *ip,
			const struct model_service *service)
{
	uint16_t last = 0;

	for (size_t i = 0; i < service->n_backends; i++)
		if (service->backends[i].port &&
		    service->backends[i].port != last) {
			last = service->backends[i].port;
			route_port(lines, ip,
				   &(struct model_ports){ last, last });
		}
	for (size_t i = 0; !last && i < service->n_ports; i++)
		route_port(lines, ip, &service->ports[i]);
	if (!last && service->all_ports)
		doctor_lines_add(lines, doctor_text("%s rule add ipproto udp "
						    "lookup %d",
						    ip, TABLE));
}

static void set_up_nat(struct doctor_lines *lines,
		       const struct model_service *service,
		       const struct addr own[2])
{
	const size_t family = family_of(&service->address);
	const char *ip = family ? "ip -6" : "ip";
	char text[ADDR_STRLEN] = PLACEHOLDER;

	if (addr_is_set(&own[family]))
		addr_format(&own[family], text);
	doctor_lines_add(lines, doctor_text("# on each backend: replies go "
					    "back through the balancer"));
	doctor_lines_add(lines,
			 doctor_text("%s route replace default via %s table %d",
				     ip, text, TABLE));
	route_ports(lines, ip, service);
	doctor_lines_add(lines, doctor_text("# a backend behind a router: the "
					    "router has to send its replies "
					    "here instead"));
	doctor_lines_add(
		lines,
		doctor_text("# who asks a backend itself (another balancer's "
			    "checks, monitoring) is answered by a route of "
			    "its own: %s route replace HOST/%d dev IFACE "
			    "table %d",
			    ip, family ? 128 : 32, TABLE));
	/* martin-ger/esp_wifi_repeater#103 */
	doctor_lines_add(
		lines,
		doctor_text("# a backend that asks others from that port "
			    "(ntpd, SIP and RADIUS proxies) does so as the "
			    "VIP: another source port, a route of that kind to "
			    "those that it asks, or 'direct' here"));
	addr_format(&service->address, text);
	doctor_lines_add(
		lines,
		doctor_text("# a backend that asks its own VIP has to have it: "
			    "arp_ignore=1, arp_announce=2, then ip addr add "
			    "%s/%d dev lo",
			    text, family ? 128 : 32));
}

void doctor_setup(struct doctor_lines *lines,
		  const struct model_service *service, const struct addr own[2])
{
	switch (service->forward) {
	case LB_FORWARD_NAT:
		set_up_nat(lines, service, own);
		break;
	case LB_FORWARD_SNAT:
		doctor_lines_add(lines, doctor_text("# nothing: packets come "
						    "from the VIP, and "
						    "nothing is sent back"));
		break;
	case LB_FORWARD_DSR:
		doctor_lines_add(lines, doctor_text("# on each backend:"));
		hold_vip(lines, service);
		break;
	default:
		set_up_tunnel(lines, service);
		break;
	}
}
