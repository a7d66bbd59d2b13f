/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFP_GUARD_H
#define NFP_GUARD_H

#include <stddef.h>

/*
 * Runs fn, which reads a file that may be damaged, in a child: libbpf and
 * libelf trust what stands in an object, and may crash or loop.  The exit
 * status that fn returned (0 to 255); or negative errno with why: -EBADMSG
 * where fn crashed or had used NFP_GUARD_SECONDS of CPU.
 */
#define NFP_GUARD_SECONDS 60
int nfp_guard(int (*fn)(void *arg), void *arg, char *why, size_t why_size);

#endif
