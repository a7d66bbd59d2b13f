/* SPDX-License-Identifier: GPL-2.0-only */
#include "object.h"

#include <stdint.h>

extern const unsigned char object_data[];
extern const uint64_t object_size;

const void *object_bytes(size_t *size)
{
	*size = object_size;
	return object_data;
}
