/* SPDX-License-Identifier: GPL-2.0-only */
#include "xdp/try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdp/maps.h"
#include "xdp/object.h"

int xdp_try_program(struct xdp_request *xdp, const struct plan_sizes *sizes,
		    uint32_t features, xdp_try_fn fn, char *why,
		    size_t why_size)
{
	struct maps_request maps = {
		.sizes = sizes,
		.offload_ifindex = xdp->mode == MODE_HW ? xdp->ifindex : 0,
		.features = features,
	};
	const char *variant;
	struct maps *m;
	void *object;
	size_t size;
	int err = object_for(true, features, &object, &size, &variant);

	if (err) {
		snprintf(why, why_size, "preparing the program: %s",
			 strerror(-err));
		return err;
	}
	maps.object = xdp->object = object;
	maps.object_size = xdp->object_size = size;
	err = maps_create(&m, &maps, why, why_size);
	if (!err) {
		xdp->bind = maps_bind;
		xdp->bind_arg = m;
		err = fn(xdp, why, why_size);
		maps_free(m);
	}
	free(object);
	return err;
}

int xdp_try_mode(int ifindex, enum mode mode, const struct plan_sizes *sizes,
		 uint32_t features, char *why, size_t why_size)
{
	struct xdp_request xdp = { .ifindex = ifindex, .mode = mode };

	return xdp_try_program(&xdp, sizes, features, xdp_try, why, why_size);
}
