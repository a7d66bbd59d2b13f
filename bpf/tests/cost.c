/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thousand flows to a service whose key names its port: the common case, not
 * the worst.  Waiting is not counted, only what makes the card wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "engine.h"
#include "engine_card.h"

#define PACKETS 1000
#define SLOTS	64

struct sample {
	const char *balance, *forward;
	struct fixture_service service;
	struct packet packet;
};

static struct fixture_backend backends[SLOTS + 1];
static uint32_t ring[SLOTS];
static struct nfp_emu_cost costs[PACKETS];

static int by_instructions(const void *a, const void *b)
{
	const struct nfp_emu_cost *x = a, *y = b;

	return (x->instructions > y->instructions) -
	       (x->instructions < y->instructions);
}

static double mean(size_t offset)
{
	double sum = 0;

	for (int i = 0; i < PACKETS; i++) {
		u32 value;

		memcpy(&value, (const char *)&costs[i] + offset, sizeof(value));
		sum += value;
	}
	return sum / PACKETS;
}

#define MEAN(member) mean(offsetof(struct nfp_emu_cost, member))

static void print_sample(const struct sample *s)
{
	double packet_reads, map_reads;

	qsort(costs, PACKETS, sizeof(costs[0]), by_instructions);
	/* All that goes far is either a read or an addition. */
	map_reads = MEAN(far) - MEAN(commands[NFP_EMU_ADD]) -
		    MEAN(commands[NFP_EMU_ADD_IMMEDIATE]);
	packet_reads = MEAN(commands[NFP_EMU_READ]) +
		       MEAN(commands[NFP_EMU_READ_BYTES]) - map_reads;
	printf("  {\"balance\": \"%s\", \"forward\": \"%s\", "
	       "\"instructions\": [%u, %u, %u],\n"
	       "   \"bubbles\": %.1f, \"swaps\": %.1f, \"packet_reads\": %.1f, "
	       "\"packet_writes\": %.1f,\n"
	       "   \"map_reads\": %.1f, \"adds\": %.1f, \"lookups\": %.1f}",
	       s->balance, s->forward, costs[0].instructions,
	       costs[PACKETS / 2].instructions, costs[PACKETS - 1].instructions,
	       MEAN(bubbles), MEAN(swaps), packet_reads,
	       MEAN(commands[NFP_EMU_WRITE]) +
		       MEAN(commands[NFP_EMU_WRITE_BYTES]),
	       map_reads,
	       MEAN(commands[NFP_EMU_ADD]) +
		       MEAN(commands[NFP_EMU_ADD_IMMEDIATE]),
	       MEAN(helpers[NFP_EMU_LOOKUP]));
}

static int run_sample(const struct sample *s)
{
	struct fixture_reply reply = {BACKEND_1, 53, VIP, 0, GATEWAY_MAC};
	struct fixture f = {
		.services = &s->service,
		.n_services = 1,
		.replies = &reply,
		.n_replies = 1,
		.ring = ring,
		.n_ring = SLOTS,
		.backends = backends,
		.n_backends = SLOTS + 1,
	};
	static struct engine_outcome out;
	uint8_t frame[PACKET_LENGTH_MAX];
	struct engine *e = engines[0];
	int err = e->open(e, &f);

	for (int i = 0; !err && i < PACKETS; i++) {
		struct packet p = s->packet;
		size_t length;

		p.dport = (uint16_t)(p.dport == 40000 ? p.dport + i : p.dport);
		p.sport = (uint16_t)(p.sport == 40000 ? p.sport + i : p.sport);
		length = packet_build(&p, frame);
		err = e->run(e, frame, length, &out);
		costs[i] = *engine_card_cost();
	}
	e->close(e);
	return err;
}

static int print_all(const struct sample *samples, size_t n)
{
	int err = 0;

	puts("[");
	for (size_t i = 0; !err && i < n; i++) {
		err = run_sample(&samples[i]);
		print_sample(&samples[i]);
		puts(i + 1 < n ? "," : "\n]");
	}
	return err;
}

#define MODE(balance_, forward_, BALANCE, FORWARD)                             \
	{                                                                      \
		balance_, forward_,                                            \
			SERVICE(VIP, 53, .mask = SLOTS - 1,                    \
				.balance = LB_BALANCE_##BALANCE,               \
				.forward = LB_FORWARD_##FORWARD),              \
			PACKET(.payload = 18)                                  \
	}
#define MODE6(balance_, forward_, BALANCE, FORWARD)                            \
	{                                                                      \
		balance_, forward_,                                            \
			SERVICE(VIP6, 53, .mask = SLOTS - 1,                   \
				.balance = LB_BALANCE_##BALANCE,               \
				.forward = LB_FORWARD_##FORWARD),              \
			PACKET6(.payload = 18)                                 \
	}
#define FORWARDS(balance, BALANCE)                                             \
	MODE(balance, "nat", BALANCE, NAT),                                    \
		MODE(balance, "snat", BALANCE, SNAT),                          \
		MODE(balance, "dsr", BALANCE, DSR)

int cost_print(void)
{
	static const struct sample samples[] = {
		FORWARDS("flow", FLOW),
		FORWARDS("source", SOURCE),
		FORWARDS("packet", PACKET),
		FORWARDS("quic", QUIC),
		MODE("flow", "ipip", FLOW, IPIP),
		MODE("flow", "gue", FLOW, GUE),
		MODE6("flow", "nat, IPv6", FLOW, NAT),
		MODE6("flow", "dsr, IPv6", FLOW, DSR),
		MODE6("flow", "ipip, IPv6 in IPv4", FLOW, IPIP),
		MODE6("flow", "gue, IPv6 in IPv4", FLOW, GUE),
		{"-", "echo", SERVICE(VIP, 53, .ping = true),
		 PACKET(.body = PACKET_ICMP, .icmp_type = 8)},
		{"-", "reply", SERVICE(VIP, 53),
		 PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT,
			.dport = 40000, .payload = 18)},
		{"-", "pass, UDP", SERVICE(VIP, 53),
		 PACKET(.daddr = CLIENT, .payload = 18)},
		{"-", "pass, TCP", SERVICE(VIP, 53),
		 PACKET(.protocol = 6, .payload = 18)},
	};

	if (!engines[0] || strcmp(engines[0]->option, "card") != 0) {
		fputs("packet_test: the cost is the card's\n", stderr);
		return EXIT_FAILURE;
	}
	for (uint32_t i = 0; i < SLOTS; i++) {
		ring[i] = i + 1;
		backends[i + 1] = (struct fixture_backend){
			.address = ipaddr_add(IPADDR(BACKEND_1), i),
			.port = 5300,
			.mac = BACKEND1_MAC + i,
		};
	}
	return print_all(samples, sizeof(samples) / sizeof(samples[0])) ?
		       EXIT_FAILURE :
		       EXIT_SUCCESS;
}
