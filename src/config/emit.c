/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/emit.h"

#include <errno.h>
#include <stdlib.h>

/* The emitter takes the event over, also where it fails. */
static void put(struct config_emit *emit, yaml_event_t *event, int initialized)
{
	if (emit->failed && initialized)
		yaml_event_delete(event);
	else if (!initialized || !yaml_emitter_emit(&emit->emitter, event))
		emit->failed = true;
}

int config_emit_begin(struct config_emit *emit)
{
	yaml_event_t event;

	*emit = (struct config_emit){ .failed = false };
	emit->out = open_memstream(&emit->text, &emit->length);
	if (!emit->out)
		return -ENOMEM;
	if (!yaml_emitter_initialize(&emit->emitter)) {
		fclose(emit->out);
		free(emit->text);
		return -ENOMEM;
	}
	yaml_emitter_set_output_file(&emit->emitter, emit->out);
	yaml_emitter_set_width(&emit->emitter, -1);
	put(emit, &event,
	    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	put(emit, &event,
	    yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	return 0;
}

void config_emit_text(struct config_emit *emit, const void *text, size_t length)
{
	yaml_event_t event;

	put(emit, &event,
	    yaml_scalar_event_initialize(&event, NULL, NULL, text, (int)length,
					 1, 1,
					 YAML_DOUBLE_QUOTED_SCALAR_STYLE));
}

void config_emit_mapping_start(struct config_emit *emit)
{
	yaml_event_t event;

	put(emit, &event,
	    yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
						YAML_FLOW_MAPPING_STYLE));
}

void config_emit_mapping_end(struct config_emit *emit)
{
	yaml_event_t event;

	put(emit, &event, yaml_mapping_end_event_initialize(&event));
}

void config_emit_sequence_start(struct config_emit *emit)
{
	yaml_event_t event;

	put(emit, &event,
	    yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
						 YAML_FLOW_SEQUENCE_STYLE));
}

void config_emit_sequence_end(struct config_emit *emit)
{
	yaml_event_t event;

	put(emit, &event, yaml_sequence_end_event_initialize(&event));
}

int config_emit_end(struct config_emit *emit, char **text, size_t *length)
{
	yaml_event_t event;

	put(emit, &event, yaml_document_end_event_initialize(&event, 1));
	put(emit, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&emit->emitter);
	if (fclose(emit->out) || emit->failed) {
		free(emit->text);
		return -ENOMEM;
	}
	*text = emit->text;
	*length = emit->length;
	return 0;
}
