/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What commands change: a copy of the model in force, which is then checked as
 * a configuration file is, and applied as a whole or not at all.
 */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "base/log.h"

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
	return !addr_compare(&w->address, &backend->address) &&
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
typedef void (*edit_fn)(struct model_service *service, size_t index,
			unsigned int value);

static void set_drain(struct model_service *service, size_t index,
		      unsigned int value)
{
	service->backends[index].drain = value;
}

static void set_weight(struct model_service *service, size_t index,
		       unsigned int value)
{
	service->backends[index].weight = (uint16_t)value;
}

static void take_out(struct model_service *service, size_t index,
		     unsigned int value)
{
	(void)value;
	model_backend_remove(service, index);
}

/* From the end, as taking out moves what is behind. */
static size_t edit_service(const struct wanted *w,
			   struct model_service *service, edit_fn edit,
			   unsigned int value)
{
	size_t n = 0;

	for (size_t i = service->n_backends; i--;) {
		if (!is_wanted(w, &service->backends[i]))
			continue;
		edit(service, i, value);
		n++;
	}
	return n;
}

static void say_not_found(const struct control *c, const struct wanted *w,
			  struct config_errors **errors)
{
	if (w->service && !find_service(control_model(c), w->service))
		config_errors_refuse(errors, -ENOENT, NULL,
				     "there is no service \"%s\"", w->service);
	else if (w->service)
		config_errors_refuse(errors, -ENOENT, NULL,
				     "service %s has no backend \"%s\"",
				     w->service, w->name);
	else
		config_errors_refuse(errors, -ENOENT, NULL,
				     "no service has a backend \"%s\"",
				     w->name);
}

/* A copy in which it is done wherever it is wanted. */
static int edit_copy(const struct control *c, const struct wanted *w,
		     edit_fn edit, unsigned int value, struct model **out,
		     struct config_errors **errors)
{
	struct model *model = model_copy(control_model(c));
	size_t n = 0;

	*out = model;
	if (!model)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		if (!w->service || !strcmp(w->service, model->services[i].name))
			n += edit_service(w, &model->services[i], edit, value);
	if (n)
		return 0;
	model_free(model);
	*out = NULL;
	say_not_found(c, w, errors);
	return -ENOENT;
}

static int apply(struct control *c, struct model *model, json_t **changes,
		 struct config_errors **errors)
{
	struct model *before = model_copy(control_model(c));
	json_t *list = changes ? json_array() : NULL;
	char why[CONTROL_WHY_SIZE] = "";
	int err = control_apply(c, model, why, sizeof(why));

	if (err) {
		config_errors_refuse(errors, err, NULL, "%s", why);
	} else {
		gather_events(c->gather)->changes++;
		if (before)
			control_tell_changes(before, control_model(c), list);
		if (changes)
			*changes = json_incref(list);
	}
	json_decref(list);
	model_free(before);
	return err;
}

/* Whom the command meant, now that it is done. */
static void note_drained(struct control *c, const struct wanted *w, bool drain)
{
	const struct model *model = control_model(c);

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		if (w->service && strcmp(w->service, s->name) != 0)
			continue;
		for (size_t k = 0; k < s->n_backends; k++) {
			char *name =
				is_wanted(w, &s->backends[k])
					? control_full_name(s, &s->backends[k])
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
	struct model *model = NULL;
	struct wanted w;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err)
		err = edit_copy(c, &w, set_drain, drain, &model, errors);
	if (!err)
		err = apply(c, model, changes, errors);
	if (!err)
		note_drained(c, &w, drain);
	return err;
}

int control_weight(struct control *c, const char *service, const char *backend,
		   unsigned int weight, json_t **changes,
		   struct config_errors **errors)
{
	struct model *model = NULL;
	struct wanted w;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err && (weight < 1 || weight > MODEL_WEIGHT_MAX))
		err = config_errors_refuse(
			errors, -EINVAL, "weight",
			"expected a weight from 1 to %u, got %u",
			MODEL_WEIGHT_MAX, weight);
	if (!err)
		err = edit_copy(c, &w, set_weight, weight, &model, errors);
	return err ? err : apply(c, model, changes, errors);
}

/* Frees the model where it cannot be. */
static int check_not_empty(struct model *model, struct config_errors **errors)
{
	for (size_t i = 0; i < model->n_services; i++) {
		if (model->services[i].n_backends)
			continue;
		config_errors_refuse(
			errors, -EINVAL, NULL,
			"service %s has no other backend, and needs one; drain "
			"it if it is to get nothing",
			model->services[i].name);
		model_free(model);
		return -EINVAL;
	}
	return 0;
}

int control_delete(struct control *c, const char *service, const char *backend,
		   json_t **changes, struct config_errors **errors)
{
	struct model *model = NULL;
	struct wanted w;
	int err = parse_wanted(&w, service, backend, errors);

	if (!err)
		err = edit_copy(c, &w, take_out, 0, &model, errors);
	if (!err)
		err = check_not_empty(model, errors);
	if (!err)
		err = control_check(&model, errors);
	return err ? err : apply(c, model, changes, errors);
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
	struct model *model = model_copy(control_model(c));
	int err = model ? add_and_check(&model, service, backends, n, errors)
			: -ENOMEM;

	if (!err)
		return apply(c, model, changes, errors);
	model_free(model);
	return err;
}
