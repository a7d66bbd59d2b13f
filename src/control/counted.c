/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/counted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control/saved.h"
#include "tables/places.h"

static void put_pair(struct json_out *out, uint64_t first, uint64_t second)
{
	json_out_raw(out, "[");
	json_out_u64(out, first);
	json_out_raw(out, ",");
	json_out_u64(out, second);
	json_out_raw(out, "]");
}

static void put_counter(struct json_out *out, const struct lb_counter *counter)
{
	put_pair(out, counter->packets, counter->bytes);
}

static void put_named(struct json_out *out, const char *name,
		      const struct lb_counter *before)
{
	json_out_raw(out, "{");
	json_out_key_string(out, "name", name);
	json_out_key(out, "before");
	put_counter(out, before);
	json_out_raw(out, "}");
}

static void put_backends(struct json_out *out, const struct carry *carry)
{
	json_out_key(out, "backends");
	json_out_raw(out, "[");
	for (size_t i = 1; i < carry->n_backends; i++) {
		saved_next(out, i == 1);
		put_named(out, carry->backends[i].name,
			  &carry->backends[i].count);
	}
	json_out_raw(out, "]");
}

static void put_services(struct json_out *out, const struct carry *carry)
{
	json_out_key(out, "services");
	json_out_raw(out, "[");
	for (size_t i = 0; i < carry->n_services; i++) {
		saved_next(out, !i);
		put_named(out, carry->services[i].name,
			  &carry->services[i].count);
	}
	json_out_raw(out, "]");
}

/* Where those were counted who are gone, and may be counted still. */
static void put_gone(struct json_out *out, const struct carry *carry)
{
	json_out_key(out, "gone");
	json_out_raw(out, "[");
	for (size_t i = 0; i < carry->n_gone; i++) {
		saved_next(out, !i);
		put_pair(out, carry->gone[i].place, carry->gone[i].service);
	}
	json_out_raw(out, "]");
}

static void put_sums(struct json_out *out, const struct carry *carry)
{
	json_out_key(out, "reasons");
	json_out_raw(out, "[");
	for (size_t i = 0; i < LB_COUNT_END; i++) {
		saved_next(out, !i);
		put_counter(out, &carry->reasons[i]);
	}
	json_out_raw(out, "]");
	json_out_key(out, "cpus");
	json_out_raw(out, "[");
	for (size_t i = 0; i < carry->n_cpus; i++) {
		saved_next(out, !i);
		json_out_u64(out, carry->cpus[i]);
	}
	json_out_raw(out, "]");
}

void counted_put(struct json_out *out, const struct carry *carry)
{
	json_out_raw(out, "{");
	put_backends(out, carry);
	put_services(out, carry);
	put_gone(out, carry);
	put_sums(out, carry);
	json_out_raw(out, "}");
}

static int counter_from_json(json_t *json, struct lb_counter *out)
{
	json_int_t packets, bytes;

	if (json_unpack(json, "[II]", &packets, &bytes))
		return -EINVAL;
	out->packets = (uint64_t)packets;
	out->bytes = (uint64_t)bytes;
	return 0;
}

/* As put_named() has it; the name is the caller's to free. */
static int named_from_json(json_t *json, char **name, struct lb_counter *before)
{
	const char *text;
	json_t *count;

	if (json_unpack(json, "{ssso}", "name", &text, "before", &count) ||
	    counter_from_json(count, before))
		return -EINVAL;
	*name = strdup(text);
	return *name ? 0 : -ENOMEM;
}

static int backends_from_json(json_t *list, struct carry *out)
{
	size_t n = json_array_size(list);
	int err = 0;

	out->backends = calloc(n + 1, sizeof(*out->backends));
	if (!out->backends)
		return -ENOMEM;
	for (out->n_backends = 1; !err && out->n_backends <= n;) {
		struct carry_backend *b = &out->backends[out->n_backends];

		err = named_from_json(json_array_get(list, out->n_backends - 1),
				      &b->name, &b->count);
		out->n_backends += !err;
	}
	return err;
}

/* Who wrote the file may not have known of them: then there is no list. */
static int services_from_json(json_t *list, struct carry *out)
{
	const size_t n = json_array_size(list);
	int err = 0;

	out->services = calloc(n + 1, sizeof(*out->services));
	if (!out->services)
		return -ENOMEM;
	while (!err && out->n_services < n) {
		struct carry_service *s = &out->services[out->n_services];

		err = named_from_json(json_array_get(list, out->n_services),
				      &s->name, &s->count);
		out->n_services += !err;
	}
	return err;
}

static int gone_from_json(json_t *list, struct carry *out)
{
	const size_t n = json_array_size(list);

	out->gone = calloc(n + 1, sizeof(*out->gone));
	if (!out->gone)
		return -ENOMEM;
	for (; out->n_gone < n; out->n_gone++) {
		json_int_t place, service;

		if (json_unpack(json_array_get(list, out->n_gone), "[II]",
				&place, &service) ||
		    place < 1 || place > PLACES_BACKEND_MAX || service < 0 ||
		    (size_t)service >= out->n_services)
			return -EINVAL;
		out->gone[out->n_gone] = (struct carry_gone){
			.place = (uint32_t)place,
			.service = (uint32_t)service,
		};
	}
	return 0;
}

int counted_from_json(json_t *json, struct carry *out)
{
	json_t *backends, *reasons, *cpus;
	int err;

	if (json_unpack(json, "{sososo}", "backends", &backends, "reasons",
			&reasons, "cpus", &cpus) ||
	    json_array_size(reasons) != LB_COUNT_END)
		return -EINVAL;
	err = backends_from_json(backends, out);
	if (!err)
		err = services_from_json(json_object_get(json, "services"),
					 out);
	if (!err)
		err = gone_from_json(json_object_get(json, "gone"), out);
	for (size_t i = 0; !err && i < LB_COUNT_END; i++)
		err = counter_from_json(json_array_get(reasons, i),
					&out->reasons[i]);
	if (err)
		return err;
	out->cpus = calloc(json_array_size(cpus) + 1, sizeof(*out->cpus));
	if (!out->cpus)
		return -ENOMEM;
	out->n_cpus = json_array_size(cpus);
	for (size_t i = 0; i < out->n_cpus; i++)
		out->cpus[i] =
			(uint64_t)json_integer_value(json_array_get(cpus, i));
	return 0;
}
