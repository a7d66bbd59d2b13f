/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of this host, and what is wrong with it.  Pure.
 *
 * Families in arrays of two: 0 is IPv4, 1 is IPv6.
 */
#ifndef DOCTOR_RULES_H
#define DOCTOR_RULES_H

#include "doctor/report.h"
#include "model/model.h"
#include "net/ethtool.h"
#include "net/link.h"

/* From /proc/sys/net; X(identifier, path with %s for the interface). */
#define DOCTOR_SYSCTLS(X)                                                      \
	X(RP_FILTER_ALL, "ipv4/conf/all/rp_filter")                            \
	X(RP_FILTER, "ipv4/conf/%s/rp_filter")                                 \
	X(ACCEPT_LOCAL_ALL, "ipv4/conf/all/accept_local")                      \
	X(ACCEPT_LOCAL, "ipv4/conf/%s/accept_local")                           \
	X(FORWARDING4, "ipv4/conf/%s/forwarding")                              \
	X(FORWARDING6, "ipv6/conf/%s/forwarding")                              \
	X(REDIRECTS_ALL, "ipv4/conf/all/send_redirects")                       \
	X(REDIRECTS, "ipv4/conf/%s/send_redirects")                            \
	X(DISABLE_IPV6, "ipv6/conf/%s/disable_ipv6")                           \
	X(SOLICIT4, "ipv4/neigh/%s/ucast_solicit")                             \
	X(SOLICIT6, "ipv6/neigh/%s/ucast_solicit")                             \
	X(RETRANS4, "ipv4/neigh/%s/retrans_time_ms")                           \
	X(RETRANS6, "ipv6/neigh/%s/retrans_time_ms")                           \
	X(GC_THRESH4, "ipv4/neigh/default/gc_thresh2")                         \
	X(GC_THRESH6, "ipv6/neigh/default/gc_thresh2")

#define DOCTOR_SYSCTL_ENUM_(id, path) DOCTOR_##id,
enum doctor_sysctl { DOCTOR_SYSCTLS(DOCTOR_SYSCTL_ENUM_) DOCTOR_SYSCTLS_END };
#undef DOCTOR_SYSCTL_ENUM_

struct doctor_vip {
	struct addr address;
	bool local;	/* an address of this host */
	bool in_subnet; /* of the interface */
	bool loops;	/* this host gives what is for it back to a router */
	bool claimed;	/* somebody else said that it is there: */
	uint8_t mac[MAC_LEN];
};

struct doctor_backend {
	const struct model_service *service;
	const struct model_backend *backend;
	struct addr via; /* unset: no route through the interface */
	bool local;	 /* an address of this host */
	bool here;	 /* ... which serves itself */
	bool answers;	 /* the neighbour does, or has a fixed MAC: */
	uint8_t mac[MAC_LEN];
};

struct doctor_mode {
	bool loads;
	char why[512]; /* not */
};

/* An Agilio card, its firmware file, and what it makes of the configuration. */
struct doctor_card {
	bool refused, tight; /* no card takes it; some may not */
	char why[512];	     /* ... of either */
	bool installed;	     /* a firmware with BPF, as a file */
	char file[256];	     /* ... which it is */
	char damaged[256];   /* a file that cannot be read, and why */
};

struct doctor_facts {
	const struct model *model;
	struct nl_link_state link;
	char driver[32], firmware[32];
	struct doctor_card card;
	struct ethtool_settings nic;
	bool vlans;		/* stand on the interface */
	char twin[IF_NAMESIZE]; /* that answers ARP for it; or empty */
	unsigned int cpus;
	unsigned int irqs, irq_cpus;	 /* of the NIC; that serve them */
	bool rps;			 /* set for some queue */
	long sysctl[DOCTOR_SYSCTLS_END]; /* -1: there is none */
	struct doctor_mode hw, host;
	bool memlock_counts; /* a kernel that limits maps by it */
	uint64_t memlock_bytes, table_bytes;
	struct addr own[2];	/* that backends know this host by */
	struct addr gateway[2]; /* for replies */
	struct doctor_vip *vips;
	size_t n_vips;
	struct doctor_backend *backends;
	size_t n_backends;
	size_t neighbours[2]; /* of backends, each once */
};

/* Adds everything that is wrong or could be better. */
void doctor_judge(struct doctor_report *report,
		  const struct doctor_facts *facts);

/* Its parts about addresses and routes, and about the hosts around. */
void doctor_judge_network(struct doctor_report *report,
			  const struct doctor_facts *facts);
void doctor_judge_hosts(struct doctor_report *report,
			const struct doctor_facts *facts);

#endif
