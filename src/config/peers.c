/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/peers.h"

#include <stdio.h>

#include "config/yaml.h"

const char *config_peers_path(size_t index, char path[CONFIG_PATH_SIZE])
{
	snprintf(path, CONFIG_PATH_SIZE, "services[%zu]", index);
	return path;
}

const char *config_peers_label(const struct config_peers *peers, size_t index,
			       char label[CONFIG_LABEL_SIZE])
{
	char path[CONFIG_PATH_SIZE];

	config_peers_path(index, path);
	snprintf(label, CONFIG_LABEL_SIZE, "%s \"%s\" (line %zu)", path,
		 peers->model->services[index].name,
		 config_yaml_line(peers->at.document, path));
	return label;
}
