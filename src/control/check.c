/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/private.h"

#include <errno.h>

#include "config/config.h"
#include "model/copy.h"

int control_check(struct model **model, struct config_errors **errors)
{
	int err = -ENOMEM;

	if (!*errors)
		*errors = config_errors_new(NULL);
	if (*errors)
		err = config_judge(*model, *errors);
	if (!err)
		return 0;
	model_free(*model);
	*model = NULL;
	return err;
}
