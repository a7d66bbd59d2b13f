/* SPDX-License-Identifier: GPL-2.0-only */
/* The XDP program's ELF object, built into this binary. */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As it was built, with every feature on.  Valid for ever. */
const void *object_bytes(size_t *size);

/*
 * The program for these features (1 << LB_FEATURE_...): for a card, out of the
 * smallest variant that has them; for the host, where room is no question, out
 * of the one that has all.  *out is the caller's to free(), *variant its name.
 * 0, -EINVAL or -ENOMEM.
 */
int object_for(bool card, uint32_t features, void **out, size_t *size,
	       const char **variant);

/* No variant has these features: a card would get the whole program. */
bool object_is_whole(uint32_t features);

/*
 * A copy in which the program has these features (1 << LB_FEATURE_...) only,
 * and without TUNNEL and TELL no call that moves the packet's ends; *out is the
 * caller's to free().  0; -EINVAL where the bytes are no BPF
 * object of this machine's byte order; -ENOMEM.
 */
int object_features(const void *bytes, size_t size, uint32_t features,
		    void **out);

#endif
