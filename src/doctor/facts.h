/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks this host for what rules.h wants to know. */
#ifndef DOCTOR_FACTS_H
#define DOCTOR_FACTS_H

#include "doctor/rules.h"

/*
 * Makes the kernel look for the backends' neighbours, which takes up to a
 * second where some do not answer; changes nothing else.  model must outlive
 * it.  0 (doctor_facts_free() it) or negative errno, logged.
 */
int doctor_facts_read(struct doctor_facts *facts, const struct model *model);
void doctor_facts_free(struct doctor_facts *facts);

#endif
