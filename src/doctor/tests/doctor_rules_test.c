/* SPDX-License-Identifier: GPL-2.0-only */
/* A sound host first; then one thing at a time is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "doctor/rules.h"

#define SERVICES 2

struct host {
	struct model model;
	struct model_service services[SERVICES];
	struct model_backend backends[SERVICES];
	struct doctor_vip vips[SERVICES];
	struct doctor_backend paths[SERVICES];
	struct doctor_facts facts;
	struct doctor_report report;
};

static struct addr parse(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

static void add_service(struct host *host, size_t i, enum lb_forward forward,
			const char *vip, const char *backend)
{
	host->backends[i] = (struct model_backend){ .address = parse(backend) };
	host->services[i] = (struct model_service){
		.name = (char *)"test",
		.address = parse(vip),
		.all_ports = true,
		.forward = forward,
		.backends = &host->backends[i],
		.n_backends = 1,
	};
	host->vips[i] = (struct doctor_vip){
		.address = parse(vip),
		.local = true,
		.in_subnet = true,
	};
	host->paths[i] = (struct doctor_backend){
		.service = &host->services[i],
		.backend = &host->backends[i],
		.via = parse(backend),
		.answers = true,
	};
}

static void set_sysctls(long *sysctl)
{
	memset(sysctl, 0, DOCTOR_SYSCTLS_END * sizeof(*sysctl));
	sysctl[DOCTOR_FORWARDING4] = sysctl[DOCTOR_FORWARDING6] = 1;
	sysctl[DOCTOR_ACCEPT_LOCAL] = 1;
	sysctl[DOCTOR_SOLICIT4] = sysctl[DOCTOR_SOLICIT6] = 3;
	sysctl[DOCTOR_RETRANS4] = sysctl[DOCTOR_RETRANS6] = 200;
	sysctl[DOCTOR_GC_THRESH4] = sysctl[DOCTOR_GC_THRESH6] = 512;
}

static int set_up(void **state)
{
	struct host *host = calloc(1, sizeof(*host));
	struct doctor_facts *f = &host->facts;

	snprintf(host->model.interface, sizeof(host->model.interface), "eth0");
	host->model.services = host->services;
	host->model.n_services = SERVICES;
	add_service(host, 0, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.2");
	add_service(host, 1, LB_FORWARD_NAT, "2001:db8::53", "2001:db8::2");
	*f = (struct doctor_facts){
		.model = &host->model,
		.link = { .up = true,
			  .carrier = true,
			  .mtu = 1500,
			  .rx_queues = 4 },
		.driver = "ixgbe",
		.nic = { .channels = 4,
			 .channels_max = 8,
			 .rx_ring = 4096,
			 .rx_ring_max = 4096 },
		.cpus = 4,
		.irqs = 4,
		.irq_cpus = 2,
		.host = { .loads = true },
		.own = { parse("192.0.2.1"), parse("2001:db8::1") },
		.gateway = { parse("192.0.2.254"), parse("fe80::1") },
		.vips = host->vips,
		.n_vips = SERVICES,
		.backends = host->paths,
		.n_backends = SERVICES,
		.neighbours = { 1, 1 },
	};
	set_sysctls(f->sysctl);
	*state = host;
	return 0;
}

static int tear_down(void **state)
{
	struct host *host = *state;

	doctor_report_free(&host->report);
	free(host);
	return 0;
}

static void judge(struct host *host)
{
	doctor_judge(&host->report, &host->facts);
	assert_false(host->report.failed);
}

static void assert_sound(struct host *host)
{
	judge(host);
	if (host->report.n)
		fail_msg("%s", host->report.finding[0].what);
}

/* One finding, whose command has this in it. */
static void assert_found(struct host *host, enum doctor_level level,
			 const char *mend)
{
	judge(host);
	for (size_t i = 1; i < host->report.n; i++)
		fail_msg("as well: %s", host->report.finding[i].what);
	if (!host->report.n)
		fail_msg("nothing found, not even: %s", mend);
	if (!strstr(host->report.finding[0].mend, mend))
		fail_msg("not %s but %s", mend, host->report.finding[0].mend);
	assert_int_equal(host->report.finding[0].level, level);
	assert_int_equal(doctor_report_problems(&host->report),
			 level == DOCTOR_PROBLEM);
	doctor_report_free(&host->report);
}

static void test_sound(void **state)
{
	assert_sound(*state);
}

static void test_link(void **state)
{
	struct host *host = *state;

	host->facts.link.carrier = false;
	assert_found(host, DOCTOR_PROBLEM, "ethtool eth0");
	host->facts.link.up = false;
	assert_found(host, DOCTOR_PROBLEM, "ip link set dev eth0 up");
}

static void test_modes(void **state)
{
	struct host *host = *state;

	host->model.mode = MODE_HW;
	assert_found(host, DOCTOR_PROBLEM, "udplb probe eth0");
	host->facts.hw.loads = true;
	host->facts.host.loads = false;
	assert_sound(host);
	host->model.mode = MODE_AUTO;
	assert_found(host, DOCTOR_PROBLEM, "udplb probe eth0");
}

static void test_card(void **state)
{
	struct host *host = *state;

	host->model.mode = MODE_HW;
	host->facts.hw.loads = true;
	host->facts.card.refused = true;
	assert_sound(host);
	host->model.mode = MODE_AUTO;
	assert_found(host, DOCTOR_HINT, "udplb check");
	host->facts.card.refused = false;
	host->facts.card.tight = true;
	assert_found(host, DOCTOR_HINT, "udplb check");
	host->facts.card.tight = false;

	strcpy(host->facts.driver, "nfp");
	strcpy(host->facts.firmware, "0.0.3.5 0.25 bpf-2.0.6.124 ebpf");
	assert_sound(host);
	strcpy(host->facts.firmware, "0.0.3.5 0.25 nic-2.1.16.1 nic");
	assert_found(host, DOCTOR_HINT, "apt install firmware-netronome");
	host->facts.card.installed = true;
	strcpy(host->facts.card.file, "/lib/firmware/netronome/bpf/x.nffw");
	assert_found(host, DOCTOR_HINT, "ln -sf /lib/firmware/netronome/bpf/x");
	host->model.mode = MODE_SKB;
	assert_sound(host);
	strcpy(host->facts.card.damaged, "x.nffw: damaged");
	assert_found(host, DOCTOR_HINT, "apt install firmware-netronome");
}

static void test_nic(void **state)
{
	struct host *host = *state;

	host->facts.nic.lro = true;
	assert_found(host, DOCTOR_PROBLEM, "ethtool -K eth0 lro off");
	host->facts.nic.lro = false;
	host->facts.nic.gro_hw = true;
	assert_found(host, DOCTOR_PROBLEM, "ethtool -K eth0 rx-gro-hw off");
	host->facts.nic.gro_hw = false;
	host->facts.nic.rx_vlan = true;
	assert_found(host, DOCTOR_PROBLEM, "ethtool -K eth0 rxvlan off");
	host->facts.vlans = host->facts.nic.rx_vlan_filter = true;
	assert_found(host, DOCTOR_PROBLEM,
		     "ethtool -K eth0 rxvlan off rx-vlan-filter off");
	host->model.mode = MODE_SKB;
	assert_sound(host);
	host->model.mode = MODE_AUTO;
	host->facts.nic.rx_vlan = false;
	host->facts.nic.rx_ring = 512;
	assert_found(host, DOCTOR_HINT, "ethtool -G eth0 rx 4096");
}

static void test_cpus(void **state)
{
	struct host *host = *state;

	host->facts.nic.channels = 1;
	assert_found(host, DOCTOR_HINT, "ethtool -L eth0 combined 4");
	host->facts.nic.channels = 4;
	host->facts.irq_cpus = 1;
	assert_found(host, DOCTOR_HINT, "irqbalance");
	host->facts.irqs = 0;
	host->facts.nic.channels = host->facts.nic.channels_max = 0;
	host->facts.link.rx_queues = 1;
	assert_found(host, DOCTOR_HINT, "echo f > $q/rps_cpus");
	host->facts.rps = true;
	assert_sound(host);
}

static void test_veth(void **state)
{
	struct host *host = *state;

	snprintf(host->facts.driver, sizeof(host->facts.driver), "veth");
	assert_found(host, DOCTOR_HINT, "tx off");
	/* A guest's, and what is not translated is sound all the same. */
	snprintf(host->facts.driver, sizeof(host->facts.driver), "virtio_net");
	assert_found(host, DOCTOR_HINT, "such a guest");
	host->services[0].forward = LB_FORWARD_DSR;
	host->services[1].forward = LB_FORWARD_DSR;
	assert_sound(host);
}

static void test_memlock(void **state)
{
	struct host *host = *state;

	host->facts.memlock_bytes = 65536;
	host->facts.table_bytes = 65537;
	assert_sound(host);
	host->facts.memlock_counts = true;
	assert_found(host, DOCTOR_PROBLEM, "LimitMEMLOCK");
}

static void test_rp_filter(void **state)
{
	struct host *host = *state;
	long *sysctl = host->facts.sysctl;

	sysctl[DOCTOR_RP_FILTER_ALL] = 1;
	assert_found(host, DOCTOR_PROBLEM, "net.ipv4.conf.eth0.rp_filter=2");
	sysctl[DOCTOR_RP_FILTER] = 2;
	assert_sound(host);
	sysctl[DOCTOR_RP_FILTER_ALL] = 0;
	sysctl[DOCTOR_RP_FILTER] = 1;
	host->vips[0].local = false;
	assert_found(host, DOCTOR_PROBLEM, "ip addr add 192.0.2.53/32");
	host->model.presence.assign = PRESENCE_LOOPBACK;
	assert_found(host, DOCTOR_PROBLEM, "net.ipv4.conf.eth0.rp_filter=2");
}

static void test_other_sysctls(void **state)
{
	struct host *host = *state;
	long *sysctl = host->facts.sysctl;

	sysctl[DOCTOR_REDIRECTS] = 1;
	assert_found(host, DOCTOR_PROBLEM, "send_redirects=0");
	sysctl[DOCTOR_FORWARDING4] = 0;
	assert_found(host, DOCTOR_HINT, "net.ipv4.conf.eth0.forwarding=1");
	host->services[0].forward = LB_FORWARD_SNAT;
	assert_sound(host);
	sysctl[DOCTOR_ACCEPT_LOCAL] = 0;
	assert_found(host, DOCTOR_HINT, "accept_local=1");
	host->services[0].forward = LB_FORWARD_DSR;
	sysctl[DOCTOR_FORWARDING6] = 0;
	assert_found(host, DOCTOR_HINT, "net.ipv6.conf.eth0.forwarding=1");
	sysctl[DOCTOR_FORWARDING6] = 1;
	sysctl[DOCTOR_DISABLE_IPV6] = 1;
	assert_found(host, DOCTOR_PROBLEM, "disable_ipv6=0");
}

static void test_vips(void **state)
{
	struct host *host = *state;

	host->vips[1].local = false;
	assert_found(host, DOCTOR_PROBLEM,
		     "ip addr add 2001:db8::53/128 dev eth0");
	host->vips[1].in_subnet = false;
	host->vips[1].loops = true;
	/* https://github.com/cilium/cilium/issues/20436 */
	assert_found(host, DOCTOR_PROBLEM,
		     "ip -6 route add unreachable 2001:db8::53/128");
	host->model.presence.assign = PRESENCE_LOOPBACK;
	assert_found(host, DOCTOR_HINT,
		     "ip route add 2001:db8::53/128 via 2001:db8::1");
	host->model.presence.assign = PRESENCE_NOWHERE;
	host->vips[1].loops = false;
	host->vips[1].local = true;
	assert_found(host, DOCTOR_HINT,
		     "ip route add 2001:db8::53/128 via 2001:db8::1");
	host->vips[1].in_subnet = true;
	host->vips[0].claimed = true;
	assert_found(host, DOCTOR_PROBLEM, "ip addr del 192.0.2.53/32");
	/* Who serves it by itself is to have it, in silence. */
	host->services[0].forward = LB_FORWARD_DSR;
	assert_found(host, DOCTOR_PROBLEM, "arp_ignore=1");
	host->paths[0].mac[0] = 2;
	assert_found(host, DOCTOR_PROBLEM, "ip addr del 192.0.2.53/32");
	host->vips[0].local = false;
	assert_found(host, DOCTOR_HINT, "ip addr add 192.0.2.53/32");
}

static void test_twin(void **state)
{
	struct host *host = *state;

	strcpy(host->facts.twin, "eth1");
	assert_found(host, DOCTOR_PROBLEM,
		     "sysctl -w net.ipv4.conf.eth1.arp_ignore=1");
}

static void test_gateways(void **state)
{
	struct host *host = *state;

	host->facts.gateway[1] = (struct addr){ 0 };
	assert_found(host, DOCTOR_PROBLEM, "gateway6: ADDRESS");
	assert_found(host, DOCTOR_PROBLEM, "without a router: forward: dsr");
	host->services[1].forward = LB_FORWARD_DSR;
	assert_sound(host);
}

static void test_backends(void **state)
{
	struct host *host = *state;

	host->paths[0].answers = false;
	assert_found(host, DOCTOR_PROBLEM, "ip neigh show 192.0.2.2");
	host->paths[0].via = (struct addr){ 0 };
	assert_found(host, DOCTOR_PROBLEM, "ip route add 192.0.2.2/32");
	host->backends[0].has_mac = host->paths[0].answers = true;
	assert_sound(host);
	host->paths[0].local = true;
	assert_found(host, DOCTOR_PROBLEM, "another address");
	host->paths[0].here = true;
	assert_sound(host);
}

static void test_dsr_behind_router(void **state)
{
	struct host *host = *state;

	host->paths[1].via = parse("fe80::1");
	assert_sound(host);
	host->services[1].forward = LB_FORWARD_DSR;
	assert_found(host, DOCTOR_PROBLEM, "forward: ipip");
}

/* A thousand dead backends are no thousand findings. */
static void test_many_backends(void **state)
{
	struct host *host = *state;
	struct doctor_backend *paths = calloc(1000, sizeof(*paths));

	assert_non_null(paths);
	for (size_t i = 0; i < 1000; i++) {
		paths[i] = host->paths[0];
		paths[i].answers = false;
	}
	host->facts.backends = paths;
	host->facts.n_backends = 1000;
	judge(host);
	assert_int_equal(host->report.n, 9);
	assert_string_equal(host->report.finding[8].what,
			    "992 more backends like these");
	free(paths);
}

static void test_neighbour_table(void **state)
{
	struct host *host = *state;

	host->facts.neighbours[0] = 513;
	assert_found(host, DOCTOR_PROBLEM,
		     "net.ipv4.neigh.default.gc_thresh2=1026");
	host->facts.neighbours[0] = 512;
	assert_sound(host);
	host->facts.sysctl[DOCTOR_RETRANS6] = 1000;
	assert_found(host, DOCTOR_HINT,
		     "net.ipv6.neigh.eth0.retrans_time_ms=200");
	host->facts.neighbours[1] = 0;
	assert_sound(host);
}

static void test_tunnels(void **state)
{
	struct host *host = *state;

	host->services[0].forward = LB_FORWARD_GUE;
	host->services[1].forward = LB_FORWARD_IPIP;
	host->facts.link.mtu = 1540;
	assert_sound(host);
	host->facts.link.mtu = 1539;
	assert_found(host, DOCTOR_HINT, "ip link set dev eth0 mtu 1540");
	host->model.tunnel.mtu = 1600;
	assert_found(host, DOCTOR_PROBLEM, "ip link set dev eth0 mtu 1600");
	host->facts.link.mtu = 9000;
	assert_sound(host);
	host->facts.own[1] = (struct addr){ 0 };
	assert_found(host, DOCTOR_PROBLEM, "ip addr add ADDRESS/LENGTH");
	host->model.tunnel.source6 = parse("2001:db8::9");
	assert_sound(host);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sound),	  TEST(test_link),
		TEST(test_modes),	  TEST(test_card),
		TEST(test_nic),		  TEST(test_cpus),
		TEST(test_veth),	  TEST(test_memlock),
		TEST(test_rp_filter),	  TEST(test_other_sysctls),
		TEST(test_vips),	  TEST(test_gateways),
		TEST(test_backends),	  TEST(test_dsr_behind_router),
		TEST(test_many_backends), TEST(test_neighbour_table),
		TEST(test_tunnels),	  TEST(test_twin),
	};

	return cmocka_run_group_tests_name("doctor_rules", tests, NULL, NULL);
}
