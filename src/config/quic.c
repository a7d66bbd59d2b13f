/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QUIC-LB (draft-ietf-quic-load-balancers): servers choose connection ids whose
 * first three bits name a configuration; under each of these a server has an id
 * of a fixed length, which follows the first byte.  Seven of the eight are
 * configurations; the last marks ids that say nothing about their server.
 */
#include "config/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "config/value.h"

#define KEY_SIZE    64
#define CONFIG_NONE (LB_QUIC_CONFIGS - 1)

static bool parse_bytes(const char *text, struct model_server_id *out)
{
	size_t length = strlen(text) / 2;

	if (length < 1 || length > LB_QUIC_ID_MAX || strlen(text) % 2)
		return false;
	for (size_t i = 0; i < length; i++) {
		const int byte = hex_byte(text + 2 * i);

		if (byte < 0)
			return false;
		out->bytes[i] = (uint8_t)byte;
	}
	out->length = (uint8_t)length;
	return true;
}

/* "0a0b0c0d" or "1/beef" */
static bool parse_id(const char *text, struct model_server_id *out)
{
	const char *slash = strchr(text, '/');
	uint32_t config;

	*out = (struct model_server_id){ .config = 0 };
	if (!slash)
		return parse_bytes(text, out);
	if (!config_decimal(text, (size_t)(slash - text), &config) ||
	    config >= LB_QUIC_CONFIGS)
		return false;
	out->config = (uint8_t)config;
	return parse_bytes(slash + 1, out);
}

static bool check_id(const struct config_place *place, const char *key,
		     const char *text, struct model_server_id *out)
{
	char quoted[CONFIG_QUOTED_SIZE];

	config_errors_quote(text, quoted);
	if (!parse_id(text, out)) {
		config_fail(place, key,
			    "expected 1 to %u bytes in hexadecimal like "
			    "0a0b0c0d, after their configuration and a "
			    "slash (1/0a0b0c0d) unless that is 0, got %s",
			    LB_QUIC_ID_MAX, quoted);
		return false;
	}
	if (out->config == CONFIG_NONE) {
		config_fail(place, key,
			    "expected a configuration from 0 to %u, got "
			    "%s; %u marks connection ids without a "
			    "server id",
			    CONFIG_NONE - 1, quoted, CONFIG_NONE);
		return false;
	}
	return true;
}

static int read_ids(const struct config_place *place,
		    const struct config_key *key, const char *const *items,
		    size_t n, void *to)
{
	struct model_backend *backend = to;
	char item[KEY_SIZE];

	if (!n)
		return 0;
	backend->server_ids = calloc(n, sizeof(*backend->server_ids));
	if (!backend->server_ids)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		snprintf(item, sizeof(item), "%s[%zu]", key->name, i);
		backend->n_server_ids +=
			check_id(place, item, items[i],
				 &backend->server_ids[backend->n_server_ids]);
	}
	return 0;
}

static void print_ids(struct config_printer *printer,
		      const struct config_key *key, const void *from)
{
	const struct model_backend *backend = from;
	FILE *out = printer->out;

	if (backend->n_server_ids)
		config_printer_key(printer, key->name);
	for (size_t i = 0; i < backend->n_server_ids; i++) {
		const struct model_server_id *id = &backend->server_ids[i];

		fprintf(out, "%s\"%u/", i ? ", " : "[", id->config);
		for (size_t k = 0; k < id->length; k++)
			fprintf(out, "%02x", id->bytes[k]);
		fprintf(out, "\"%s", i + 1 < backend->n_server_ids ? "" : "]");
	}
}

const struct config_type config_server_ids = { .read_list = read_ids,
					       .print = print_ids };

/* An id, and whose: backends[backend].server_id[item]. */
struct owned {
	const struct model_server_id *id;
	size_t backend, item;
};

static const char *owned_key(const struct owned *owned, char key[KEY_SIZE])
{
	snprintf(key, KEY_SIZE, "backends[%zu].server_id[%zu]", owned->backend,
		 owned->item);
	return key;
}

static int compare_ids(const struct model_server_id *a,
		       const struct model_server_id *b)
{
	if (a->config != b->config)
		return a->config < b->config ? -1 : 1;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int compare_owned(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;
	int order = compare_ids(x->id, y->id);

	if (order)
		return order;
	if (x->backend != y->backend)
		return x->backend < y->backend ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static void check_twice(const struct config_place *place, struct owned *owned,
			size_t n)
{
	char key[KEY_SIZE], other[KEY_SIZE];

	qsort(owned, n, sizeof(*owned), compare_owned);
	for (size_t i = 1; i < n; i++) {
		if (compare_ids(owned[i - 1].id, owned[i].id) != 0)
			continue;
		config_fail(place, owned_key(&owned[i], key),
			    "is the same as %s; expected each id once in "
			    "a service",
			    owned_key(&owned[i - 1], other));
	}
}

/* owned: in the order of the file. */
static void check_lengths(const struct config_place *place,
			  const struct owned *owned, size_t n)
{
	const struct owned *first[LB_QUIC_CONFIGS] = { NULL };
	char key[KEY_SIZE], other[KEY_SIZE];

	for (const struct owned *o = owned; o < owned + n; o++) {
		const struct owned **f = &first[o->id->config];

		if (!*f)
			*f = o;
		if ((*f)->id->length == o->id->length)
			continue;
		config_fail(place, owned_key(o, key),
			    "has a length of %u, but %s of %u; expected "
			    "all ids of configuration %u in a service "
			    "equally long",
			    o->id->length, owned_key(*f, other),
			    (*f)->id->length, o->id->config);
	}
}

static int check_owned(const struct config_place *place,
		       const struct model_service *service, size_t n)
{
	struct owned *owned = calloc(n, sizeof(*owned)), *end = owned;

	if (!owned)
		return -ENOMEM;
	for (size_t i = 0; i < service->n_backends; i++)
		for (size_t j = 0; j < service->backends[i].n_server_ids; j++)
			*end++ = (struct owned){
				.id = &service->backends[i].server_ids[j],
				.backend = i,
				.item = j,
			};
	check_lengths(place, owned, n);
	check_twice(place, owned, n);
	free(owned);
	return 0;
}

static void check_presence(const struct config_place *place,
			   const struct model_service *service, size_t n)
{
	bool wanted = service->balance == LB_BALANCE_QUIC;
	char key[KEY_SIZE];

	if (wanted && !n) {
		config_fail(place, "balance",
			    "no backend has a server_id; expected one, "
			    "or balance: flow");
		return;
	}
	for (size_t i = 0; i < service->n_backends; i++) {
		const char *leaf = wanted ? "" : ".server_id";

		if (wanted == (service->backends[i].n_server_ids > 0))
			continue;
		snprintf(key, sizeof(key), "backends[%zu]%s", i, leaf);
		if (wanted)
			config_warn(place, key,
				    "has no server_id, so only packets "
				    "with an unknown one or none can "
				    "reach it (balanced by flow)");
		else
			config_fail(place, key,
				    "is only for balance: quic; remove "
				    "it, or set that");
	}
}

int config_quic_judge(const struct config_place *place,
		      const struct model_service *service)
{
	size_t n = 0;

	for (size_t i = 0; i < service->n_backends; i++)
		n += service->backends[i].n_server_ids;
	check_presence(place, service, n);
	return n ? check_owned(place, service, n) : 0;
}
