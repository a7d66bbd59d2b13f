/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables a test runs with, in host byte order like struct packet.  An
 * engine turns them into the maps of lb_abi.h, the reference reads them as
 * they are.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/lb_abi.h"
#include "packet.h"

#define FIXTURE_BACKENDS_MAX 1025
#define FIXTURE_FLOWS_MAX    16 /* so many has the map, always */

/*
 * One port of a VIP, or all (0).  A service of several ports has several rows,
 * which differ in nothing but the port: a VIP whose rows are all alike is SOLE.
 */
struct fixture_service {
	struct ipaddr address;
	uint16_t port;
	uint32_t base, mask; /* of the ring */
	enum lb_balance balance;
	enum lb_forward forward;
	bool direct;	   /* OWN, but another host's */
	bool ping, strict; /* the VIP's: alike in all its rows */
	bool filter;	   /* sources are looked up in the prefixes of id */
	bool deny;	   /* what no prefix names */
	uint16_t id;	   /* of prefixes and server ids */
	uint16_t sticky;   /* of flows; 0: it has none */
	bool tell;	   /* who sends what nobody serves */
};

/* Rows end where nothing unusual comes any more, which -Wextra dislikes. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* An address whose rows differ in nothing but the port is SOLE. */
struct fixture_reply {
	struct ipaddr address; /* the backend's */
	uint16_t port;
	struct ipaddr vip;
	uint16_t vip_port;
	uint64_t mac;
	bool tell; /* the backend, whose TTL ends here */
};

struct fixture_backend {
	struct ipaddr address; /* a tunnel's outer header is of its family */
	uint16_t port;
	uint64_t mac;
	uint16_t mtu;
	uint16_t sticky; /* whose flows may stay */
	bool local;	 /* the load balancer itself */
	bool tell;	 /* the client, whose TTL ends here */
};

struct fixture_tunnel {
	struct ipaddr source4;
	uint32_t spread4; /* these bits of it are the flow's hash */
	struct ipaddr source6;
	uint32_t spread6; /* the same, of the last word */
	bool answer;	  /* clients are told what is too big */
};

struct fixture_prefix {
	uint16_t service; /* id */
	struct ipaddr address;
	uint8_t length; /* of the address' own family */
	bool deny;
};

struct fixture_server_id {
	uint16_t service; /* id */
	uint8_t config;
	uint8_t length; /* 1 ... 8; one for all of a service and config */
	uint8_t bytes[LB_QUIC_ID_MAX];
	uint32_t backend;
};

struct fixture_flow {
	uint16_t sticky;
	struct ipaddr client;
	uint32_t ports; /* the client's << 16 | the VIP's; 0: by source */
	uint32_t backend;
	uint64_t packets; /* of an engine; the tables begin with none */
};

/* What the first piece of a datagram came to: struct lb_fragment_first. */
struct fixture_fragment {
	bool is6;
	struct ipaddr source, destination;
	uint32_t id;
	enum lb_reason reason;
	uint32_t backend;
	enum lb_forward forward;
	struct fixture_reply reply;
};

struct fixture {
	const struct fixture_service *services;
	size_t n_services;
	const struct fixture_reply *replies;
	size_t n_replies;
	const uint32_t *ring;
	size_t n_ring;
	const struct fixture_backend *backends; /* 0 is never used */
	size_t n_backends;
	struct fixture_tunnel
		tunnels[LB_TUNNELS]; /* forward - LB_FORWARD_IPIP */
	const struct fixture_prefix *prefixes;
	size_t n_prefixes;
	const struct fixture_server_id *server_ids;
	size_t n_server_ids;
	const struct fixture_flow *flows;
	size_t n_flows;
	uint64_t macs[LB_MACS]; /* ends with 0; none: any */
	/* Of packets before, not part of the tables: an engine has its own. */
	const struct fixture_fragment *fragments;
	size_t n_fragments;
	uint32_t without; /* FIXTURE_FEATURE(): switched off before loading */
	/* How many messages there may be: any, none, as many as there are. */
	enum { FIXTURE_UNLIMITED, FIXTURE_USED_UP, FIXTURE_LIMITED } limit;
};

#define FIXTURE_FEATURE(id) (1U << LB_FEATURE_##id)

/*
 * The tables as an engine's maps: calls back with the size of each, then with
 * each entry, of buckets those in use; a map of no entries does not exist, so
 * it gets one.  A negative errno ends it; -E2BIG: too many lengths of prefixes.
 *
 * This is where buckets, what they ask for, entries of addresses and flags come
 * from: a bucket answers alone wherever lb_abi.h allows it.
 */
typedef int fixture_resize(void *priv, const char *map, size_t entries);
typedef int fixture_put(void *priv, const char *map, const void *key,
			const void *value);
int fixture_size(const struct fixture *f, fixture_resize *resize, void *priv);
int fixture_fill(const struct fixture *f, fixture_put *put, void *priv);

/* An entry of the map, as it is read. */
struct fixture_flow fixture_flow(const struct lb_flow *key, uint32_t backend,
				 uint64_t packets);

/* The bucket of an address in vips or hosts; bits is LB_VIP_BITS or so. */
uint32_t fixture_bucket(struct ipaddr address, int bits);

/* Initialisers: .SERVICES(SERVICE(VIP, 53), ...), .RING(1, 2), and so on. */
#define SERVICE(address_, port_, ...)                                          \
	{                                                                      \
		.address = address_, .port = (port_), __VA_ARGS__              \
	}
#define BACKEND(address_, port_, mac_, ...)                                    \
	{                                                                      \
		.address = address_, .port = (port_), .mac = (mac_),           \
		__VA_ARGS__                                                    \
	}
#define FIXTURE_LIST_(member, type, ...)                                       \
	member = (const type[]){ __VA_ARGS__ },                                \
	.n_##member = sizeof((const type[]){ __VA_ARGS__ }) / sizeof(type)
#define SERVICES(...)                                                          \
	FIXTURE_LIST_(services, struct fixture_service, __VA_ARGS__)
#define REPLIES(...) FIXTURE_LIST_(replies, struct fixture_reply, __VA_ARGS__)
#define RING(...)    FIXTURE_LIST_(ring, uint32_t, __VA_ARGS__)
#define BACKENDS(...)                                                          \
	FIXTURE_LIST_(backends, struct fixture_backend, { .port = 0 },         \
		      __VA_ARGS__)
#define PREFIXES(...)                                                          \
	FIXTURE_LIST_(prefixes, struct fixture_prefix, __VA_ARGS__)
#define FLOWS_OF(...) FIXTURE_LIST_(flows, struct fixture_flow, __VA_ARGS__)
#define SERVER_IDS(...)                                                        \
	FIXTURE_LIST_(server_ids, struct fixture_server_id, __VA_ARGS__)

#endif
