/* SPDX-License-Identifier: GPL-2.0-only */
/* libFuzzer target: whatever the text, config_parse() keeps its promises. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"

#define FILE_NAME "f"

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
		require(!strchr(config_errors_text(errors, i), '\n'));
		mistakes += !config_errors_is_warning(errors, i);
	}
	require(failed == (mistakes > 0));
}

static void check_ids(const struct model_service *service,
		      const struct model_backend *backend)
{
	require(backend->n_server_ids == 0 ||
		service->balance == LB_BALANCE_QUIC);
	for (size_t i = 0; i < backend->n_server_ids; i++) {
		const struct model_server_id *id = &backend->server_ids[i];

		require(id->config < LB_QUIC_CONFIGS - 1);
		require(id->length >= 1 && id->length <= LB_QUIC_ID_MAX);
		for (size_t j = id->length; j < LB_QUIC_ID_MAX; j++)
			require(id->bytes[j] == 0);
	}
}

static void check_backend(const struct model_service *service,
			  const struct model_backend *backend)
{
	require(!addr_not_unicast(&backend->address));
	require(service->forward >= LB_FORWARD_IPIP ||
		backend->address.family == service->address.family);
	require(backend->weight >= 1 && backend->weight <= MODEL_WEIGHT_MAX);
	if (service->forward == LB_FORWARD_GUE)
		require(backend->port > 0);
	if (service->forward == LB_FORWARD_IPIP ||
	    service->forward == LB_FORWARD_DSR)
		require(backend->port == 0);
	check_ids(service, backend);
}

static void check_prefix(const struct model_prefix *prefix, sa_family_t family)
{
	unsigned int bits = family == AF_INET6 ? 128 : 32;

	require(prefix->address.family == family && prefix->length <= bits);
	for (unsigned int i = prefix->length; i < bits; i++)
		require(!(prefix->address.bytes[i / 8] & 0x80 >> i % 8));
}

static void check_filters(const struct model_service *service)
{
	size_t lengths = 0;

	for (size_t i = 0; i < service->n_filters; i++) {
		const struct model_prefix *p = &service->filters[i].prefix;

		check_prefix(p, service->address.family);
		lengths += !i ||
			   p->length != service->filters[i - 1].prefix.length;
		for (size_t j = 0; j < i && i < 100; j++) {
			const struct model_prefix *q =
				&service->filters[j].prefix;

			require(p->length != q->length ||
				addr_compare(&p->address, &q->address) != 0);
		}
	}
	require(lengths <= LB_FILTER_LENGTHS);
}

static void check_vip(const struct model *model,
		      const struct model_service *service)
{
	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *other = &model->services[i];

		if (addr_compare(&other->address, &service->address) != 0)
			continue;
		require(other->answer_ping == service->answer_ping);
		require(other->drop_malformed == service->drop_malformed);
	}
}

static void check_tunnel(const struct model_tunnel *tunnel)
{
	if (addr_is_set(&tunnel->spread4.address))
		check_prefix(&tunnel->spread4, AF_INET);
	if (addr_is_set(&tunnel->spread6.address))
		check_prefix(&tunnel->spread6, AF_INET6);
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
	require(service->sticky_s <= MODEL_STICKY_MAX);
	require(!service->sticky_s || service->balance == LB_BALANCE_FLOW ||
		service->balance == LB_BALANCE_SOURCE);
	for (size_t i = 0; i < service->n_backends; i++)
		check_backend(service, &service->backends[i]);
	check_filters(service);
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
		check_tunnel(&model->tunnel);
		for (size_t i = 0; i < model->n_services; i++) {
			check_service(&model->services[i]);
			check_vip(model, &model->services[i]);
		}
	}
	model_free(model);
	config_errors_free(errors);
	return 0;
}
