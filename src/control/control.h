/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an operator sees and changes while the daemon runs: the one interface
 * behind the admin API and SIGHUP.  Answers are JSON values (the caller's to
 * json_decref()), whose form docs/openapi.yaml describes.
 *
 * Everything that changes something: 0; or negative errno, *errors with the
 * reasons (NULL without memory), and nothing has changed.  -EINVAL: the request
 * is wrong; -ENOENT: no such service or backend; -EEXIST: there is one already;
 * -EOPNOTSUPP: needs a restart.  *errors is NULL before, and to be freed also
 * after a success.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CONTROL_WHY_SIZE 2048

struct config_errors;
struct control;
struct model_backend;

/* Interface, mode, program, features, uptime, totals by reason and rates. */
json_t *control_status(struct control *control);
/* Are the maps as they should be?  If not, why; it is tried every second. */
json_t *control_tables(struct control *control);
/*
 * All services, or the one of this name; or (backends) their backends alone:
 * state, weight, counters, health.  JSON text, to be read piece by piece while
 * other things go on.  0; -ENOENT where there is no such service; -ENOMEM.
 */
struct control_listing;
int control_listing_open(struct control_listing **out, struct control *control,
			 const char *service, bool backends);

/* How much of room was used: 0 at the end; or -ENOMEM.  Of a listing, both. */
ssize_t control_listing_read(void *listing, char *to, size_t room);
void control_listing_close(void *listing);

/* Links: interface, statistics of the kernel and of the NIC. */
json_t *control_link(struct control *control);

/*
 * The configuration in force, as YAML that can be loaded again; free() it.
 * open: for anybody, so without what health checks say and expect to hear.
 */
char *control_config(struct control *control, bool open);

/*
 * *changes (may be NULL) gets what differs then, as a list of sentences.
 * backend is "ADDRESS", "ADDRESS:PORT" or "[ADDRESS]:PORT"; service NULL means
 * every service that has it.
 */
int control_drain(struct control *control, const char *service,
		  const char *backend, bool drain, json_t **changes,
		  struct config_errors **errors);
int control_weight(struct control *control, const char *service,
		   const char *backend, unsigned int weight, json_t **changes,
		   struct config_errors **errors);
int control_delete(struct control *control, const char *service,
		   const char *backend, json_t **changes,
		   struct config_errors **errors);

/*
 * All of the backends or none.  Paths of mistakes are those of the list:
 * "backends[1].port".
 */
int control_add(struct control *control, const char *service,
		const struct model_backend *backends, size_t n,
		json_t **changes, struct config_errors **errors);

/* Reads the configuration file again and applies it; *errors name the file. */
int control_reload(struct control *control, json_t **changes,
		   struct config_errors **errors);

#endif
