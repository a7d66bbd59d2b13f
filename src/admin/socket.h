/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A unix socket that only its owner may connect to.  Made beside its path, then
 * moved there: whoever connects finds the old one or ours.
 */
#ifndef ADMIN_SOCKET_H
#define ADMIN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

struct admin_socket;

/*
 * Listens, but is not at the path yet.  alone: refused (-EADDRINUSE) where
 * somebody answers there.  0; or negative errno with why.
 */
int admin_socket_open(struct admin_socket **out, const char *path, bool alone,
		      char *why, size_t why_size);

/* From now on it can be found.  0; or negative errno with why. */
int admin_socket_publish(struct admin_socket *admin, char *why,
			 size_t why_size);

/* The descriptor, and to close it is the caller's from now on. */
int admin_socket_take(struct admin_socket *admin);

const char *admin_socket_path(const struct admin_socket *admin);

/* Removes it, unless somebody else's is there meanwhile.  NULL is fine. */
void admin_socket_close(struct admin_socket *admin);

#endif
