/* SPDX-License-Identifier: GPL-2.0-only */
/* Who sent what goes no further is told: RFC 1122, 3.2.2; RFC 4443, 2.4. */
#ifndef REFERENCE_TELL_H
#define REFERENCE_TELL_H

#include "bpf/tests/harness.h"
#include "parse.h"

/*
 * A UDP packet, whose it is as reference_table_owner() has it, and in *want
 * what becomes of it: changed where its sender is told.
 */
void reference_tell(const struct fixture *f, const struct reference_packet *p,
		    const struct fixture_service *service,
		    const struct fixture_reply *reply,
		    struct expectation *want);

#endif
