/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command makes of the model, judged as if somebody had written it. */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "config/print.h"

/* Lines say nothing of a text that nobody wrote. */
static void take_mistakes(const struct config_errors *found,
			  struct config_errors **errors)
{
	for (size_t i = 0; i < config_errors_count(found); i++) {
		const struct config_error *e = config_errors_get(found, i);

		if (!e->warning)
			config_errors_refuse(errors, -EINVAL, e->path, "%s",
					     e->text);
	}
}

int control_check(struct model **model, struct config_errors **errors)
{
	struct config_errors *found = NULL;
	struct model *checked = NULL;
	char *text;
	int err = config_print(*model, &text);

	if (!err) {
		err = config_parse("request", text, strlen(text), &checked,
				   &found);
		if (err == -EINVAL)
			take_mistakes(found, errors);
		config_errors_free(found);
		free(text);
	}
	model_free(*model);
	*model = checked;
	return err;
}
