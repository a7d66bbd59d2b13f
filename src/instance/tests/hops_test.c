/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "instance/hops.h"
#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

#define SERVICES_MAX 6
#define WAIT_MS	     30000

struct net {
	struct model model;
	struct model_service services[SERVICES_MAX];
	struct model_backend backends[SERVICES_MAX];
	struct plan *plan;
	struct nl *nl;
	struct hops hops;
};

static void on_neighbour(void *arg, const struct addr *addr, const uint8_t *mac)
{
	struct net *net = arg;

	hops_neighbour(&net->hops, addr, mac);
}

static void on_routes(void *arg)
{
	(void)arg;
}

static int set_up(void **state)
{
	struct net *net = calloc(1, sizeof(*net));
	const struct nl_handler handler = { .neighbour = on_neighbour,
					    .routes_changed = on_routes,
					    .arg = net };

	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	testnet_run("sysctl -qw net.ipv4.neigh.lb0.retrans_time_ms=20"
		    " net.ipv6.neigh.lb0.retrans_time_ms=20");
	net->model.services = net->services;
	*state = net;
	return nl_open(&net->nl, (int)if_nametoindex("lb0"), &handler);
}

static int tear_down(void **state)
{
	struct net *net = *state;

	hops_close(&net->hops);
	plan_free(net->plan);
	nl_free(net->nl);
	free(net);
	testnet_close();
	return 0;
}

/* Its backend's index in the plan is its own, counted from 1. */
static struct model_backend *add(struct net *net, enum lb_forward forward,
				 const char *vip, const char *backend)
{
	const size_t i = net->model.n_services++;

	assert_true(i < SERVICES_MAX);
	net->backends[i] = (struct model_backend){
		.address = testnet_address(backend),
		.weight = 1,
	};
	net->services[i] = (struct model_service){
		.name = (char *)"test",
		.address = testnet_address(vip),
		.all_ports = true,
		.forward = forward,
		.ring_size = 16,
		.backends = &net->backends[i],
		.n_backends = 1,
	};
	return &net->backends[i];
}

static void start_after(struct net *net, const struct hops *previous)
{
	const struct plan_limits no_limits = { 0 };
	char why[256];

	assert_int_equal(plan_build(&net->model, &no_limits, &net->plan, why,
				    sizeof(why)),
			 0);
	assert_int_equal(
		hops_open(&net->hops, net->plan, net->nl, previous, NULL), 0);
}

static void start(struct net *net)
{
	start_after(net, NULL);
}

static void wait_until(struct net *net, bool complete)
{
	struct pollfd fd = { .fd = nl_fd(net->nl), .events = POLLIN };

	while (hops_complete(&net->hops) != complete) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		assert_int_equal(nl_dispatch(net->nl), 0);
	}
	hops_settle(&net->hops, NULL);
}

static void assert_via(const struct net *net, uint32_t index, const char *text)
{
	char via[ADDR_STRLEN];

	assert_string_equal(addr_format(&net->hops.via[index], via), text);
}

static void assert_peer(const struct tables_hop *hop)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 2 };

	assert_true(hop->known);
	assert_memory_equal(hop->mac, mac, MAC_LEN);
}

static void test_both_families(void **state)
{
	struct net *net = *state;

	testnet_run("ip route add default via 192.0.2.2;"
		    "ip -6 route add default via 2001:db8::2");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.2");
	add(net, LB_FORWARD_NAT, "2001:db8::53", "2001:db8::2");
	add(net, LB_FORWARD_IPIP, "192.0.2.54", "2001:db8:9::2");
	add(net, LB_FORWARD_GUE, "2001:db8::54", "10.0.0.2");
	start(net);
	wait_until(net, true);
	assert_via(net, 1, "192.0.2.2");
	assert_via(net, 2, "2001:db8::2");
	assert_via(net, 3, "2001:db8::2");
	assert_via(net, 4, "192.0.2.2");
	for (uint32_t i = 1; i <= 4; i++)
		assert_peer(&net->hops.hop[i]);
	assert_peer(&net->hops.gateway[0]);
	assert_peer(&net->hops.gateway[1]);
	assert_true(net->hops.changed);
}

/* Known at once, though nobody was asked; who is new is asked as ever. */
static void test_taken_over(void **state)
{
	struct net *net = *state;
	struct hops before;
	struct plan *plan;

	testnet_run("ip route add default via 192.0.2.2");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.2");
	add(net, LB_FORWARD_DSR, "192.0.2.54", "192.0.2.99")->has_mac = true;
	start(net);
	wait_until(net, true);
	before = net->hops;
	plan = net->plan;
	testnet_run("ip neigh flush all");
	/* The first is second now. */
	net->model.n_services = 0;
	add(net, LB_FORWARD_DSR, "192.0.2.55", "192.0.2.98");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.2");
	start_after(net, &before);
	assert_false(net->hops.hop[1].known);
	assert_via(net, 1, "192.0.2.98");
	assert_peer(&net->hops.hop[2]);
	assert_peer(&net->hops.gateway[0]);
	hops_close(&before);
	plan_free(plan);
}

/* Only where replies of the family are translated. */
static void test_gateways_needed(void **state)
{
	struct net *net = *state;

	testnet_run("ip route add default via 192.0.2.2;"
		    "ip -6 route add default via 2001:db8::2");
	add(net, LB_FORWARD_DSR, "192.0.2.53", "192.0.2.2");
	add(net, LB_FORWARD_NAT, "2001:db8::53", "2001:db8::2");
	start(net);
	wait_until(net, true);
	assert_false(net->hops.gateway[0].known);
	assert_peer(&net->hops.gateway[1]);
}

static void test_gateways_configured(void **state)
{
	struct net *net = *state;

	testnet_run("ip route add default via 192.0.2.99;"
		    "ip -6 route add default via 2001:db8::99");
	net->model.gateway = testnet_address("192.0.2.2");
	net->model.gateway6 = testnet_address("2001:db8::2");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.2");
	add(net, LB_FORWARD_NAT, "2001:db8::53", "2001:db8::2");
	start(net);
	wait_until(net, true);
	assert_peer(&net->hops.gateway[0]);
	assert_peer(&net->hops.gateway[1]);
}

static void test_routes_come_and_go(void **state)
{
	struct net *net = *state;

	add(net, LB_FORWARD_DSR, "192.0.2.53", "10.0.0.2");
	add(net, LB_FORWARD_DSR, "2001:db8::53", "2001:db8:9::2");
	start(net);
	assert_via(net, 1, "none");
	assert_via(net, 2, "none");
	testnet_run("ip route add 10.0.0.0/8 via 192.0.2.2;"
		    "ip route add 2001:db8:9::/64 via 2001:db8::2");
	hops_resolve(&net->hops);
	wait_until(net, true);
	assert_peer(&net->hops.hop[1]);
	assert_peer(&net->hops.hop[2]);
	net->hops.changed = false;
	testnet_run("ip route del 2001:db8:9::/64");
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
	assert_true(net->hops.changed);
	assert_peer(&net->hops.hop[1]);
	assert_false(net->hops.hop[2].known);
}

static void test_link_down(void **state)
{
	struct net *net = *state;

	add(net, LB_FORWARD_DSR, "192.0.2.53", "192.0.2.2");
	add(net, LB_FORWARD_DSR, "2001:db8::53", "2001:db8::2");
	start(net);
	wait_until(net, true);
	testnet_run("ip link set lb0 down");
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
	assert_via(net, 1, "none");
	assert_via(net, 2, "none");
	assert_false(net->hops.hop[1].known);
	assert_false(net->hops.hop[2].known);
}

/* The kernel doubts nobody that no packet of its own is sent to: we do. */
static void test_silent_neighbour(void **state)
{
	struct net *net = *state;

	add(net, LB_FORWARD_DSR, "2001:db8::53", "2001:db8::2");
	start(net);
	wait_until(net, true);
	testnet_peer("ip addr del 2001:db8::2/64 dev peer0");
	hops_probe(&net->hops);
	wait_until(net, false);
	testnet_peer("ip addr add 2001:db8::2/64 dev peer0 nodad");
	hops_probe(&net->hops);
	wait_until(net, true);
}

static void test_fixed(void **state)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 0x77 };
	struct net *net = *state;
	struct model_backend *backend =
		add(net, LB_FORWARD_DSR, "2001:db8::53", "2001:db8:9::2");

	backend->has_mac = true;
	memcpy(backend->mac, mac, MAC_LEN);
	start(net);
	assert_true(hops_complete(&net->hops));
	assert_true(net->hops.hop[1].known);
	assert_memory_equal(net->hops.hop[1].mac, mac, MAC_LEN);
	assert_via(net, 1, "none");
}

static void test_own_address(void **state)
{
	struct net *net = *state;

	add(net, LB_FORWARD_DSR, "192.0.2.53", "192.0.2.1");
	start(net);
	assert_via(net, 1, "none");
	assert_false(net->hops.hop[1].known);
}

static void resolve(struct net *net)
{
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
}

static void second_peer(bool on)
{
	testnet_peer("ip addr %s 192.0.2.3/24 dev peer0", on ? "add" : "del");
}

/* One router dies, the other goes on; cilium/cilium#29069. */
static void test_any_that_lives(void **state)
{
	struct net *net = *state;
	struct pollfd fd = { .events = POLLIN };

	second_peer(true);
	testnet_run("ip route add 10.0.0.0/8 nexthop via 192.0.2.3 dev lb0"
		    "   nexthop via 192.0.2.2 dev lb0");
	add(net, LB_FORWARD_DSR, "192.0.2.53", "10.0.0.2");
	start(net);
	wait_until(net, true);
	assert_peer(&net->hops.hop[1]);
	fd.fd = nl_fd(net->nl);
	while (!neighbours_find(&net->hops.neighbours, &net->hops.via[1])
			->known ||
	       net->hops.neighbours.list[0].known !=
		       net->hops.neighbours.list[1].known) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		nl_dispatch(net->nl);
		hops_settle(&net->hops, NULL);
	}
	net->hops.changed = false;
	second_peer(false);
	hops_probe(&net->hops);
	while (net->hops.neighbours.list[0].known) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		nl_dispatch(net->nl);
	}
	hops_settle(&net->hops, NULL);
	assert_via(net, 1, "192.0.2.2");
	assert_peer(&net->hops.hop[1]);
	/* The other comes back; there is no reason to change again. */
	second_peer(true);
	hops_probe(&net->hops);
	while (!net->hops.neighbours.list[0].known) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		nl_dispatch(net->nl);
	}
	hops_settle(&net->hops, NULL);
	assert_via(net, 1, "192.0.2.2");
	testnet_run("ip route replace 10.0.0.0/8 via 192.0.2.3");
	resolve(net);
	assert_via(net, 1, "192.0.2.3");
}

/* The last MAC of who cannot be replaced; not of a backend itself. */
static void test_silent_routers(void **state)
{
	struct net *net = *state;

	testnet_run("ip route add default via 192.0.2.2");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "10.0.0.2");
	add(net, LB_FORWARD_NAT, "192.0.2.54", "192.0.2.2");
	start(net);
	wait_until(net, true);
	assert_true(hops_gateway_answers(&net->hops, 0));
	testnet_peer("ip addr del 192.0.2.2/24 dev peer0");
	hops_probe(&net->hops);
	wait_until(net, false);
	assert_peer(&net->hops.hop[1]);
	assert_false(net->hops.hop[2].known);
	assert_peer(&net->hops.gateway[0]);
	assert_false(hops_gateway_answers(&net->hops, 0));
	/* Until another is known, or there is no route to it at all. */
	testnet_run("ip route replace default via 192.0.2.9");
	resolve(net);
	assert_peer(&net->hops.gateway[0]);
	assert_peer(&net->hops.hop[1]);
	testnet_peer("ip addr add 192.0.2.2/24 dev peer0");
	testnet_run("ip route replace default via 192.0.2.2");
	resolve(net);
	wait_until(net, true);
	assert_true(hops_gateway_answers(&net->hops, 0));
	testnet_run("ip route del default");
	resolve(net);
	assert_false(net->hops.gateway[0].known);
	assert_false(net->hops.hop[1].known);
}

/* Where another backend can take the flows, a silent router is not used. */
static void test_silent_router_replaced(void **state)
{
	static struct model_backend both[2];
	struct net *net = *state;
	const bool drained[] = { true, true, false };

	testnet_run("ip route add 10.0.0.0/8 via 192.0.2.3");
	second_peer(true);
	both[0] = *add(net, LB_FORWARD_DSR, "192.0.2.53", "10.0.0.2");
	both[1] = both[0];
	both[1].address = testnet_address("192.0.2.2");
	net->services[0].backends = both;
	net->services[0].n_backends = 2;
	start(net);
	wait_until(net, true);
	second_peer(false);
	hops_probe(&net->hops);
	wait_until(net, false);
	assert_false(net->hops.hop[1].known);
	assert_peer(&net->hops.hop[2]);
	/* It is drained now: so it cannot, and the last MAC is better. */
	hops_settle(&net->hops, drained);
	assert_peer(&net->hops.hop[1]);
	hops_settle(&net->hops, NULL);
	assert_false(net->hops.hop[1].known);
}

/* Removed, but there: it answers before anybody misses it. */
static void test_doubt(void **state)
{
	struct net *net = *state;
	struct pollfd fd = { .events = POLLIN };
	struct neighbour *peer;

	add(net, LB_FORWARD_DSR, "192.0.2.53", "192.0.2.2");
	start(net);
	wait_until(net, true);
	fd.fd = nl_fd(net->nl);
	peer = &net->hops.neighbours.list[0];
	testnet_run("ip neigh del 192.0.2.2 dev lb0");
	do {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		nl_dispatch(net->nl);
		assert_true(hops_complete(&net->hops));
	} while (!peer->doubted);
	/* Not at once, or "ip neigh flush" would never end. */
	assert_int_equal(nl_resolution(net->nl, &peer->addr), NL_ABSENT);
	hops_probe(&net->hops);
	while (peer->doubted > 0) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		nl_dispatch(net->nl);
		assert_true(hops_complete(&net->hops));
	}
	/* The kernel may take its time to say that it is gone: we do not. */
	peer->doubted = 1e-9;
	peer->asked = true;
	hops_probe(&net->hops);
	assert_false(peer->known);
}

/* k0sproject/k0s#5178: two directors that serve each other's VIP. */
static void test_serves_itself(void **state)
{
	struct net *net = *state;

	add(net, LB_FORWARD_DSR, "192.0.2.53", "192.0.2.1");
	add(net, LB_FORWARD_NAT, "192.0.2.53", "192.0.2.1");
	start(net);
	hops_settle(&net->hops, NULL);
	assert_false(net->hops.hop[1].known);
	testnet_run("ip address add 192.0.2.53/32 dev lo");
	net->hops.changed = false;
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
	assert_true(net->hops.changed);
	assert_true(net->hops.hop[1].known && net->hops.hop[1].here);
	assert_false(net->hops.hop[2].known);
	testnet_run("ip address del 192.0.2.53/32 dev lo");
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
	assert_false(net->hops.hop[1].known || net->hops.hop[1].here);
	/* It was this host's, and is a neighbour's now. */
	testnet_run("ip address add 192.0.2.53/32 dev lo;"
		    "ip address del 192.0.2.1/24 dev lb0;"
		    "ip address add 192.0.2.9/24 dev lb0");
	hops_resolve(&net->hops);
	hops_settle(&net->hops, NULL);
	assert_false(net->hops.hop[1].here);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_families),
		TEST(test_taken_over),
		TEST(test_gateways_needed),
		TEST(test_gateways_configured),
		TEST(test_routes_come_and_go),
		TEST(test_link_down),
		TEST(test_silent_neighbour),
		TEST(test_fixed),
		TEST(test_own_address),
		TEST(test_any_that_lives),
		TEST(test_silent_routers),
		TEST(test_silent_router_replaced),
		TEST(test_doubt),
		TEST(test_serves_itself),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("hops", tests, NULL, NULL);
}
