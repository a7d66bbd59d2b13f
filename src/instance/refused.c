/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries that a card has no room for, one here and one there: all others are
 * in force.  What a refused service would get passes as that of no service. But
 * a backend whose answers cannot be translated gets no packets.
 */
#include "instance/private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/monotime.h"
#include "tables/refused.h"

/* A card takes some 20,000 writes a second: this leaves it to others. */
#define RETRIES_PER_SECOND 500

#define LISTED_MAX 4

size_t instance_n_refused(const struct instance *in)
{
	return in->tables ? in->tables->refused.n : 0;
}

const struct tables *instance_refused(const struct instance *in)
{
	return in->tables && in->tables->plan == in->plan ? in->tables : NULL;
}

static void hold_unanswered(struct instance *in)
{
	const bool some = in->tables->refused.n;

	if (!some && !in->unanswered)
		return;
	in->unanswered = some;
	for (uint32_t i = 1; i < in->plan->sizes.backends; i++)
		instance_hold(in, i, INSTANCE_UNANSWERED,
			      !refused_answers(in->tables, i));
}

void instance_note_refused(struct instance *in)
{
	const size_t n = in->tables->refused.n;

	hold_unanswered(in);
	in->write_errors += n != 0;
	in->retry_refused = monotime_now() + (double)n / RETRIES_PER_SECOND;
	in->changed |= n && in->made_room;
	in->made_room = false;
}

bool instance_retries_refused(const struct instance *in)
{
	return instance_n_refused(in) && monotime_now() >= in->retry_refused;
}

/* What the kernel calls a list of arguments is not that here. */
static const char *reason(int err)
{
	return err == -E2BIG ? "the map takes no more keys like these"
			     : strerror(-err);
}

void instance_list_refused(const struct instance *in, char *text, size_t size)
{
	const struct tables_refused *refused = &in->tables->refused;
	char buf[REFUSED_TEXT_SIZE];
	size_t at, i;

	at = (size_t)snprintf(text, size, "no room for %zu of the entries (%s)",
			      refused->n, reason(refused->err));
	for (i = 0; i < refused->n && i < LISTED_MAX && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s",
				       i ? "; " : ": ",
				       refused_text(in->tables, i, buf));
	if (i < refused->n && at < size)
		snprintf(text + at, size - at, "; and %zu more",
			 refused->n - i);
}

void instance_tell_refused(struct instance *in, bool anew)
{
	const size_t n = instance_n_refused(in), told = in->n_refused;
	char list[1024];

	if (anew || n > told || !n)
		in->n_refused = n;
	if (n && (anew || n > told)) {
		instance_list_refused(in, list, sizeof(list));
		log_warn("%s: %s; all others are in force, these are tried "
			 "again ('udplb status')",
			 in->name, list);
	} else if (!n && told) {
		log_info("%s: there is room now for all entries", in->name);
	}
}
