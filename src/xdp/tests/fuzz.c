/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libFuzzer target: an object file out of which features are cut.  The first
 * four bytes say which.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "xdp/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool promise)
{
	if (!promise)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t features;
	uint8_t *bytes;
	void *out, *again;
	int err;

	if (size < sizeof(features))
		return 0;
	memcpy(&features, data, sizeof(features));
	size -= sizeof(features);
	bytes = malloc(size ? size : 1);
	require(bytes);
	memcpy(bytes, data + sizeof(features), size);
	err = object_features(bytes, size, features, &out);
	require(err == 0 || err == -EINVAL || err == -ENOMEM);
	require(!err == (out != NULL));
	/* What is done needs not be done again. */
	if (!err) {
		require(!object_features(out, size, features, &again));
		require(!memcmp(out, again, size));
		free(again);
	}
	free(out);
	free(bytes);
	return 0;
}
