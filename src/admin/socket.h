/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A unix socket that only its owner may connect to.  Made beside its path, and
 * moved there at once: whoever connects finds the old one or ours, and who is
 * killed leaves no other file.
 */
#ifndef ADMIN_SOCKET_H
#define ADMIN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

struct admin_socket;

/*
 * Looks whether one can be made, and makes none yet.  alone: refused
 * (-EADDRINUSE) where somebody answers there.  0; or negative errno with why.
 */
int admin_socket_open(struct admin_socket **out, const char *path, bool alone,
		      char *why, size_t why_size);

/*
 * It listens, and from now on it can be found.  Also once more, when it is
 * lost. Its descriptor, which the caller closes; or negative errno with why.
 */
int admin_socket_publish(struct admin_socket *admin, char *why,
			 size_t why_size);

/* It was not published yet, or somebody has removed it. */
bool admin_socket_is_lost(const struct admin_socket *admin);

/* Removes it, unless somebody else's is there meanwhile.  NULL is fine. */
void admin_socket_close(struct admin_socket *admin);

#endif
