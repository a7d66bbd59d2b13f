/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where many packets go.  Slot i belongs to backend i + 1, so the counters of
 * the backends are a histogram of the slots.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness.h"
#include "tests.h"

#define SLOTS_MAX 1024

struct table {
	struct fixture fixture;
	struct fixture_service services[2];
	uint32_t ring[SLOTS_MAX];
	struct fixture_backend backends[SLOTS_MAX + 1];
};

/* Opens the engine with a service of so many slots, for either family. */
static void open_slots(struct engine *e, uint32_t slots,
		       enum lb_balance balance)
{
	static struct table t;
	const struct ipaddr vips[] = { VIP, VIP6 };

	for (int i = 0; i < 2; i++)
		t.services[i] = (struct fixture_service){
			.address = vips[i],
			.port = 53,
			.mask = slots - 1,
			.balance = balance,
		};
	for (uint32_t i = 0; i < slots; i++) {
		t.ring[i] = i + 1;
		t.backends[i + 1].address = ipaddr_add(IPADDR(BACKEND_1), i);
	}
	t.fixture = (struct fixture){
		.services = t.services,
		.n_services = 2,
		.ring = t.ring,
		.n_ring = slots,
		.backends = t.backends,
		.n_backends = slots + 1,
	};
	assert_return_code(e->open(e, &t.fixture), 0);
}

static void send(struct engine *e, const struct packet *p)
{
	uint8_t frame[PACKET_LENGTH_MAX];
	struct engine_outcome out;
	size_t length = packet_build(p, frame);

	assert_return_code(e->run(e, frame, length, &out), 0);
}

/* Packets in every slot, out of the backends' counters. */
static void read_slots(struct engine *e, uint32_t slots, uint64_t *packets)
{
	static struct engine_counters counters;

	assert_return_code(e->counters(e, &counters), 0);
	for (uint32_t i = 0; i < slots; i++)
		packets[i] = counters.backends[i + 1].packets;
}

static unsigned int slots_used(const uint64_t *packets, uint32_t slots)
{
	unsigned int used = 0;

	for (uint32_t i = 0; i < slots; i++)
		used += packets[i] > 0;
	return used;
}

void balance_test_same_flow(void **state)
{
	uint64_t packets[16];

	(void)state;
	for (struct engine *const *e = engines; *e; e++) {
		open_slots(*e, 16, LB_BALANCE_FLOW);
		for (uint16_t i = 0; i < 100; i++) {
			struct packet p = PACKET(.id = i, .payload = i,
						 .ttl = (uint8_t)(i + 2));

			send(*e, &p);
		}
		read_slots(*e, 16, packets);
		(*e)->close(*e);
		assert_int_equal(slots_used(packets, 16), 1);
	}
}

void balance_test_source_ignores_ports(void **state)
{
	uint64_t packets[16];

	(void)state;
	for (struct engine *const *e = engines; *e; e++) {
		open_slots(*e, 16, LB_BALANCE_SOURCE);
		for (uint16_t i = 0; i < 100; i++) {
			struct packet p = PACKET(.sport = i);

			send(*e, &p);
		}
		read_slots(*e, 16, packets);
		(*e)->close(*e);
		assert_int_equal(slots_used(packets, 16), 1);
	}
}

/*
 * The only test that is not deterministic: the program asks the kernel for
 * random numbers.  25 where 100 are expected is 7.7 standard deviations away.
 */
bool balance_sprays(struct engine *e)
{
	struct packet p = PACKET();
	uint64_t packets[16];
	bool even = true;

	open_slots(e, 16, LB_BALANCE_PACKET);
	for (int i = 0; i < 1600; i++)
		send(e, &p);
	read_slots(e, 16, packets);
	e->close(e);
	for (int i = 0; i < 16; i++)
		even &= packets[i] >= 25 && packets[i] <= 175;
	return even;
}

void balance_test_packet_spreads(void **state)
{
	(void)state;
	for (struct engine *const *e = engines; *e; e++)
		assert_true(balance_sprays(*e));
}

/* Clients as they are: numbered one after the other. */
struct clients {
	const char *name;
	enum lb_balance balance;
	uint32_t ports; /* of every address, one after the other */
	uint32_t port_step;
	uint32_t address_step;
	int word; /* of an IPv6 address that steps; 0: IPv4 */
};

static const struct clients clients[] = {
	{ "ports of one address", LB_BALANCE_FLOW, 32768, 1, 0, 0 },
	{ "every other port", LB_BALANCE_FLOW, 32768, 2, 0, 0 },
	{ "addresses", LB_BALANCE_FLOW, 1, 0, 1, 0 },
	{ "addresses 256 apart", LB_BALANCE_FLOW, 1, 0, 256, 0 },
	{ "addresses 65536 apart", LB_BALANCE_FLOW, 1, 0, 65536, 0 },
	{ "16 ports of each address", LB_BALANCE_FLOW, 16, 1, 1, 0 },
	{ "ports and addresses together", LB_BALANCE_FLOW, 1, 1, 1, 0 },
	{ "addresses by source", LB_BALANCE_SOURCE, 1, 0, 1, 0 },
	{ "addresses 256 apart by source", LB_BALANCE_SOURCE, 1, 0, 256, 0 },
	{ "ports of one IPv6 address", LB_BALANCE_FLOW, 32768, 1, 0, 3 },
	{ "IPv6 addresses", LB_BALANCE_FLOW, 1, 0, 1, 3 },
	{ "IPv6 networks of 64 bits by source", LB_BALANCE_SOURCE, 1, 0, 1, 1 },
	{ "IPv6 networks of 48 bits by source", LB_BALANCE_SOURCE, 1, 0, 65536,
	  1 },
	{ "IPv6 interfaces by source", LB_BALANCE_SOURCE, 1, 0, 256, 2 },
};

#define FLOWS 32768

static struct packet client_packet(const struct clients *c, uint32_t i)
{
	uint32_t port = 1024 + i % c->ports * c->port_step;
	struct packet p = PACKET(.saddr = IP4(10, 1, 0, 0), .payload = 0);
	struct packet p6 = PACKET6(.payload = 0);

	if (c->word)
		p = p6;
	p.saddr.word[c->word ? c->word : 3] += i / c->ports * c->address_step;
	if (c->ports == 1)
		port += i * c->port_step;
	p.sport = (uint16_t)port;
	return p;
}

/*
 * Pearson's chi-square of a fair throw has k - 1 as its mean and 2 (k - 1) as
 * its variance.  More than five standard deviations above is not fair; below
 * the mean is better than fair and welcome.
 */
static bool is_fair(const uint64_t *packets, uint32_t slots, double *chi_square)
{
	double ideal = (double)FLOWS / slots, degrees = slots - 1;

	*chi_square = 0;
	for (uint32_t i = 0; i < slots; i++) {
		double off = (double)packets[i] - ideal;

		*chi_square += off * off / ideal;
	}
	return *chi_square < degrees + 5 * sqrt(2 * degrees);
}

static bool spreads(struct engine *e, const struct clients *c, uint32_t slots)
{
	uint64_t packets[SLOTS_MAX];
	double chi_square;
	bool fair;

	open_slots(e, slots, c->balance);
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct packet p = client_packet(c, i);

		send(e, &p);
	}
	read_slots(e, slots, packets);
	e->close(e);
	fair = is_fair(packets, slots, &chi_square);
	print_message("# %s on %u slots: chi-square %.0f%s\n", c->name, slots,
		      chi_square, fair ? "" : ", not fair");
	return fair;
}

void balance_test_spread(void **state)
{
	bool fair = true;

	(void)state;
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		fair &= spreads(engines[0], &clients[i], 16);
		fair &= spreads(engines[0], &clients[i], 1024);
	}
	assert_true(fair);
}
