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

#include "base/addr.h"
#include "model/health.h"
#include "bpf/lb_abi.h"

#define MODEL_WEIGHT_MAX   1000
#define MODEL_SERVICES_MAX 4096
#define MODEL_BACKENDS_MAX 4096 /* of one service */
/* Slots of a service, a power of two: how many unless asked for. */
#define MODEL_RING_SIZE_DEFAULT_MIN 4096
#define MODEL_RING_SIZE_DEFAULT_MAX 65536
#define MODEL_RING_SIZE_MAX	    (1U << 20)
#define MODEL_STICKY_MAX	    86400 /* seconds */
#define MODEL_FLOWS_DEFAULT	    65536
#define MODEL_FLOWS_MAX		    (1U << 20)
#define MODEL_DIRECT_MAX	    256 /* addresses, of prefixes as well */

/* What was asked for; AUTO tries the three others in this order. */
enum mode {
	MODE_AUTO,
	MODE_HW,
	MODE_DRV,
	MODE_SKB,
};

/* Whether to share the interface, in the dispatcher of libxdp. */
enum dispatcher {
	DISPATCHER_AUTO, /* with who is in one already; else alone */
	DISPATCHER_YES,	 /* make one, so that others can join */
	DISPATCHER_NO,	 /* alone, or not at all */
};

struct model_ports {
	uint16_t first, last; /* both included; first <= last */
};

#define MODEL_PORTS_SIZE sizeof("65535-65535")

/* "53" or "5000-5005" into buf, of MODEL_PORTS_SIZE bytes; returns it. */
const char *model_ports_format(const struct model_ports *ports, char *buf);

/* A QUIC-LB server id: bytes 1 ... length of the connection id. */
struct model_server_id {
	uint8_t config;		       /* the id's first three bits, 0 ... 6 */
	uint8_t length;		       /* 1 ... LB_QUIC_ID_MAX */
	uint8_t bytes[LB_QUIC_ID_MAX]; /* zero beyond the length */
};

struct model_backend {
	struct addr address;
	uint16_t port;	 /* 0: keep the packet's; gue: 6080 */
	uint16_t weight; /* 1 ... MODEL_WEIGHT_MAX; 0: model_backend_leaves() */
	bool drain;	 /* gets no new flows */
	bool has_mac;	 /* given by the user, never resolved */
	uint8_t mac[MAC_LEN];
	struct addr health_address; /* asked instead; unset: the service's */
	struct model_server_id *server_ids;
	size_t n_server_ids;
};

/* Of the address' own family: 0 ... 32 or 0 ... 128 bits. */
struct model_prefix {
	struct addr address; /* zero beyond the length */
	uint8_t length;
};

/* Sources of a service; the longest prefix that matches decides. */
struct model_filter {
	struct model_prefix prefix;
	bool deny;
};

struct model_service {
	char *name;
	struct addr address;
	bool all_ports;		   /* then ports is empty */
	struct model_ports *ports; /* sorted, not overlapping */
	size_t n_ports;
	enum lb_balance balance;
	enum lb_forward forward;
	struct model_health health;
	struct model_filter *filters; /* no prefix twice */
	size_t n_filters;
	bool deny_others;		/* sources that no prefix names */
	bool answer_ping;		/* alike in all services of a VIP */
	bool drop_malformed;		/* the same */
	bool tell_unreachable;		/* by ICMP: see LB_SERVICE_TELL */
	bool fail_open;			/* none healthy: all get packets */
	uint32_t ring_size;		/* wanted slots; a power of two */
	uint32_t sticky_s;		/* flows stay so long; 0: not sticky */
	struct model_backend *backends; /* at least one */
	size_t n_backends;
};

/* What the outer headers of tunnels have; an unset address: the interface's. */
struct model_tunnel {
	struct addr source4, source6;
	/* ipip only: sources out of these by flow hash; family unset: no. */
	struct model_prefix spread4, spread6;
	uint16_t mtu;		     /* towards the backends; 0: interface's */
	uint32_t too_big_per_second; /* ICMP "too big" to clients, at most */
};

enum presence_announce {
	PRESENCE_AUTO, /* VIPs of the interface's own subnets */
	PRESENCE_YES,
	PRESENCE_NO,
};

enum presence_assign {
	PRESENCE_NOWHERE,
	PRESENCE_INTERFACE,
	PRESENCE_LOOPBACK,
};

/* How others find the VIPs. */
struct model_presence {
	enum presence_announce announce; /* gratuitous ARP, unsolicited NA */
	uint32_t interval_ms;		 /* again, every so often; 0: never */
	enum presence_assign assign;	 /* VIPs as addresses of this host */
};

/* Which backends have metrics of their own. */
enum metrics_shown {
	METRICS_ALL,
	METRICS_DOWN, /* who does not serve, or may stop */
	METRICS_NONE,
};

struct model {
	char interface[IF_NAMESIZE];
	enum mode mode;
	enum dispatcher dispatcher;
	bool latency;		     /* measure it where the mode can */
	bool persist;		     /* the program stays when we stop */
	uint32_t flows;		     /* of sticky services, at most */
	struct addr gateway;	     /* for replies; unset: default route */
	struct addr gateway6;	     /* the same for IPv6 */
	struct model_prefix *direct; /* hosts that ask backends themselves */
	size_t n_direct;
	struct model_tunnel tunnel;
	struct model_presence presence;
	struct addr metrics_address;
	uint16_t metrics_port;
	enum metrics_shown metrics_shown;
	bool metrics_api;   /* the API that reads, where the metrics are */
	char *admin_socket; /* NULL: the default; or "none" */
	struct model_service *services; /* at least one */
	size_t n_services;
};

/* The words of the configuration for each value: "nat", "flow", "auto", ... */
const char *model_mode_name(enum mode mode);
const char *model_balance_name(enum lb_balance balance);
const char *model_forward_name(enum lb_forward forward);
const char *model_health_name(enum health_type type);

/*
 * It was taken out, and is here for the answers that are on their way: without
 * a weight it has no part in the ring, which is then what it will be when it is
 * gone.  No file can say that.
 */
static inline bool model_backend_leaves(const struct model_backend *backend)
{
	return !backend->weight;
}

/* Who they are: by address and port. */
int model_backend_compare(const struct model_backend *a,
			  const struct model_backend *b);

/* "SERVICE ADDRESS:PORT", which nobody else has; free() it. */
char *model_full_name(const struct model_service *service,
		      const struct model_backend *backend);

/* "ADDRESS:PORT", or "ADDRESS" where the packet's port is kept. */
const char *model_backend_name(const struct model_backend *backend,
			       char buf[ENDPOINT_STRLEN]);

/* A service whose VIP is of the family (AF_UNSPEC: any) forwards so. */
bool model_has_forward(const struct model *model, enum lb_forward forward,
		       sa_family_t family);

/* The address of a service. */
bool model_is_vip(const struct model *model, const struct addr *address);

/* Only there can an answer of a backend be taken for one to a client. */
bool model_has_nat(const struct model *model);

#endif
