/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thousand flows to a service whose key names its port: the common case, not
 * the worst.  Waiting is not counted, only what makes the card wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "offload/emu/nfp_model.h"
#include "cost.h"
#include "bpf/tests/engine/engine.h"
#include "bpf/tests/engine/card_engine.h"

#define PACKETS 1000
#define SLOTS	64

struct sample {
	const char *name;
	uint32_t needs; /* features */
	struct fixture_service service;
	struct packet packet;
};

static struct fixture_backend backends[SLOTS + 1];
static uint32_t ring[SLOTS];
static struct nfp_emu_cost costs[PACKETS];

static const struct fixture_reply reply = { BACKEND_1, 53, VIP, 0,
					    GATEWAY_MAC };
static const struct fixture_prefix prefixes[] = {
	{ 0, CLIENT, 16, false },
	{ 0, CLIENT, 24, true },
	{ 0, CLIENT, 32, false },
};
/* In the connection id, behind the first bytes of the short header and of it.
 */
static const struct fixture_server_id server_id = {
	0, 1, 4, { 1, 2, 3, 4 }, 1
};
static const uint8_t quic[] = { 0x40, 0x20, 1, 2, 3, 4 };

/* "nat4" of ".../udplb_nat4". */
static const char *variant(void)
{
	const char *name = strrchr(engine_card_image, '_');

	return name ? name + 1 : engine_card_image;
}

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

/* All that goes far is either a read or an addition. */
static struct nfp_model_counts count(void)
{
	struct nfp_model_counts c = {
		.instructions = costs[PACKETS / 2].instructions,
		.packet_writes = MEAN(commands[NFP_EMU_WRITE]) +
				 MEAN(commands[NFP_EMU_WRITE_BYTES]),
		.adds = MEAN(commands[NFP_EMU_ADD]) +
			MEAN(commands[NFP_EMU_ADD_IMMEDIATE]),
		.lookups = MEAN(helpers[NFP_EMU_LOOKUP]),
	};

	c.map_reads = MEAN(far) - c.adds;
	c.packet_reads = MEAN(commands[NFP_EMU_READ]) +
			 MEAN(commands[NFP_EMU_READ_BYTES]) - c.map_reads;
	return c;
}

/* With one and with two of its look-ups in large tables. */
static void print_cold(const char *name, const struct nfp_model_counts *c,
		       enum nfp_model_tables tables)
{
	struct nfp_model_cold cold = { .tables = tables, .lookups = 1 };
	double one = nfp_model_mpps(c, &cold);

	cold.lookups = c->lookups < 2 ? c->lookups : 2;
	printf("\"%s\": [%.2f, %.2f]", name, one, nfp_model_mpps(c, &cold));
}

static void print_sample(const struct sample *s, bool first)
{
	struct nfp_model_counts c;

	qsort(costs, PACKETS, sizeof(costs[0]), by_instructions);
	c = count();
	printf("%s  {\"name\": \"%s\", \"variant\": \"%s\", "
	       "\"instructions\": %.0f, \"instructions_low\": %u, "
	       "\"instructions_high\": %u,\n"
	       "   \"packet_reads\": %.1f, \"packet_writes\": %.1f, "
	       "\"map_reads\": %.1f, \"adds\": %.1f, \"lookups\": %.1f,\n"
	       "   \"core_cycles\": %.0f, \"mpps\": %.2f, \"ratio\": %.3f, ",
	       first ? "" : ",\n", s->name, variant(), c.instructions,
	       costs[0].instructions, costs[PACKETS - 1].instructions,
	       c.packet_reads, c.packet_writes, c.map_reads, c.adds, c.lookups,
	       nfp_model_core_cycles(&c), nfp_model_mpps(&c, &nfp_model_hot),
	       nfp_model_ratio(&c));
	print_cold("cold_64k", &c, NFP_MODEL_64K);
	printf(", ");
	print_cold("cold_512k", &c, NFP_MODEL_512K);
	printf("}");
}

static int run_sample(const struct sample *s)
{
	struct fixture f = {
		.services = &s->service,
		.n_services = 1,
		.replies = &reply,
		.n_replies = 1,
		.ring = ring,
		.n_ring = SLOTS,
		.backends = backends,
		.n_backends = SLOTS + 1,
		.tunnels = { { .source4 = VIP }, { .source4 = VIP } },
		.prefixes = prefixes,
		.n_prefixes = s->service.filter ? 3 : 0,
		.server_ids = &server_id,
		.n_server_ids = s->service.balance == LB_BALANCE_QUIC,
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

/* Of what the image has the features for. */
static int print_all(const struct sample *samples, size_t n)
{
	bool first = true;
	int err = 0;

	puts("[");
	for (size_t i = 0; !err && i < n; i++) {
		if (samples[i].needs & engines[0]->lacks)
			continue;
		err = run_sample(&samples[i]);
		print_sample(&samples[i], first);
		first = false;
	}
	puts("\n]");
	return err;
}

/* Initialisers of a struct sample. */
#define SAMPLE(name_, needs_, service_, packet_)                               \
	{                                                                      \
		.name = name_, .needs = needs_, .service = service_,           \
		.packet = packet_                                              \
	}
#define NEEDS(id)      FIXTURE_FEATURE(id)
#define HERE(...)      SERVICE(VIP, 53, .mask = SLOTS - 1, __VA_ARGS__)
#define HERE6(...)     SERVICE(VIP6, 53, .mask = SLOTS - 1, __VA_ARGS__)
#define QUESTION(...)  PACKET(.payload = 18, __VA_ARGS__)
#define QUESTION6(...) PACKET6(.payload = 18, __VA_ARGS__)
#define BALANCE(name)  .balance = LB_BALANCE_##name
#define FORWARD(name)  .forward = LB_FORWARD_##name
#define FORWARDS(name, needs, BALANCE_)                                        \
	SAMPLE(name "+nat", (needs) | NEEDS(NAT), HERE(BALANCE(BALANCE_)),     \
	       QUESTION()),                                                    \
		SAMPLE(name "+snat", (needs) | NEEDS(SNAT),                    \
		       HERE(BALANCE(BALANCE_), FORWARD(SNAT)), QUESTION()),    \
		SAMPLE(name "+dsr", (needs),                                   \
		       HERE(BALANCE(BALANCE_), FORWARD(DSR)), QUESTION())
#define FROM_BACKEND                                                           \
	.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT, .dport = 40000

/* What a router tells a VIP about. */
static const struct packet answer =
	PACKET(.saddr = VIP, .daddr = CLIENT, .sport = 53, .dport = 40000,
	       .payload = 18);

static const struct sample samples[] = {
	FORWARDS("flow", 0, FLOW),
	FORWARDS("source", 0, SOURCE),
	FORWARDS("packet", NEEDS(SPRAY), PACKET),
	SAMPLE("quic+nat", NEEDS(QUIC) | NEEDS(NAT), HERE(BALANCE(QUIC)),
	       PACKET(.payload = 32, .bytes = quic, .n_bytes = sizeof(quic))),
	SAMPLE("flow+ipip", NEEDS(TUNNEL), HERE(FORWARD(IPIP)), QUESTION()),
	SAMPLE("flow+gue", NEEDS(TUNNEL), HERE(FORWARD(GUE)), QUESTION()),
	SAMPLE("flow+nat, IPv6", NEEDS(NAT) | NEEDS(IPV6), HERE6(),
	       QUESTION6()),
	SAMPLE("flow+snat, IPv6", NEEDS(SNAT) | NEEDS(IPV6),
	       HERE6(FORWARD(SNAT)), QUESTION6()),
	SAMPLE("flow+dsr, IPv6", NEEDS(IPV6), HERE6(FORWARD(DSR)), QUESTION6()),
	SAMPLE("flow+ipip, IPv6", NEEDS(TUNNEL) | NEEDS(IPV6),
	       HERE6(FORWARD(IPIP)), QUESTION6()),
	SAMPLE("flow+nat, filtered", NEEDS(FILTER) | NEEDS(NAT),
	       HERE(.filter = true, .deny = true), QUESTION()),
	SAMPLE("flow+dsr, filtered", NEEDS(FILTER),
	       HERE(.filter = true, .deny = true, FORWARD(DSR)), QUESTION()),
	SAMPLE("source+nat, first fragment", NEEDS(FRAGMENTS) | NEEDS(NAT),
	       HERE(BALANCE(SOURCE)), QUESTION(.fragment = 0x2000)),
	SAMPLE("source+nat, later fragment", NEEDS(FRAGMENTS) | NEEDS(NAT),
	       HERE(BALANCE(SOURCE)),
	       QUESTION(.fragment = 0x00b9, .body = PACKET_RAW)),
	SAMPLE("ping to a VIP", NEEDS(ECHO), HERE(.ping = true),
	       QUESTION(.body = PACKET_ICMP, .icmp_type = 8)),
	SAMPLE("ICMP error to a VIP", NEEDS(ICMP) | NEEDS(NAT), HERE(),
	       PACKET(.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3,
		      .icmp_code = 1, .embedded = &answer, .payload = 0)),
	SAMPLE("reply of a backend", NEEDS(NAT), HERE(),
	       QUESTION(FROM_BACKEND)),
	SAMPLE("UDP, other address", 0, HERE(), QUESTION(.daddr = CLIENT)),
	SAMPLE("UDP length", 0, HERE(), QUESTION(.udp_length = 7)),
	SAMPLE("UDP length, dropped", NEEDS(STRICT), HERE(.strict = true),
	       QUESTION(.udp_length = 7)),
	SAMPLE("TCP", 0, HERE(), QUESTION(.protocol = 6)),
};

int cost_print(void)
{
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
	return print_all(samples, sizeof(samples) / sizeof(samples[0]))
		       ? EXIT_FAILURE
		       : EXIT_SUCCESS;
}
