/* SPDX-License-Identifier: GPL-2.0-only */
/* What services must not do to each other. */
#ifndef CONFIG_RULES_H
#define CONFIG_RULES_H

#include "yaml/place.h"
#include "model/model.h"

/* All services, as the rules between them see them. */
struct config_peers {
	struct config_place at; /* the top */
	struct model *model;
	struct config_peer {
		bool sound;			/* has no mistake of its own */
		bool named;			/* says its name itself, ... */
		bool says_ping, says_malformed; /* ... and that of its VIP */
	} * peer;				/* of each service */
};

#define CONFIG_LABEL_SIZE 160

/* services[2] "dns" (line 12): into label, which is returned. */
const char *config_peers_label(const struct config_peers *peers, size_t index,
			       char label[CONFIG_LABEL_SIZE]);

/*
 * place is the top.  Services that have mistakes of their own are left out.
 * What a service leaves to others of its VIP is set.  0 or -ENOMEM.
 */
int config_rules_check(const struct config_place *place, struct model *model);

#endif
