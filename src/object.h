/* SPDX-License-Identifier: GPL-2.0-only */
/* The XDP program's ELF object, built into this binary. */
#ifndef OBJECT_H
#define OBJECT_H

#include <stddef.h>

/* Valid for ever. */
const void *object_bytes(size_t *size);

#endif
