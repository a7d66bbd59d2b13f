/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel asks of a program before it follows its paths. */
#ifndef NFP_SHAPE_H
#define NFP_SHAPE_H

#include "object.h"

/*
 * Judges encodings, jumps and reachability.  Returns 0 if the paths can be
 * followed, -ENOEXEC if not, -ENOMEM.
 */
int nfp_shape_judge(const struct nfp_object *object, struct nfp_report *report);

#endif
