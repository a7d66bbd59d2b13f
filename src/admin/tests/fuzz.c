/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libFuzzer target: whatever a client sends as path or body.  The first byte
 * says as what the rest is taken.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/body.h"
#include "admin/error.h"
#include "admin/path.h"
#include "admin/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

static void try_path(const char *text)
{
	struct admin_path path;
	int err = admin_path_parse(&path, text);

	require(err == 0 || err == -EINVAL || err == -ENOMEM);
	require(path.n <= ADMIN_PATH_PARTS);
	for (size_t i = 0; !err && i < path.n; i++)
		require(strlen(path.part[i]) <= strlen(text));
	if (!err)
		admin_path_matches(&path, "/v1/services/?/backends/?");
	admin_path_free(&path);
}

/* A refusal can be told, and what is told is JSON. */
static void check_errors(struct config_errors *errors, int err)
{
	json_t *told;
	char *text;

	require(err == 0 || err == -EINVAL || err == -ENOMEM);
	require(err != -EINVAL || config_errors_count(errors));
	if (!err)
		return;
	told = admin_error_to_json(errors, err);
	text = told ? json_dumps(told, JSON_COMPACT) : NULL;
	require(text);
	free(text);
	json_decref(told);
}

static void try_kind(json_t *body, unsigned int kind)
{
	struct config_errors *errors = NULL;
	struct model_backend *backends = NULL;
	unsigned int weight;
	size_t n = 0;
	bool drain;
	int err;

	if (kind == 0)
		err = admin_body_drain(body, &drain, &errors);
	else if (kind == 1)
		err = admin_body_weight(body, &weight, &errors);
	else
		err = admin_body_backends(body, &backends, &n, &errors);
	check_errors(errors, err);
	if (!err && kind == 2) {
		require(n > 0);
		admin_body_free_backends(backends, n);
	}
	config_errors_free(errors);
}

static void try_body(const char *text, size_t size)
{
	struct config_errors *errors = NULL;
	json_t *body = NULL;
	int err = admin_body_parse(text, size, &body, &errors);

	check_errors(errors, err);
	config_errors_free(errors);
	for (unsigned int kind = 0; !err && kind < 3; kind++)
		try_kind(body, kind);
	json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (!size)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	require(text);
	if (data[0] % 4 == 0)
		try_path(text);
	else if (data[0] % 4 == 1)
		json_decref(admin_yaml_to_json(text));
	else
		try_body((const char *)data + 1, size - 1);
	free(text);
	return 0;
}
