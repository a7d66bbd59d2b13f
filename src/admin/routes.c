/* SPDX-License-Identifier: GPL-2.0-only */
/* Which request is answered by what. */
#include "admin/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/body.h"
#include "admin/error.h"
#include "admin/path.h"
#include "admin/yaml.h"
#include "control/control.h"

/* One request, while it is answered. */
struct call {
	struct control *control;
	const struct http_request *request;
	struct admin_path path;
	json_t *body; /* NULL where the route has none */
	struct http_reply *reply;
	struct config_errors *errors; /* why it is refused */
};

/* Takes json.  0; or -ENOMEM, also where there is none. */
static int answer(struct call *call, unsigned int status, json_t *json)
{
	struct http_reply *reply = call->reply;
	size_t size;

	reply->body = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!reply->body)
		return -ENOMEM;
	size = strlen(reply->body);
	reply->body[size] = '\n'; /* where the end was: not a text now */
	reply->length = size + 1;
	reply->status = status;
	reply->type = "application/json";
	return 0;
}

static int refuse(struct call *call, unsigned int status, int err)
{
	return answer(call, status, admin_error_to_json(call->errors, err));
}

static unsigned int status_of(int err)
{
	switch (err) {
	case -EINVAL:
		return 400;
	case -ENOENT:
		return 404;
	case -EEXIST:
	case -EOPNOTSUPP:
		return 409;
	default:
		return 500;
	}
}

/* Takes changes. */
static int answer_change(struct call *call, int err, unsigned int status,
			 json_t *changes)
{
	if (!err)
		return answer(call, status,
			      json_pack("{so so}", "changes", changes, "tables",
					control_tables(call->control)));
	return refuse(call, status_of(err), err);
}

static int no_service(struct call *call)
{
	config_errors_refuse(&call->errors, -ENOENT, NULL,
			     "there is no service \"%s\"", call->path.part[2]);
	return refuse(call, 404, -ENOENT);
}

static int get_status(struct call *call)
{
	return answer(call, 200, control_status(call->control));
}

static int get_link(struct call *call)
{
	return answer(call, 200, control_link(call->control));
}

static int list(struct call *call, const char *service, bool backends)
{
	struct http_reply *reply = call->reply;
	struct control_listing *listing;
	int err = control_listing_open(&listing, call->control, service,
				       backends);

	if (err)
		return err == -ENOENT ? no_service(call) : err;
	reply->type = "application/json";
	reply->stream = (struct http_stream){
		.read = control_listing_read,
		.close = control_listing_close,
		.arg = listing,
	};
	return 0;
}

static int get_services(struct call *call)
{
	return list(call, NULL, false);
}

static int get_service(struct call *call)
{
	return list(call, call->path.part[2], false);
}

static int get_backends(struct call *call)
{
	return list(call, NULL, true);
}

static int get_service_backends(struct call *call)
{
	return list(call, call->path.part[2], true);
}

static int get_config(struct call *call)
{
	char *text = control_config(call->control, call->request->open);
	json_t *json = text ? admin_yaml_to_json(text) : NULL;

	free(text);
	return answer(call, 200, json);
}

static int get_config_yaml(struct call *call)
{
	struct http_reply *reply = call->reply;

	reply->body = control_config(call->control, call->request->open);
	if (!reply->body)
		return -ENOMEM;
	reply->length = strlen(reply->body);
	reply->type = "application/yaml";
	return 0;
}

static int add_backends(struct call *call)
{
	struct model_backend *backends = NULL;
	json_t *changes = NULL;
	size_t n = 0;
	int err = admin_body_backends(call->body, &backends, &n, &call->errors);

	if (!err)
		err = control_add(call->control, call->path.part[2], backends,
				  n, &changes, &call->errors);
	admin_body_free_backends(backends, n);
	return answer_change(call, err, 201, changes);
}

static int delete_backend(struct call *call)
{
	json_t *changes = NULL;
	int err = control_delete(call->control, call->path.part[2],
				 call->path.part[4], &changes, &call->errors);

	return answer_change(call, err, 200, changes);
}

/* "/v1/services/S/backends/B/x" or "/v1/backends/B/x": of any service. */
static const char *service_of(const struct call *call)
{
	return call->path.n == 6 ? call->path.part[2] : NULL;
}

static const char *backend_of(const struct call *call)
{
	return call->path.part[call->path.n - 2];
}

static int put_drain(struct call *call)
{
	json_t *changes = NULL;
	bool drain;
	int err = admin_body_drain(call->body, &drain, &call->errors);

	if (!err)
		err = control_drain(call->control, service_of(call),
				    backend_of(call), drain, &changes,
				    &call->errors);
	return answer_change(call, err, 200, changes);
}

static int put_weight(struct call *call)
{
	json_t *changes = NULL;
	unsigned int weight;
	int err = admin_body_weight(call->body, &weight, &call->errors);

	if (!err)
		err = control_weight(call->control, service_of(call),
				     backend_of(call), weight, &changes,
				     &call->errors);
	return answer_change(call, err, 200, changes);
}

/* The request is right whatever the file says: hence not 400. */
static int reload(struct call *call)
{
	json_t *changes = NULL;
	int err = control_reload(call->control, &changes, &call->errors);

	if (err == -EINVAL)
		return refuse(call, 422, err);
	return answer_change(call, err, 200, changes);
}

struct route {
	const char *method, *pattern;
	bool has_body;
	int (*run)(struct call *call);
};

static const struct route routes[] = {
	{ "GET", "/v1/status", false, get_status },
	{ "GET", "/v1/link", false, get_link },
	{ "GET", "/v1/services", false, get_services },
	{ "GET", "/v1/services/?", false, get_service },
	{ "GET", "/v1/services/?/backends", false, get_service_backends },
	{ "POST", "/v1/services/?/backends", true, add_backends },
	{ "DELETE", "/v1/services/?/backends/?", false, delete_backend },
	{ "PUT", "/v1/services/?/backends/?/drain", true, put_drain },
	{ "PUT", "/v1/services/?/backends/?/weight", true, put_weight },
	{ "GET", "/v1/backends", false, get_backends },
	{ "PUT", "/v1/backends/?/drain", true, put_drain },
	{ "PUT", "/v1/backends/?/weight", true, put_weight },
	{ "GET", "/v1/config", false, get_config },
	{ "GET", "/v1/config.yaml", false, get_config_yaml },
	{ "POST", "/v1/reload", false, reload },
};

#define N_ROUTES (sizeof(routes) / sizeof(*routes))

static bool is_method(const struct route *route, const char *method)
{
	return !strcmp(route->method, method) ||
	       (!strcmp(method, "HEAD") && !strcmp(route->method, "GET"));
}

/* Of several with this path the one with this method; else any of them. */
static const struct route *find_route(const struct admin_path *path,
				      const char *method)
{
	const struct route *found = NULL;

	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!admin_path_matches(path, routes[i].pattern))
			continue;
		found = &routes[i];
		if (is_method(found, method))
			return found;
	}
	return found;
}

/* A path has one method that reads, and one that writes at most. */
static const char *allowed_methods(const struct admin_path *path)
{
	const char *reads = NULL, *writes = NULL;

	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!admin_path_matches(path, routes[i].pattern))
			continue;
		if (!strcmp(routes[i].method, "GET"))
			reads = "GET, HEAD";
		else
			writes = routes[i].method;
	}
	/* The only path that has both. */
	if (reads && writes)
		return "GET, HEAD, POST";
	return reads ? reads : writes;
}

static int refuse_method(struct call *call)
{
	const char *allowed = allowed_methods(&call->path);

	config_errors_refuse(&call->errors, -EINVAL, NULL,
			     "this path is answered for %s only", allowed);
	call->reply->allow = allowed;
	return refuse(call, 405, -EINVAL);
}

static int run(struct call *call, const struct route *route,
	       const struct http_request *request)
{
	int err = 0;

	if (route->has_body)
		err = admin_body_parse(request->body, request->length,
				       &call->body, &call->errors);
	if (err)
		return answer_change(call, err, 0, NULL);
	err = route->run(call);
	json_decref(call->body);
	return err;
}

int admin_answer(void *arg, const struct http_request *request,
		 struct http_reply *reply)
{
	struct call call = {
		.control = arg,
		.request = request,
		.reply = reply,
	};
	const struct route *route = NULL;
	int err = admin_path_parse(&call.path, request->path);

	if (!err)
		route = find_route(&call.path, request->method);
	if (request->too_large) {
		err = config_errors_refuse(
			&call.errors, -E2BIG, NULL,
			"the request's body is longer than %lu bytes",
			HTTP_BODY_MAX);
		err = refuse(&call, 413, err);
	} else if (err != -ENOMEM && !route) {
		err = config_errors_refuse(
			&call.errors, -ENOENT, NULL,
			"there is no such path; docs/api.md lists all");
		err = refuse(&call, 404, err);
	} else if (!err && !is_method(route, request->method)) {
		err = refuse_method(&call);
	} else if (!err) {
		err = run(&call, route, request);
	}
	config_errors_free(call.errors);
	admin_path_free(&call.path);
	return err;
}
