/* SPDX-License-Identifier: GPL-2.0-only */
/* Later fragments go where their first one went: RFC 791; RFC 8200, 4.5. */
#ifndef REFERENCE_FRAGMENT_H
#define REFERENCE_FRAGMENT_H

#include "bpf/tests/harness.h"
#include "parse.h"

/* A later fragment whose first one is known: what becomes of it, in *want. */
bool reference_fragment_follows(const struct fixture *f,
				const struct reference_packet *p,
				struct expectation *want);

/*
 * What is to be remembered of a first one, which *want says all of; whose it
 * is, as reference_table_owner() has it.
 */
void reference_fragment_note(const struct fixture *f,
			     const struct reference_packet *p,
			     const struct fixture_service *service,
			     const struct fixture_reply *reply,
			     struct expectation *want);

#endif
