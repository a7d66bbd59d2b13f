/* SPDX-License-Identifier: GPL-2.0-only */
/* Which service and backend a packet gets, and what it looks like then. */
#include "world.h"

#define VIP_2	 IP4(192, 0, 2, 2)
#define VIP_3	 IP4(192, 0, 2, 3)
#define CLIENT_2 IP4(198, 51, 100, 8)

/* Every port of VIP_2, but 53 and 123 for themselves; 5000 to 5001 of VIP. */
static const struct fixture ports = {
	.SERVICES(SERVICE(VIP, 5000), SERVICE(VIP, 5001, .base = 1),
		  SERVICE(VIP_2, 0), SERVICE(VIP_2, 53, .base = 1),
		  SERVICE(VIP_2, 123, .base = 2)),
	.RING(1, 2, LB_NO_BACKEND),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),
};

#define ONE_SERVICE(name, how_balanced, how_forwarded, port)                   \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53,                                     \
				  .balance = LB_BALANCE_##how_balanced,        \
				  .forward = LB_FORWARD_##how_forwarded)),     \
		.RING(1),                                                      \
		.BACKENDS(BACKEND(BACKEND_1, port, BACKEND1_MAC)),             \
	}

ONE_SERVICE(flow_nat, FLOW, NAT, 0);
ONE_SERVICE(flow_nat_port, FLOW, NAT, 5353);
ONE_SERVICE(flow_snat, FLOW, SNAT, 0);
ONE_SERVICE(flow_snat_port, FLOW, SNAT, 5353);
ONE_SERVICE(flow_dsr, FLOW, DSR, 0);
ONE_SERVICE(flow_dsr_port, FLOW, DSR, 5353);
ONE_SERVICE(source_nat, SOURCE, NAT, 5353);
ONE_SERVICE(source_snat, SOURCE, SNAT, 5353);
ONE_SERVICE(source_dsr, SOURCE, DSR, 0);
ONE_SERVICE(packet_nat, PACKET, NAT, 5353);
ONE_SERVICE(packet_snat, PACKET, SNAT, 5353);
ONE_SERVICE(packet_dsr, PACKET, DSR, 0);

/* What a slot may hold that no packet can be sent to. */
static const struct fixture no_backends = {
	.SERVICES(SERVICE(VIP, 53, .mask = 3), SERVICE(VIP, 54, .base = 4),
		  SERVICE(VIP, 55, .base = 5), SERVICE(VIP, 56, .base = 99),
		  SERVICE(VIP, 57, .mask = 3, .balance = LB_BALANCE_PACKET),
		  SERVICE(VIP, 58, .forward = LB_FORWARD_DSR)),
	.RING(0, 0, 0, 0, 2, UINT32_MAX),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};

/* A service, and nothing where it points to: maps as they are created. */
static const struct fixture zeroed = { .SERVICES(SERVICE(VIP, 53)) };
static const struct fixture nothing = { 0 };

/* Slots tell where the hash went: backend i + 1 in slot i of 8. */
#define EIGHT_SLOTS(name, ...)                                                 \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .mask = 7, __VA_ARGS__)),           \
		.RING(1, 2, 3, 4, 5, 6, 7, 8),                                 \
		.BACKENDS(BACKEND(BACKEND_1, 1, 1), BACKEND(BACKEND_1, 2, 2),  \
			  BACKEND(BACKEND_1, 3, 3), BACKEND(BACKEND_1, 4, 4),  \
			  BACKEND(BACKEND_1, 5, 5), BACKEND(BACKEND_1, 6, 6),  \
			  BACKEND(BACKEND_1, 7, 7), BACKEND(BACKEND_1, 8, 8)), \
	}
EIGHT_SLOTS(flow_8, .balance = LB_BALANCE_FLOW);
EIGHT_SLOTS(source_8, .balance = LB_BALANCE_SOURCE);
EIGHT_SLOTS(source_4_of_8, .balance = LB_BALANCE_SOURCE, .base = 4, .mask = 3);
#define TO_SLOT(i, ...)                                                        \
	FORWARDED((i) + 1, .eth_dst = (i) + 1, .daddr = BACKEND_1,             \
		  .dport = (i) + 1, __VA_ARGS__)

const struct packet_case cases_forward[] = {
	{ "service-first-port", &ports, PACKET(.dport = 5000),
	  FORWARDED(1, TO_1, .dport = 5000) },
	{ "service-second-port", &ports, PACKET(.dport = 5001),
	  FORWARDED(2, TO_2, .dport = 5001) },
	{ "service-port-before", &ports, PACKET(.dport = 4999),
	  PASSED(NO_SERVICE) },
	{ "service-port-after", &ports, PACKET(.dport = 5002),
	  PASSED(NO_SERVICE) },
	{ "service-port-swapped", &ports, PACKET(.dport = 0x8813),
	  PASSED(NO_SERVICE) },
	{ "service-port-of-source", &ports, PACKET(.sport = 5000),
	  PASSED(NO_SERVICE) },
	{ "service-port-0", &ports, PACKET(.dport = 0), PASSED(NO_SERVICE) },
	{ "service-other-address", &ports, PACKET(.daddr = VIP_3),
	  PASSED(NO_SERVICE) },
	{ "service-address-as-source", &ports,
	  PACKET(.saddr = VIP, .sport = 5000, .daddr = VIP_3),
	  PASSED(NO_SERVICE) },
	{ "all-ports", &ports, PACKET(.daddr = VIP_2, .dport = 7777),
	  FORWARDED(1, TO_1, .dport = 7777) },
	{ "all-ports-0", &ports, PACKET(.daddr = VIP_2, .dport = 0),
	  FORWARDED(1, TO_1, .dport = 0) },
	{ "all-ports-65535", &ports, PACKET(.daddr = VIP_2, .dport = 65535),
	  FORWARDED(1, TO_1, .dport = 65535) },
	{ "all-ports-but-one", &ports, PACKET(.daddr = VIP_2, .dport = 53),
	  FORWARDED(2, TO_2) },
	{ "all-ports-no-way-back", &ports, PACKET(.daddr = VIP_2, .dport = 123),
	  DROPPED(NO_BACKEND) },

	{ "flow-nat", &flow_nat, PACKET(), FORWARDED(1, TO_1) },
	{ "flow-nat-port", &flow_nat_port, PACKET(),
	  FORWARDED(1, TO_1, .dport = 5353) },
	{ "flow-snat", &flow_snat, PACKET(), FORWARDED(1, TO_1, .saddr = VIP) },
	{ "flow-snat-port", &flow_snat_port, PACKET(),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353) },
	{ "flow-dsr", &flow_dsr, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },
	{ "flow-dsr-ignores-port", &flow_dsr_port, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },
	{ "source-nat", &source_nat, PACKET(),
	  FORWARDED(1, TO_1, .dport = 5353) },
	{ "source-snat", &source_snat, PACKET(),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353) },
	{ "source-dsr", &source_dsr, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },
	{ "packet-nat", &packet_nat, PACKET(),
	  FORWARDED(1, TO_1, .dport = 5353) },
	{ "packet-snat", &packet_snat, PACKET(),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353) },
	{ "packet-dsr", &packet_dsr, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },

	{ "flow-slot", &flow_8, PACKET(), TO_SLOT(2) },
	{ "flow-slot-next-port", &flow_8, PACKET(.sport = 40001),
	  TO_SLOT(0, .sport = 40001) },
	{ "flow-slot-next-address", &flow_8, PACKET(.saddr = CLIENT_2),
	  TO_SLOT(1, .saddr = CLIENT_2) },
	{ "flow-slot-ignores-the-rest", &flow_8,
	  PACKET(.id = 7, .tos = 8, .payload = 9, .eth_src = 10),
	  TO_SLOT(2, .id = 7, .tos = 8, .payload = 9) },
	{ "source-slot", &source_8, PACKET(), TO_SLOT(1) },
	{ "source-slot-ignores-port", &source_8, PACKET(.sport = 40001),
	  TO_SLOT(1, .sport = 40001) },
	{ "source-slot-next-address", &source_8, PACKET(.saddr = CLIENT_2),
	  TO_SLOT(7, .saddr = CLIENT_2) },
	{ "source-slot-base", &source_4_of_8, PACKET(), TO_SLOT(5) },

	{ "ttl-0", &flow_nat, PACKET(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "ttl-1", &flow_nat, PACKET(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "ttl-2", &flow_nat, PACKET(.ttl = 2), FORWARDED(1, TO_1, .ttl = 1) },
	{ "ttl-255", &flow_nat, PACKET(.ttl = 255),
	  FORWARDED(1, TO_1, .ttl = 254) },
	{ "ttl-1-snat", &flow_snat, PACKET(.ttl = 1), DROPPED(TTL_EXPIRED) },
	/* Two balancers that serve each other's VIP: it ends. */
	{ "ttl-0-dsr", &flow_dsr, PACKET(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "ttl-1-dsr", &flow_dsr, PACKET(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "ttl-2-dsr", &flow_dsr, PACKET(.ttl = 2),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, .ttl = 1) },
	{ "ttl-1-dsr-vlan", &flow_dsr, PACKET(.ttl = 1, TAG({ Q, 7 })),
	  DROPPED(TTL_EXPIRED) },
	{ "ttl-1-no-backend", &no_backends, PACKET(.ttl = 1),
	  DROPPED(NO_BACKEND) },

	{ "no-backend-empty-slots", &no_backends, PACKET(),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-spray", &no_backends, PACKET(.dport = 57),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-dsr", &no_backends, PACKET(.dport = 58),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-first-beyond-table", &no_backends, PACKET(.dport = 54),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-far-beyond-table", &no_backends, PACKET(.dport = 55),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-slot-beyond-ring", &no_backends, PACKET(.dport = 56),
	  DROPPED(NO_BACKEND) },
	{ "no-backend-zeroed-tables", &zeroed, PACKET(), DROPPED(NO_BACKEND) },
	{ "no-tables", &nothing, PACKET(), PASSED(NO_SERVICE) },

	{ "payload-0", &flow_snat_port, PACKET(.payload = 0),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353, .payload = 0) },
	{ "payload-1", &flow_snat_port, PACKET(.payload = 1),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353, .payload = 1) },
	{ "payload-odd", &flow_snat_port, PACKET(.payload = 333),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353, .payload = 333) },
	{ "payload-1472", &flow_snat_port, PACKET(.payload = 1472),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353, .payload = 1472) },
	{ 0 },
};
