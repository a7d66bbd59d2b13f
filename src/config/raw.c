/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/raw.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/form.h"

/*
 * The schema.  Every value is a text and every key is optional: what a value
 * must be, and which must be there, is said by top.c, in sentences.
 */
#define TEXT(structure, key)                                                   \
	CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
			       struct structure, key, 1, CYAML_UNLIMITED)
#define GROUP(structure, key, fields)                                          \
	CYAML_FIELD_MAPPING_PTR(#key,                                          \
				CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,      \
				struct structure, key, fields)
#define LIST(structure, key, item)                                             \
	CYAML_FIELD_SEQUENCE_COUNT(                                            \
		#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,                \
		struct structure, key, n_##key, item, 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t text_item = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t health_fields[] = {
	TEXT(raw_health, type),
	TEXT(raw_health, interval),
	TEXT(raw_health, timeout),
	TEXT(raw_health, rise),
	TEXT(raw_health, fall),
	TEXT(raw_health, address),
	TEXT(raw_health, port),
	TEXT(raw_health, send),
	TEXT(raw_health, send_hex),
	TEXT(raw_health, expect),
	TEXT(raw_health, expect_hex),
	TEXT(raw_health, match),
	TEXT(raw_health, name),
	TEXT(raw_health, record),
	TEXT(raw_health, path),
	TEXT(raw_health, host),
	TEXT(raw_health, status),
	TEXT(raw_health, verify),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t backend_fields[] = {
	TEXT(raw_backend, address),
	TEXT(raw_backend, port),
	TEXT(raw_backend, weight),
	TEXT(raw_backend, drain),
	TEXT(raw_backend, mac),
	TEXT(raw_backend, health_address),
	LIST(raw_backend, server_id, &text_item),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t backend_item = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_backend,
			    backend_fields),
};

static const cyaml_schema_field_t service_fields[] = {
	TEXT(raw_service, name),
	TEXT(raw_service, address),
	LIST(raw_service, ports, &text_item),
	TEXT(raw_service, balance),
	TEXT(raw_service, forward),
	TEXT(raw_service, ring_size),
	TEXT(raw_service, sticky),
	TEXT(raw_service, ping),
	TEXT(raw_service, malformed),
	LIST(raw_service, allow, &text_item),
	LIST(raw_service, deny, &text_item),
	LIST(raw_service, backends, &backend_item),
	GROUP(raw_service, health, health_fields),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t service_item = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_service,
			    service_fields),
};

static const cyaml_schema_field_t tunnel_fields[] = {
	TEXT(raw_tunnel, source), TEXT(raw_tunnel, source6),
	TEXT(raw_tunnel, spread), TEXT(raw_tunnel, spread6),
	TEXT(raw_tunnel, mtu),	  TEXT(raw_tunnel, too_big_rate),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t presence_fields[] = {
	TEXT(raw_presence, announce),
	TEXT(raw_presence, interval),
	TEXT(raw_presence, assign),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t metrics_fields[] = {
	TEXT(raw_metrics, listen),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t admin_fields[] = {
	TEXT(raw_admin, socket),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t top_fields[] = {
	TEXT(config_raw, interface),
	TEXT(config_raw, mode),
	TEXT(config_raw, latency),
	TEXT(config_raw, persist),
	TEXT(config_raw, flows),
	TEXT(config_raw, gateway),
	TEXT(config_raw, gateway6),
	GROUP(config_raw, tunnel, tunnel_fields),
	GROUP(config_raw, presence, presence_fields),
	GROUP(config_raw, metrics, metrics_fields),
	GROUP(config_raw, admin, admin_fields),
	LIST(config_raw, services, &service_item),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t top = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_raw, top_fields),
};

/* The first message of libcyaml, which names the cause. */
struct said {
	char text[160];
};

static void __attribute__((format(printf, 3, 0)))
keep_first(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
	struct said *said = ctx;

	(void)level;
	if (!*said->text)
		vsnprintf(said->text, sizeof(said->text), format, args);
}

static int load(const char *text, size_t length, struct config_errors *errors,
		struct config_raw **out)
{
	struct said said = { "" };
	const cyaml_config_t config = {
		.log_fn = keep_first,
		.log_ctx = &said,
		.log_level = CYAML_LOG_WARNING,
		.mem_fn = cyaml_mem,
	};
	cyaml_data_t *data = NULL;
	cyaml_err_t err;
	char quoted[CONFIG_QUOTED_SIZE];

	err = cyaml_load_data((const uint8_t *)text, length, &config, &top,
			      &data, NULL);
	if (err == CYAML_ERR_OOM)
		return -ENOMEM;
	if (err != CYAML_OK) {
		config_errors_add(errors, 0, "", "libcyaml: %s: %s",
				  cyaml_strerror(err),
				  config_errors_quote(said.text, quoted));
		return -EINVAL;
	}
	/* A group without any key may come as nothing. */
	if (!data)
		data = calloc(1, sizeof(**out));
	*out = data;
	return data ? 0 : -ENOMEM;
}

int config_raw_load(yaml_document_t *document, struct config_errors *errors,
		    struct config_raw **out)
{
	char *text;
	size_t length;
	int ret;

	ret = config_prune(document, &top, errors, &text, &length);
	if (ret)
		return ret;
	ret = load(text, length, errors, out);
	free(text);
	return ret;
}

void config_raw_free(struct config_raw *raw)
{
	const cyaml_config_t config = {
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
	};

	cyaml_free(&config, &top, raw, 0);
}
