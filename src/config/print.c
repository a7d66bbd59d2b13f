/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/print.h"

#include <errno.h>
#include <stdlib.h>

#include "config/key.h"

void config_print_keys(struct config_printer *printer,
		       const struct config_group *group, const void *from,
		       bool live)
{
	for (const struct config_key *key = group->keys; key->name; key++) {
		if (!key->type->print || (key->live && !live) ||
		    (key->only && !group->takes(from, key)))
			continue;
		key->type->print(printer, key,
				 (const char *)from + key->offset);
	}
}

/* "key: {...}", unless nothing is in it. */
static void print_sub(struct config_printer *printer,
		      const struct config_key *key, const void *from)
{
	struct config_printer below = { .between = ", " };
	char *text = NULL;
	size_t size;

	below.out = open_memstream(&text, &size);
	if (!below.out)
		return;
	config_print_keys(&below, key->group, from, true);
	if (!fclose(below.out) && below.any)
		fprintf(config_printer_key(printer, key->name), "{%s}", text);
	free(text);
}

const struct config_type config_sub = { .is_group = true, .print = print_sub };
const struct config_type config_subs = { .is_groups = true };

void config_print_top(FILE *out, const struct model *model)
{
	struct config_printer printer = { .out = out, .between = "\n" };

	config_print_keys(&printer, &config_top, model, true);
	fputs("\n", out);
}

void config_print_service(FILE *out, const struct model_service *service,
			  const char *indent)
{
	char between[32];
	struct config_printer printer = { .out = out, .between = between };

	snprintf(between, sizeof(between), "\n%s", indent);
	config_print_keys(&printer, &config_service, service, true);
	fputs("\n", out);
}

void config_print_backend(FILE *out, const struct model_backend *backend,
			  bool share)
{
	struct config_printer printer = { .out = out, .between = ", " };

	config_print_keys(&printer, &config_backend, backend, share);
}

static void print_services(FILE *out, const struct model *model)
{
	fprintf(out, "services:\n");
	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *service = &model->services[i];

		fprintf(out, "  - name: ");
		config_print_text(out, service->name);
		fprintf(out, "\n    ");
		config_print_service(out, service, "    ");
		fprintf(out, "    backends:%s\n",
			service->n_backends ? "" : " []");
		for (size_t k = 0; k < service->n_backends; k++) {
			fprintf(out, "      - {");
			config_print_backend(out, &service->backends[k], true);
			fprintf(out, "}\n");
		}
	}
}

int config_print(const struct model *model, char **text)
{
	size_t length;
	FILE *out = open_memstream(text, &length);

	if (!out)
		return -ENOMEM;
	config_print_top(out, model);
	print_services(out, model);
	if (!ferror(out) && !fclose(out))
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}
