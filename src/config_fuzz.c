/* SPDX-License-Identifier: GPL-2.0-only */
/* libFuzzer target: whatever the text, config_parse() keeps its promises. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

/* How a message from libcyaml would begin, of a file of this name. */
#define FILE_NAME "f"
#define LIBCYAML  FILE_NAME ": libcyaml: "

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void check_messages(const struct config_errors *errors, bool failed)
{
	size_t mistakes = 0;

	for (size_t i = 0; i < config_errors_count(errors); i++) {
		const char *text = config_errors_text(errors, i);

		/* What config_prune() leaves always fits the schema. */
		require(strncmp(text, LIBCYAML, strlen(LIBCYAML)) != 0);
		require(!strchr(text, '\n'));
		mistakes += !config_errors_is_warning(errors, i);
	}
	require(failed == (mistakes > 0));
}

static void check_service(const struct model_service *service)
{
	uint32_t next = 1;

	require(service->name && *service->name);
	require(!addr_not_unicast(&service->address));
	require(service->n_backends > 0);
	require(service->all_ports == (service->n_ports == 0));
	for (size_t i = 0; i < service->n_ports; i++) {
		require(service->ports[i].first >= next);
		require(service->ports[i].first <= service->ports[i].last);
		next = service->ports[i].last + 1U;
	}
	require((service->ring_size & (service->ring_size - 1)) == 0);
	require(service->ring_size >= service->n_backends);
	for (size_t i = 0; i < service->n_backends; i++) {
		require(!addr_not_unicast(&service->backends[i].address));
		require(service->backends[i].weight >= 1);
		require(service->backends[i].weight <= MODEL_WEIGHT_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_errors *errors;
	struct model *model;
	int ret;

	ret = config_parse(FILE_NAME, (const char *)data, size, &model,
			   &errors);
	require(ret == 0 || ret == -EINVAL || ret == -ENOMEM);
	require((ret == 0) == (model != NULL));
	if (ret != -ENOMEM)
		check_messages(errors, ret != 0);
	if (model) {
		require(*model->interface && model->n_services > 0);
		for (size_t i = 0; i < model->n_services; i++)
			check_service(&model->services[i]);
	}
	config_free(model);
	config_errors_free(errors);
	return 0;
}
