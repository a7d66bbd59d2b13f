/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked of one backend, how often, and what counts.  Pure. */
#ifndef HEALTH_CHECK_H
#define HEALTH_CHECK_H

#include <stddef.h>

#include "model/model.h"

#define HEALTH_INTERVAL_MIN_MS 100
#define HEALTH_INTERVAL_MAX_MS 3600000
#define HEALTH_TIMEOUT_MIN_MS  10
#define HEALTH_COUNT_MAX       100 /* of rise and fall */
#define HEALTH_UNASKED	       3   /* times fall, skipped in a row: too long */

/*
 * A dead backend is down after interval x fall and this.  The schedule has half
 * of it, the event loop the other half, to be late in.
 */
#define HEALTH_DETECTION_MS 100
#define HEALTH_SLACK_MS	    (HEALTH_DETECTION_MS / 2)

/*
 * What the configuration says of checks, but for where they go: fills in the
 * defaults.  0; or -EINVAL with why, a sentence for the user, and the key that
 * it is about ("timeout").  A UDP check without payload is a mistake: silence
 * would have to be its good answer, and silence is what a dead backend says.
 */
int health_check_sound(struct model_health *check, const char **key, char *why,
		       size_t why_size);

/* The same of a check that is to be made: it has to go somewhere. */
int health_check_complete(struct model_health *check, char *why,
			  size_t why_size);

/*
 * How this backend of the service is asked; false: it is not.  The port is 0
 * where neither health, backend nor service tell one.
 */
bool health_check_of(const struct model_service *service,
		     const struct model_backend *backend,
		     struct model_health *out);

/* Both complete: do they ask the same of the same, and judge alike? */
bool health_check_same(const struct model_health *a,
		       const struct model_health *b);

/*
 * The longest timeout with which `fall` unanswered probes fit into
 * HEALTH_DETECTION_MS more than interval x fall; at most the interval.
 */
uint32_t health_check_timeout_max_ms(uint32_t interval_ms, unsigned int fall);

#endif
