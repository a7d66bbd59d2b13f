/* SPDX-License-Identifier: GPL-2.0-only */
/* All services, as the rules between them see them. */
#ifndef CONFIG_PEERS_H
#define CONFIG_PEERS_H

#include "config/place.h"
#include "model/model.h"

struct config_peer {
	bool sound;			/* has no mistake of its own */
	bool named;			/* says its name itself, ... */
	bool says_ping, says_malformed; /* ... and that of its VIP */
};

struct config_peers {
	struct config_place at; /* the top */
	struct model *model;
	struct config_peer *peer; /* of each service */
};

#define CONFIG_LABEL_SIZE 160

/* services[2] "dns" (line 12): into label, which is returned. */
const char *config_peers_label(const struct config_peers *peers, size_t index,
			       char label[CONFIG_LABEL_SIZE]);

#endif
