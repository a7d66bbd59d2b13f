/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tables/fill.h"

/* No slot is there, and nothing that has no port is taken. */
static struct lb_service own_value(bool direct)
{
	return (struct lb_service){
		.ring_base = UINT32_MAX,
		.shape = lb_shape(0, LB_FORWARD_OWN, LB_BALANCE_PACKET),
		.flags = direct ? LB_SERVICE_DIRECT : 0,
	};
}

static struct lb_service service_value(const struct plan *plan,
				       const struct layout_entry *entry)
{
	const struct plan_service *service;

	if (entry->service >= LAYOUT_OWN)
		return own_value(entry->service == LAYOUT_DIRECT);
	service = &plan->services[entry->service];
	/* What has no port belongs to nobody if several could have it. */
	if (entry->key.kind == LB_KEY_ADDRESS && !entry->sole)
		return (struct lb_service){
			.flags = service->flags &
				 (LB_SERVICE_ECHO | LB_SERVICE_STRICT),
		};
	return (struct lb_service){
		.ring_base = service->ring_base,
		.shape = lb_shape(service->ring_size - 1,
				  service->config->forward,
				  service->config->balance),
		.flags = service->flags,
		.id = (uint16_t)entry->service,
		.sticky = service->sticky,
	};
}

void tables_fill_services(struct tables *t)
{
	const struct layout *layout = &t->plan->vips;

	for (size_t i = 0; i < layout->n_entries; i++)
		t->services[t->n_services++] = (struct tables_service){
			.key = layout->entries[i].key,
			.value = service_value(t->plan, &layout->entries[i]),
		};
	for (size_t i = 0; i < layout->n_buckets; i++) {
		const struct layout_bucket *bucket = &layout->buckets[i];
		struct lb_vip *vip = &t->vips[bucket->index];

		vip->service.shape = bucket->ask << LB_SHAPE_ASK_SHIFT;
		if (bucket->ask)
			continue;
		memcpy(vip->address, bucket->alone.key.address,
		       sizeof(vip->address));
		vip->first = bucket->first;
		vip->last = bucket->last;
		vip->service = service_value(t->plan, &bucket->alone);
	}
}

static struct lb_target reply_value(const struct plan *plan,
				    const struct layout_entry *entry,
				    const struct tables_state *state)
{
	const struct model_service *config =
		plan->services[entry->service].config;
	const struct tables_hop *gateway =
		&state->gateways[plan_family(&config->address)];
	struct lb_target value = { 0 };

	if (entry->key.kind == LB_KEY_ADDRESS && !entry->sole)
		return value;
	layout_address(value.address, &config->address);
	value.port = htons(layout_reply_port(config));
	value.flags = entry->whole ? LB_TARGET_SOLE : 0;
	if (config->tell_unreachable)
		value.flags |= LB_TARGET_TELL;
	if (gateway->known)
		memcpy(value.mac, gateway->mac, MAC_LEN);
	return value;
}

void tables_fill_replies(struct tables *t, const struct tables_state *state)
{
	const struct layout *layout = &t->plan->hosts;

	for (size_t i = 0; i < layout->n_entries; i++)
		t->replies[t->n_replies++] = (struct tables_reply){
			.key = layout->entries[i].key,
			.value = reply_value(t->plan, &layout->entries[i],
					     state),
		};
	for (size_t i = 0; i < layout->n_buckets; i++) {
		const struct layout_bucket *bucket = &layout->buckets[i];
		struct lb_host *host = &t->hosts[bucket->index];

		host->ask = bucket->ask ? (uint16_t)bucket->ask : LB_ASK_HERE;
		if (bucket->ask)
			continue;
		memcpy(host->address, bucket->alone.key.address,
		       sizeof(host->address));
		host->port = bucket->alone.key.port;
		host->reply = reply_value(t->plan, &bucket->alone, state);
	}
}

static uint16_t tunnel_mtu(const struct plan *plan,
			   const struct tables_state *state)
{
	uint32_t mtu = plan->model->tunnel.mtu;

	if (!mtu)
		mtu = state->link_mtu;
	return mtu < UINT16_MAX ? (uint16_t)mtu : UINT16_MAX;
}

/* It can be reached, and is not ill: what it has may stay. */
static bool stays(const struct tables_state *state, uint32_t index)
{
	return state->backends[index].known &&
	       (state->stays ? state->stays : state->serves)[index];
}

uint16_t tables_weight(const struct tables_state *state, uint32_t index,
		       const struct model_backend *backend)
{
	return state->waits && state->waits[index] ? 0 : backend->weight;
}

static void fill_backend(struct tables *t, const struct plan_service *service,
			 size_t n, const struct tables_state *state)
{
	const struct model_backend *config = &service->config->backends[n];
	const uint32_t index = service->first_backend + (uint32_t)n;
	const struct tables_hop *hop = &state->backends[index];
	struct lb_target *backend = &t->backends[t->plan->places[index]];

	layout_address(backend->address, &config->address);
	backend->port = htons(config->port);
	if (service->config->forward >= LB_FORWARD_IPIP) {
		backend->mtu = tunnel_mtu(t->plan, state);
		if (config->address.family == AF_INET6)
			backend->flags = LB_TARGET_IPV6;
	}
	if (hop->known)
		memcpy(backend->mac, hop->mac, MAC_LEN);
	if (hop->here)
		backend->flags |= LB_TARGET_LOCAL;
	if (service->config->tell_unreachable)
		backend->flags |= LB_TARGET_TELL;
	if (stays(state, index))
		backend->sticky = service->sticky;
	t->serves[index] = hop->known && state->serves[index];
	t->weights[index] = tables_weight(state, index, config);
}

void tables_fill_backends(struct tables *t, const struct tables_state *state)
{
	for (size_t i = 0; i < t->plan->n_services; i++) {
		const struct plan_service *service = &t->plan->services[i];

		for (size_t n = 0; n < service->config->n_backends; n++)
			fill_backend(t, service, n, state);
	}
}

/* The first bits of four words, as many as length says. */
static void make_mask(__be32 mask[4], unsigned int length)
{
	for (unsigned int i = 0; i < 4;
	     i++, length -= length < 32 ? length : 32)
		mask[i] = length >= 32 ? htonl(UINT32_MAX)
			  : length     ? htonl(UINT32_MAX << (32 - length))
				       : 0;
}

/* Four words of a prefix, zero behind it; its length in 128 bits. */
static unsigned int masked(__be32 words[4], const struct model_prefix *prefix)
{
	unsigned int length = prefix->length;
	__be32 mask[4];

	if (prefix->address.family == AF_INET)
		length += 96;
	layout_address(words, &prefix->address);
	make_mask(mask, length);
	for (size_t i = 0; i < 4; i++)
		words[i] &= mask[i];
	return length;
}

static void fill_source4(struct lb_tunnel *tunnel, const struct addr *source,
			 const struct model_prefix *spread)
{
	__be32 words[4], mask[4];

	layout_address(words, source);
	if (spread && addr_is_set(&spread->address)) {
		make_mask(mask, masked(words, spread));
		tunnel->spread4 = ~mask[3];
	}
	tunnel->source4 = words[3];
}

static void fill_source6(struct lb_tunnel *tunnel, const struct addr *source,
			 const struct model_prefix *spread)
{
	__be32 mask[4];

	layout_address(tunnel->source6, source);
	if (spread && addr_is_set(&spread->address)) {
		make_mask(mask, masked(tunnel->source6, spread));
		tunnel->spread6 = ~mask[3];
	}
}

void tables_fill_tunnels(struct tables *t, const struct tables_state *state)
{
	const struct model_tunnel *config = &t->plan->model->tunnel;
	const struct addr *source4 = &config->source4;
	const struct addr *source6 = &config->source6;

	if (!(t->plan->features & 1U << LB_FEATURE_TUNNEL))
		return;
	if (!addr_is_set(source4))
		source4 = &state->source4;
	if (!addr_is_set(source6))
		source6 = &state->source6;
	for (enum lb_forward f = LB_FORWARD_IPIP; f <= LB_FORWARD_GUE; f++) {
		struct lb_tunnel *tunnel = &t->tunnels[f - LB_FORWARD_IPIP];
		bool ipip = f == LB_FORWARD_IPIP;

		fill_source4(tunnel, source4, ipip ? &config->spread4 : NULL);
		fill_source6(tunnel, source6, ipip ? &config->spread6 : NULL);
		tunnel->answer = state->tell_too_big;
	}
}

static void fill_lengths(struct tables *t, size_t service)
{
	struct lb_filter *filter = &t->filters[service * LB_FILTER_LENGTHS];
	uint8_t lengths[PLAN_LENGTHS_MAX];
	size_t n =
		plan_filter_lengths(t->plan->services[service].config, lengths);

	assert(n <= LB_FILTER_LENGTHS); /* or there is no plan */
	for (size_t i = 0; i < n; i++, filter++) {
		make_mask(filter->mask, lengths[i]);
		filter->length = lengths[i] + 1;
	}
}

static int compare_prefixes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct lb_prefix));
}

void tables_fill_filters(struct tables *t)
{
	for (size_t i = 0; i < t->plan->n_services; i++) {
		const struct model_service *config =
			t->plan->services[i].config;

		if (config->n_filters)
			fill_lengths(t, i);
		for (size_t k = 0; k < config->n_filters; k++) {
			const struct model_filter *filter = &config->filters[k];
			struct tables_prefix *row =
				&t->prefixes[t->n_prefixes++];

			row->key.length = (uint16_t)(masked(row->key.address,
							    &filter->prefix) +
						     1);
			row->key.service = (uint16_t)i;
			row->denied = filter->deny;
		}
	}
	qsort(t->prefixes, t->n_prefixes, sizeof(*t->prefixes),
	      compare_prefixes);
}

static int compare_quic_ids(const void *a, const void *b)
{
	const struct tables_quic_id *x = a, *y = b;
	int order = memcmp(&x->key, &y->key, sizeof(x->key));

	if (order)
		return order;
	return x->backend < y->backend ? -1 : x->backend > y->backend;
}

/*
 * Drained ones keep their connections, as no others come with their ids.  Which
 * bits count is told in any case.
 */
static void fill_server_ids(struct tables *t, size_t service, uint32_t index,
			    const struct tables_state *state)
{
	const struct model_backend *config = plan_backend_of(t->plan, index);

	for (size_t i = 0; i < config->n_server_ids; i++) {
		const struct model_server_id *id = &config->server_ids[i];
		struct lb_quic_config *quic =
			&t->quic_configs[service * LB_QUIC_CONFIGS +
					 id->config];
		struct tables_quic_id *row = &t->quic_ids[t->n_quic_ids];

		quic->length = id->length;
		memset(quic->mask, 0xff, id->length);
		if (!stays(state, index))
			continue;
		memcpy(row->key.server, id->bytes, sizeof(row->key.server));
		row->key.service = (uint16_t)service;
		row->key.config = id->config;
		row->backend = t->plan->places[index];
		t->n_quic_ids++;
	}
}

/* An id that two backends have is the first one's. */
static void drop_same_ids(struct tables *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_quic_ids; i++)
		if (!kept ||
		    memcmp(&t->quic_ids[kept - 1].key, &t->quic_ids[i].key,
			   sizeof(t->quic_ids[i].key)) != 0)
			t->quic_ids[kept++] = t->quic_ids[i];
	t->n_quic_ids = kept;
}

void tables_fill_quic(struct tables *t, const struct tables_state *state)
{
	for (size_t i = 0; i < t->plan->n_services; i++) {
		const struct plan_service *s = &t->plan->services[i];

		if (s->config->balance != LB_BALANCE_QUIC)
			continue;
		for (uint32_t k = 0; k < s->config->n_backends; k++)
			fill_server_ids(t, i, s->first_backend + k, state);
	}
	qsort(t->quic_ids, t->n_quic_ids, sizeof(*t->quic_ids),
	      compare_quic_ids);
	drop_same_ids(t);
}
