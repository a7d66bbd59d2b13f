/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What commands change.  Who is added is checked in a copy of the model, as a
 * configuration file is, and all of that comes in force or nothing.
 */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/changes.h"
#include "model/copy.h"
#include "base/monotime.h"

/* A backend as users name it; port 0: of any. */
struct wanted {
	const char *service; /* NULL: any */
	const char *name;
	struct addr address;
	uint16_t port;
};

static int parse_wanted(struct wanted *w, const char *service,
			const char *backend, struct config_errors **errors)
{
	*w = (struct wanted){ .service = service, .name = backend };
	if (!addr_parse(backend, &w->address) ||
	    !addr_parse_endpoint(backend, &w->address, &w->port))
		return 0;
	return config_errors_refuse(
		errors, -EINVAL, NULL,
		"expected a backend as ADDRESS, ADDRESS:PORT or "
		"[ADDRESS]:PORT, got \"%s\"",
		backend);
}

static bool is_wanted(const struct wanted *w,
		      const struct model_backend *backend)
{
	return !model_backend_leaves(backend) &&
	       !addr_compare(&w->address, &backend->address) &&
	       (!w->port || w->port == backend->port);
}

static struct model_service *find_service(const struct model *model,
					  const char *name)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (!strcmp(model->services[i].name, name))
			return &model->services[i];
	return NULL;
}

/* What to do to one backend. */
typedef void (*edit_fn)(struct model_backend *backend, unsigned int value);

static void set_drain(struct model_backend *backend, unsigned int value)
{
	backend->drain = value;
}

static void set_weight(struct model_backend *backend, unsigned int value)
{
	backend->weight = (uint16_t)value;
}

static void take_out(struct model_backend *backend, unsigned int value)
{
	(void)value;
	backend->drain = true;
	backend->weight = 0;
}

struct edit {
	struct control *control;
	const struct wanted *wanted;
	edit_fn fn;
	unsigned int value;
	json_t *changes; /* what was done, in sentences */
};

/* In the model in force: the tables have to know. */
static void note_edit(const struct edit *e, size_t service, size_t at)
{
	struct instance *in = e->control->in;
	const struct plan_service *s = &in->plan->services[service];

	instance_set_drain(in, s->first_backend + (uint32_t)at,
			   s->config->backends[at].drain);
	instance_reweigh(in, service);
}

static void edit_service(const struct edit *e, struct model *model, size_t i)
{
	struct model_service *service = &model->services[i];

	for (size_t k = 0; k < service->n_backends; k++) {
		struct model_backend *backend = &service->backends[k];
		const struct model_backend before = *backend;

		if (!is_wanted(e->wanted, backend))
			continue;
		e->fn(backend, e->value);
		config_changes_backend(service->name, &before,
				       model_backend_leaves(backend) ? NULL
								     : backend,
				       control_tell_change, e->changes);
		if (model == e->control->model)
			note_edit(e, i, k);
	}
}

static bool is_wanted_service(const struct wanted *w,
			      const struct model_service *service)
{
	return !w->service || !strcmp(w->service, service->name);
}

static void edit_model(const struct edit *e, struct model *model)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (is_wanted_service(e->wanted, &model->services[i]))
			edit_service(e, model, i);
}

/* So many are wanted of this service; *others: it has besides. */
static size_t count(const struct wanted *w, const struct model_service *service,
		    size_t *others)
{
	size_t n = 0;

	*others = 0;
	for (size_t i = 0; i < service->n_backends; i++) {
		if (is_wanted(w, &service->backends[i]))
			n++;
		else if (!model_backend_leaves(&service->backends[i]))
			++*others;
	}
	return n;
}

static int check_found(const struct control *c, const struct wanted *w,
		       struct config_errors **errors)
{
	size_t n = 0, others;

	for (size_t i = 0; i < c->model->n_services; i++)
		if (is_wanted_service(w, &c->model->services[i]))
			n += count(w, &c->model->services[i], &others);
	if (n)
		return 0;
	if (w->service && !find_service(c->model, w->service))
		return config_errors_refuse(errors, -ENOENT, NULL,
					    "there is no service \"%s\"",
					    w->service);
	if (w->service)
		return config_errors_refuse(errors, -ENOENT, NULL,
					    "service %s has no backend \"%s\"",
					    w->service, w->name);
	return config_errors_refuse(errors, -ENOENT, NULL,
				    "no service has a backend \"%s\"", w->name);
}

/* Takes those out for whom nobody waits: their answers are none of ours. */
static void remove_at_once(struct model *model)
{
	for (size_t i = 0; i < model->n_services; i++) {
		struct model_service *service = &model->services[i];

		for (size_t k = service->n_backends; k--;)
			if (service->forward != LB_FORWARD_NAT &&
			    model_backend_leaves(&service->backends[k]))
				model_backend_remove(service, k);
	}
}

static int edit_copy(const struct edit *e, struct config_errors **errors)
{
	struct model *model = model_copy(e->control->model);
	char why[CONTROL_WHY_SIZE] = "";
	int err;

	if (!model)
		return -ENOMEM;
	edit_model(e, model);
	remove_at_once(model);
	err = control_bring_in_force(e->control, model, why, sizeof(why));
	if (!err)
		return 0;
	model_free(model);
	return config_errors_refuse(errors, err, NULL, "%s", why);
}

/*
 * Where nothing but slots changes it is done to the model in force itself: it
 * may have very many backends, and none of the others matters.
 */
static int edit(struct control *c, const struct wanted *w, edit_fn fn,
		unsigned int value, bool in_place, json_t **changes,
		struct config_errors **errors)
{
	struct edit e = { c, w, fn, value, json_array() };
	int err = check_found(c, w, errors);

	if (!err && in_place && control_can_follow(c)) {
		edit_model(&e, c->model);
		/* What is refused is in control_tables(), and repeated. */
		instance_update(c->in);
	} else if (!err) {
		err = edit_copy(&e, errors);
	}
	if (!err) {
		gather_events(c->gather)->changes++;
		gather_events(c->gather)->changed_at = monotime_wall();
		control_log_changes(e.changes);
		if (changes)
			*changes = json_incref(e.changes);
	}
	json_decref(e.changes);
	return err;
}

/* Whom the command meant, now that it is done. */
static void note_drained(struct control *c, const struct wanted *w, bool drain)
{
	for (size_t i = 0; i < c->model->n_services; i++) {
		const struct model_service *s = &c->model->services[i];

		for (size_t k = 0; is_wanted_service(w, s) && k < s->n_backends;
		     k++) {
			char *name =
				is_wanted(w, &s->backends[k])
					? model_full_name(s, &s->backends[k])
					: NULL;

			if (name && drain)
				control_names_add(&c->drained, name);
			else if (name)
				control_names_remove(&c->drained, name);
			free(name);
		}
	}
	control_save(c);
}

int control_drain(struct control *c, const char *service, const char *backend,
		  bool drain, json_t **changes, struct config_errors **errors)
{
	struct wanted w;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err)
		err = edit(c, &w, set_drain, drain, true, changes, errors);
	if (!err)
		note_drained(c, &w, drain);
	return err;
}

int control_weight(struct control *c, const char *service, const char *backend,
		   unsigned int weight, json_t **changes,
		   struct config_errors **errors)
{
	struct wanted w;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err && (weight < 1 || weight > MODEL_WEIGHT_MAX))
		err = config_errors_refuse(
			errors, -EINVAL, "weight",
			"expected a weight from 1 to %u, got %u",
			MODEL_WEIGHT_MAX, weight);
	if (err)
		return err;
	return edit(c, &w, set_weight, weight, true, changes, errors);
}

/* *stay, *go: some may stay for a while, as they are translated; or not. */
static int check_not_last(const struct control *c, const struct wanted *w,
			  bool *stay, bool *go, struct config_errors **errors)
{
	*stay = *go = false;
	for (size_t i = 0; i < c->model->n_services; i++) {
		const struct model_service *service = &c->model->services[i];
		size_t others;

		if (!is_wanted_service(w, service) ||
		    !count(w, service, &others))
			continue;
		*stay |= service->forward == LB_FORWARD_NAT;
		*go |= service->forward != LB_FORWARD_NAT;
		if (!others)
			return config_errors_refuse(
				errors, -EINVAL, NULL,
				"service %s has no other backend, and needs "
				"one; drain it if it is to get nothing",
				service->name);
	}
	return 0;
}

/* No rule of configurations forbids what is left. */
int control_delete(struct control *c, const char *service, const char *backend,
		   json_t **changes, struct config_errors **errors)
{
	struct wanted w;
	bool stay, go;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err)
		err = check_not_last(c, &w, &stay, &go, errors);
	if (!err)
		err = edit(c, &w, take_out, 0, !go, changes, errors);
	if (err)
		return err;
	if (stay)
		control_leave_later(c);
	control_drain_prune(c);
	return 0;
}

static bool has_backend(const struct model_service *service,
			const struct model_backend *backend)
{
	for (size_t i = 0; i < service->n_backends; i++)
		if (service->backends[i].port == backend->port &&
		    !addr_compare(&service->backends[i].address,
				  &backend->address))
			return true;
	return false;
}

static int add_to_copy(struct model_service *to,
		       const struct model_backend *backends, size_t n,
		       struct config_errors **errors)
{
	char name[ENDPOINT_STRLEN];

	for (size_t i = 0; i < n; i++) {
		if (has_backend(to, &backends[i]))
			return config_errors_refuse(
				errors, -EEXIST, NULL,
				"service %s has a backend %s already", to->name,
				model_backend_name(&backends[i], name));
		if (model_backend_add(to, to->n_backends, &backends[i]))
			return -ENOMEM;
	}
	return 0;
}

/*
 * "services[1].backends[7].port" is the request's "backends[2].port"; any other
 * place is none of the request's.
 */
static void take_as_asked(const struct config_errors *found, size_t index,
			  size_t n_before, struct config_errors **errors)
{
	char within[64], asked[64];
	size_t length, k;
	char *rest;

	length = (size_t)snprintf(within, sizeof(within),
				  "services[%zu].backends[", index);
	for (size_t i = 0; i < config_errors_count(found); i++) {
		const struct config_error *e = config_errors_get(found, i);
		bool ours = e->path && !strncmp(e->path, within, length);

		if (e->warning)
			continue;
		k = ours ? strtoul(e->path + length, &rest, 10) : 0;
		if (!ours || k < n_before) {
			config_errors_refuse(errors, -EINVAL, NULL, "%s",
					     config_errors_text(found, i));
			continue;
		}
		snprintf(asked, sizeof(asked), "backends[%zu%s", k - n_before,
			 rest);
		config_errors_refuse(errors, -EINVAL, asked, "%s", e->text);
	}
}

/* *model is freed and NULL where control_check() says so. */
static int add_and_check(struct model **model, const char *service,
			 const struct model_backend *backends, size_t n,
			 struct config_errors **errors)
{
	struct model_service *to = find_service(*model, service);
	struct config_errors *found = NULL;
	size_t index, n_before;
	int err;

	if (!to)
		return config_errors_refuse(errors, -ENOENT, NULL,
					    "there is no service \"%s\"",
					    service);
	index = (size_t)(to - (*model)->services);
	n_before = to->n_backends;
	err = add_to_copy(to, backends, n, errors);
	if (err)
		return err;
	err = control_check(model, &found);
	take_as_asked(found, index, n_before, errors);
	config_errors_free(found);
	return err;
}

int control_add(struct control *c, const char *service,
		const struct model_backend *backends, size_t n,
		json_t **changes, struct config_errors **errors)
{
	struct model *model = control_asked(c);
	char why[CONTROL_WHY_SIZE] = "";
	json_t *list = json_array();
	int err = model ? add_and_check(&model, service, backends, n, errors)
			: -ENOMEM;

	if (err) {
		model_free(model);
		json_decref(list);
		return err;
	}
	err = control_apply(c, model, list, why, sizeof(why));
	if (err)
		config_errors_refuse(errors, err, NULL, "%s", why);
	else
		gather_events(c->gather)->changes++;
	if (!err && changes)
		*changes = json_incref(list);
	json_decref(list);
	return err;
}
