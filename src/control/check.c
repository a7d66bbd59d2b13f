/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command makes of the model, judged as if somebody had written it. */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "config/print.h"

/* "NAME:LINE: " says nothing of a text that nobody wrote. */
static const char *skip_place(const char *message)
{
	const char *at = strstr(message, ": ");

	return at ? at + 2 : message;
}

static void tell_errors(const struct config_errors *errors, char *why,
			size_t why_size)
{
	size_t used = 0;

	for (size_t i = 0; i < config_errors_count(errors); i++) {
		if (config_errors_is_warning(errors, i) || used >= why_size)
			continue;
		used += (size_t)snprintf(
			why + used, why_size - used, "%s%s", used ? "\n" : "",
			skip_place(config_errors_text(errors, i)));
	}
}

int control_check(struct model **model, char *why, size_t why_size)
{
	struct config_errors *errors = NULL;
	struct model *checked = NULL;
	char *text;
	int err = config_print(*model, &text);

	if (!err) {
		err = config_parse("request", text, strlen(text), &checked,
				   &errors);
		if (err)
			snprintf(why, why_size, "%s", strerror(-err));
		if (err == -EINVAL)
			tell_errors(errors, why, why_size);
		config_errors_free(errors);
		free(text);
	}
	model_free(*model);
	*model = checked;
	return err;
}
