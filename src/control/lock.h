/* SPDX-License-Identifier: GPL-2.0-only */
/* One udplb for an interface, and where it keeps what the next one needs. */
#ifndef CONTROL_LOCK_H
#define CONTROL_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

struct control_lock;

/*
 * 0 and *out, whether the lock was free or not: control_lock_held(), and *other
 * is who has it (0: unknown).  A directory that cannot be written is warned of,
 * and then nobody has it.  Or negative errno, logged, where nobody can tell.
 */
int control_lock_open(struct control_lock **out, const char *interface,
		      pid_t *other);

/* Whoever has it takes its file away. */
void control_lock_close(struct control_lock *lock);

/*
 * 1 where somebody has it, and then who (0: unknown); 0 where nobody has; or
 * negative errno where that cannot be seen.  Makes no file.
 */
int control_lock_owner(const char *interface, pid_t *owner);

bool control_lock_held(const struct control_lock *lock);

/*
 * Once a second: tries again to get it; where it is ours and its file has been
 * removed, makes it anew, and is true.  Says what it finds once.
 */
bool control_lock_look(struct control_lock *lock);

/* The file beside it; NULL where nothing can be kept. */
const char *control_lock_state_path(const struct control_lock *lock);

#endif
