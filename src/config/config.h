/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The room of the configuration: a file (YAML) becomes a model, or a list of
 * all its mistakes, each with its line and a way out; and a model becomes a
 * file again.  What keys there are is said once, by tables (key.h, which is
 * private): who looks for a key finds its table in top.c, tunnel.c, service.c,
 * backend.c or health.c.  What services must not do to each other is in
 * rules.c, ports.c and vips.c.
 *
 *   text -> tree.h -> model -> print.h, changes.h
 *             errors.h
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "yaml/errors.h"
#include "model/model.h"

struct config_tree;

/*
 * Reads and checks all of the file.  0 and *out, to be freed by model_free();
 * or -EINVAL (mistakes), -errno (not readable), -ENOMEM.  In each case *errors
 * holds what to tell the user (also warnings, when 0); free it too.
 */
int config_load(const char *path, struct model **out,
		struct config_errors **errors);

/* The same for text in memory; name stands for the file in messages. */
int config_parse(const char *name, const char *text, size_t length,
		 struct model **out, struct config_errors **errors);

/*
 * The backends of a request, {"backends": [...]} as a tree, with the keys that
 * they have in a file.  Fills service->backends, to be freed also on failure.
 * 0, or -EINVAL with the mistakes added to errors, or -ENOMEM.
 */
int config_parse_backends(const struct config_tree *tree,
			  struct config_errors *errors,
			  struct model_service *service);

/*
 * A model that was changed, judged by every rule that holds for a file.  0, or
 * -EINVAL with the mistakes added to errors, or -ENOMEM.
 */
int config_judge(struct model *model, struct config_errors *errors);

#endif
