/* SPDX-License-Identifier: GPL-2.0-only */
#include "object.h"

extern const unsigned char object_start[], object_end[];

const void *object_bytes(size_t *size)
{
	*size = object_end - object_start;
	return object_start;
}
