/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers, and the small pools that addresses and ports of tables and
 * packets come from, so that they meet.
 */
#ifndef WORLD_POOL_H
#define WORLD_POOL_H

#include "bpf/tests/packet.h"

#define WORLD_POOL_VIPS	 4 /* of each family */
#define WORLD_POOL_HOSTS 4 /* the same, of backends */
#define WORLD_POOL_ID	 8 /* bytes of a server id */

void world_seed(uint64_t seed);

/* 32 random bits; a number below n; true once in n times. */
uint32_t world_pool_next(void);
uint32_t world_random(uint32_t n);
bool world_pool_one_in(uint32_t n);

/* Of each family two fall into the same bucket. */
struct ipaddr world_pool_vip(bool is6, uint32_t nth);
struct ipaddr world_pool_host(bool is6, uint32_t nth);

/* Random ones: of clients; of anybody, out of the pools or not. */
struct ipaddr world_pool_client(bool is6);
struct ipaddr world_pool_address(bool is6);

/* The nth of some ports, of which the first two are neighbours. */
#define WORLD_POOL_PORTS 4
uint16_t world_pool_port(uint32_t nth);
/* One of these, or any, or 0. */
uint16_t world_pool_any_port(void);

/* Of a unicast address, never 0. */
uint64_t world_pool_mac(void);

/* What the server ids of tables and connection ids have in common. */
void world_pool_server(uint8_t *bytes);

#endif
