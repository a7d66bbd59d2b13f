/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the next udplb has to know of this one, in a small file: which backend
 * each counter belongs to, what was counted before, who is drained, and who has
 * never been up.
 */
#ifndef CONTROL_SAVED_H
#define CONTROL_SAVED_H

#include "base/json_out.h"
#include "metrics/carry.h"
#include "tables/places.h"

/* Of the file; raised with every change of a meaning in it. */
#define CONTROL_SAVED_FORMAT 2

/* Names are "SERVICE ADDRESS:PORT", as in struct carry. */
struct control_names {
	char **name;
	size_t n;
};

struct control_saved {
	uint32_t prog_id;	      /* 0: nothing was left attached */
	struct carry carry;	      /* in the order of places.backends */
	struct places places;	      /* in its maps */
	struct control_names drained; /* by a command */
	struct control_names fresh;   /* not up yet, since they were added */
};

/*
 * 0; -ENOENT; -EPROTO where another version wrote it; -EINVAL where it is
 * damaged; -ENOMEM.  Then *out is empty.
 */
int control_saved_read(const char *path, struct control_saved *out);
void control_saved_free(struct control_saved *saved);

/*
 * At once or not at all.  carry and places may be NULL where prog_id is 0.  0
 * or negative errno.  Breathes.
 */
int control_saved_write(const char *path, uint32_t prog_id,
			const struct carry *carry, const struct places *places,
			const struct control_names *drained,
			const struct control_names *fresh);

/* Between two members of a list in it, a line each.  Breathes. */
void saved_next(struct json_out *out, bool first);

bool control_names_has(const struct control_names *names, const char *name);
/* Does nothing where it is there already.  0 or -ENOMEM. */
int control_names_add(struct control_names *names, const char *name);
/* The same of one that is known not to be there. */
int control_names_push(struct control_names *names, const char *name);
void control_names_remove(struct control_names *names, const char *name);
void control_names_free(struct control_names *names);

#endif
