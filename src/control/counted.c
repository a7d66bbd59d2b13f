/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/counted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tables/places.h"

static json_t *counter_to_json(const struct lb_counter *counter)
{
	return json_pack("[II]", (json_int_t)counter->packets,
			 (json_int_t)counter->bytes);
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

static json_t *backends_to_json(const struct carry *carry)
{
	json_t *list = json_array();

	for (size_t i = 1; i < carry->n_backends; i++)
		json_array_append_new(
			list,
			json_pack("{ssso}", "name", carry->backends[i].name,
				  "before",
				  counter_to_json(&carry->backends[i].count)));
	return list;
}

/* "gone": where those were counted who are gone, and may be counted still. */
static json_t *services_to_json(const struct carry *carry)
{
	json_t *list = json_array(), *service;

	for (size_t i = 0; i < carry->n_services; i++)
		json_array_append_new(
			list,
			json_pack("{sssos[]}", "name", carry->services[i].name,
				  "before",
				  counter_to_json(&carry->services[i].count),
				  "gone"));
	for (size_t i = 0; i < carry->n_gone; i++) {
		service = json_array_get(list, carry->gone[i].service);
		json_array_append_new(
			json_object_get(service, "gone"),
			json_integer((json_int_t)carry->gone[i].place));
	}
	return list;
}

json_t *counted_to_json(const struct carry *carry)
{
	json_t *reasons = json_array(), *cpus = json_array();

	for (size_t i = 0; i < LB_COUNT_END; i++)
		json_array_append_new(reasons,
				      counter_to_json(&carry->reasons[i]));
	for (size_t i = 0; i < carry->n_cpus; i++)
		json_array_append_new(cpus,
				      json_integer((json_int_t)carry->cpus[i]));
	return json_pack("{sosososo}", "backends", backends_to_json(carry),
			 "services", services_to_json(carry), "reasons",
			 reasons, "cpus", cpus);
}

static int backends_from_json(json_t *list, struct carry *out)
{
	size_t n = json_array_size(list);
	const char *name;
	json_t *count;

	out->backends = calloc(n + 1, sizeof(*out->backends));
	if (!out->backends)
		return -ENOMEM;
	for (out->n_backends = 1; out->n_backends <= n; out->n_backends++) {
		struct carry_backend *b = &out->backends[out->n_backends];

		if (json_unpack(json_array_get(list, out->n_backends - 1),
				"{ssso}", "name", &name, "before", &count) ||
		    counter_from_json(count, &b->count))
			return -EINVAL;
		b->name = strdup(name);
		if (!b->name)
			return -ENOMEM;
	}
	return 0;
}

static int gone_from_json(json_t *list, uint32_t service, struct carry *out)
{
	const size_t n = json_array_size(list);
	struct carry_gone *more =
		reallocarray(out->gone, out->n_gone + n + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	out->gone = more;
	for (size_t i = 0; i < n; i++) {
		json_int_t place = json_integer_value(json_array_get(list, i));

		if (place < 1 || place > PLACES_BACKEND_MAX)
			return -EINVAL;
		more[out->n_gone++] = (struct carry_gone){
			.place = (uint32_t)place,
			.service = service,
		};
	}
	return 0;
}

/* Who wrote the file may not have known of them: then there is no list. */
static int services_from_json(json_t *list, struct carry *out)
{
	const size_t n = json_array_size(list);
	const char *name;
	json_t *count, *gone;
	int err = 0;

	out->services = calloc(n + 1, sizeof(*out->services));
	if (!out->services)
		return -ENOMEM;
	for (size_t i = 0; !err && i < n; i++) {
		struct carry_service *s = &out->services[i];

		if (json_unpack(json_array_get(list, i), "{sssoso}", "name",
				&name, "before", &count, "gone", &gone) ||
		    counter_from_json(count, &s->count))
			return -EINVAL;
		s->name = strdup(name);
		if (!s->name)
			return -ENOMEM;
		out->n_services++;
		err = gone_from_json(gone, (uint32_t)i, out);
	}
	return err;
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
