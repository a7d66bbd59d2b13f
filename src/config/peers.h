/* SPDX-License-Identifier: GPL-2.0-only */
/* All services of a file, as the rules between them see them. */
#ifndef CONFIG_PEERS_H
#define CONFIG_PEERS_H

#include "config/raw.h"
#include "config/value.h"

struct config_peers {
	struct config_place at;	      /* the top; its path is not used */
	const struct config_raw *raw; /* the services as they were written */
	struct model *model;
	bool *sound; /* which services have no mistake of their own */
};

#define CONFIG_PATH_SIZE  64
#define CONFIG_LABEL_SIZE 128

/* "services[2]" into path, which is returned. */
const char *config_peers_path(size_t index, char path[CONFIG_PATH_SIZE]);

/* services[2] "dns" (line 12): into label, which is returned. */
const char *config_peers_label(const struct config_peers *peers, size_t index,
			       char label[CONFIG_LABEL_SIZE]);

#endif
