/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes YAML that can hold every text: JSON's brackets, all texts quoted. */
#ifndef CONFIG_EMIT_H
#define CONFIG_EMIT_H

#include <stdbool.h>
#include <stdio.h>
#include <yaml.h>

struct config_emit {
	yaml_emitter_t emitter;
	FILE *out;
	char *text;
	size_t length;
	bool failed; /* no memory; everything further is dropped */
};

/* 0 or -ENOMEM; only after 0, config_emit_end() must follow. */
int config_emit_begin(struct config_emit *emit);

void config_emit_text(struct config_emit *emit, const void *text,
		      size_t length);
void config_emit_mapping_start(struct config_emit *emit);
void config_emit_mapping_end(struct config_emit *emit);
void config_emit_sequence_start(struct config_emit *emit);
void config_emit_sequence_end(struct config_emit *emit);

/* 0 and the whole *text, to be freed; or -ENOMEM. */
int config_emit_end(struct config_emit *emit, char **text, size_t *length);

#endif
