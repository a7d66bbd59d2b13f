/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/passing.h"

#include <errno.h>

bool passing(int err)
{
	switch (-err) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EINTR:
	case EAGAIN:
		return true;
	default:
		return false;
	}
}
