/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the user configured, after every check: plain data and its words.
 * Ports are in host byte order; every pointer belongs to the model.
 */
#ifndef MODEL_H
#define MODEL_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "../bpf/lb_abi.h"

#define MODEL_WEIGHT_MAX 1000
#define MODEL_SERVICES_MAX 4096
#define MODEL_BACKENDS_MAX 4096		/* of one service */
/* Slots of a service, a power of two: how many unless asked for. */
#define MODEL_RING_SIZE_DEFAULT_MIN 4096
#define MODEL_RING_SIZE_DEFAULT_MAX 65536
#define MODEL_RING_SIZE_MAX (1U << 20)

/* What was asked for; AUTO tries the three others in this order. */
enum mode {
	MODE_AUTO,
	MODE_HW,
	MODE_DRV,
	MODE_SKB,
};

enum health_type {
	HEALTH_NONE,
	HEALTH_ICMP,
	HEALTH_UDP,
	HEALTH_TCP,
	HEALTH_HTTP,
};

struct model_health {
	enum health_type type;
	uint32_t interval_ms;
	unsigned int rise, fall;
};

struct model_ports {
	uint16_t first, last;		/* both included; first <= last */
};

struct model_backend {
	struct addr address;
	uint16_t port;			/* 0: keep the packet's */
	uint16_t weight;		/* 1 ... MODEL_WEIGHT_MAX */
	bool has_mac;			/* given by the user, never resolved */
	uint8_t mac[MAC_LEN];
};

struct model_service {
	char *name;
	struct addr address;
	bool all_ports;			/* then ports is empty */
	struct model_ports *ports;	/* sorted, not overlapping */
	size_t n_ports;
	enum lb_balance balance;
	enum lb_forward forward;
	struct model_health health;
	uint32_t ring_size;		/* wanted slots; a power of two */
	struct model_backend *backends;	/* at least one */
	size_t n_backends;
};

struct model {
	char interface[IF_NAMESIZE];
	enum mode mode;
	bool latency;			/* measure it where the mode can */
	struct addr gateway;		/* for replies; unset: default route */
	struct addr metrics_address;
	uint16_t metrics_port;
	char *admin_socket;		/* NULL where not configured */
	struct model_service *services;	/* at least one */
	size_t n_services;
};

/* The words of the configuration for each value: "nat", "flow", "auto", ... */
const char *model_mode_name(enum mode mode);
const char *model_balance_name(enum lb_balance balance);
const char *model_forward_name(enum lb_forward forward);
const char *model_health_name(enum health_type type);

#endif
