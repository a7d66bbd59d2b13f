/* SPDX-License-Identifier: GPL-2.0-only */
/* What has to be done on the backends of a service, as commands.  Pure. */
#ifndef DOCTOR_SETUP_H
#define DOCTOR_SETUP_H

#include "doctor/report.h"
#include "model/model.h"

/*
 * Adds lines to paste into a root shell on each backend, and comments (#).
 * own: this host as backends know it, by family; unset: a placeholder.
 */
void doctor_setup(struct doctor_lines *lines,
		  const struct model_service *service,
		  const struct addr own[2]);

#endif
