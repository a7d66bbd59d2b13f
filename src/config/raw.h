/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration as it was written: texts by their keys, nothing judged.
 * A key that is absent, or was in the wrong form, is NULL or 0.
 */
#ifndef CONFIG_RAW_H
#define CONFIG_RAW_H

#include <yaml.h>

#include "config/errors.h"

struct raw_health {
	char *type;
	char *interval;
	char *timeout;
	char *rise;
	char *fall;
	char *address;
	char *port;
	char *send;
	char *send_hex;
	char *expect;
	char *expect_hex;
	char *match;
	char *name;
	char *record;
	char *path;
	char *host;
	char *status;
	char *verify;
};

struct raw_backend {
	char *address;
	char *port;
	char *weight;
	char *drain;
	char *mac;
	char *health_address;
	char **server_id;
	unsigned int n_server_id;
};

struct raw_service {
	char *name;
	char *address;
	char **ports;
	unsigned int n_ports;
	char *balance;
	char *forward;
	char *ring_size;
	char *sticky;
	char *ping;
	char *malformed;
	char **allow;
	unsigned int n_allow;
	char **deny;
	unsigned int n_deny;
	struct raw_backend *backends;
	unsigned int n_backends;
	struct raw_health *health;
};

struct raw_tunnel {
	char *source;
	char *source6;
	char *spread;
	char *spread6;
	char *mtu;
	char *too_big_rate;
};

struct raw_presence {
	char *announce;
	char *interval;
	char *assign;
};

struct raw_metrics {
	char *listen;
};

struct raw_admin {
	char *socket;
};

struct config_raw {
	char *interface;
	char *mode;
	char *latency;
	char *persist;
	char *flows;
	char *gateway;
	char *gateway6;
	struct raw_tunnel *tunnel;
	struct raw_presence *presence;
	struct raw_metrics *metrics;
	struct raw_admin *admin;
	struct raw_service *services;
	unsigned int n_services;
};

/*
 * 0 and *out, with what did not fit the form added to errors; -EINVAL where
 * nothing fits; -ENOMEM.
 */
int config_raw_load(yaml_document_t *document, struct config_errors *errors,
		    struct config_raw **out);
void config_raw_free(struct config_raw *raw);

#endif
