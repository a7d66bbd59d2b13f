/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables a test runs with, in host byte order like struct packet.  An
 * engine turns them into the maps of lb_abi.h, the reference reads them as
 * they are.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "../lb_abi.h"

#define FIXTURE_BACKENDS_MAX 1025

struct fixture_service {
	uint32_t address;
	uint16_t port;
	uint32_t base, mask; /* of the ring */
	enum lb_balance balance;
	enum lb_forward forward;
};

struct fixture_reply {
	uint32_t address; /* the backend's */
	uint16_t port;
	uint32_t vip;
	uint16_t vip_port;
	uint64_t mac;
};

struct fixture_backend {
	uint32_t address;
	uint16_t port;
	uint64_t mac;
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
};

/*
 * The tables as an engine's maps: calls back with the size of each, then with
 * each entry, in the order of the loader; a map of no entries does not exist,
 * so it gets one.  A negative errno ends it.
 */
typedef int fixture_resize(void *priv, const char *map, size_t entries);
typedef int fixture_put(void *priv, const char *map, const void *key,
			const void *value);
int fixture_size(const struct fixture *f, fixture_resize *resize, void *priv);
int fixture_fill(const struct fixture *f, fixture_put *put, void *priv);

/* Initialisers: .SERVICES(SERVICE(VIP, 53), ...), .RING(1, 2), and so on. */
#define SERVICE(address_, port_, ...)                                          \
	{                                                                      \
		.address = (address_), .port = (port_), __VA_ARGS__            \
	}
#define FIXTURE_LIST_(member, type, ...)                                       \
	member = (const type[]){__VA_ARGS__},                                  \
	.n_##member = sizeof((const type[]){__VA_ARGS__}) / sizeof(type)
#define SERVICES(...)                                                          \
	FIXTURE_LIST_(services, struct fixture_service, __VA_ARGS__)
#define REPLIES(...) FIXTURE_LIST_(replies, struct fixture_reply, __VA_ARGS__)
#define RING(...)    FIXTURE_LIST_(ring, uint32_t, __VA_ARGS__)
#define BACKENDS(...)                                                          \
	FIXTURE_LIST_(backends, struct fixture_backend, {0}, __VA_ARGS__)

#endif
