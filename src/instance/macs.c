/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames for other MAC addresses are not ours: which ones are. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "instance/private.h"
#include "net/macs.h"

_Static_assert(NL_MACS_MAX == LB_MACS, "room for all");

/* As many as fit; more of them, or none, and they are not compared. */
static struct lb_macs value_of(const struct nl_macs *known)
{
	struct lb_macs value = { { 0 } };

	for (size_t i = 0; known->n && !known->more && i < LB_MACS; i++)
		memcpy((uint8_t *)&value.mac[i] + sizeof(uint64_t) - MAC_LEN,
		       known->mac[i < known->n ? i : 0], MAC_LEN);
	return value;
}

static void tell_many(struct instance *in, bool many)
{
	if (many && !in->many_macs)
		log_info("%s: this host has more than %d MAC addresses there; "
			 "frames are taken whatever address they are sent to",
			 in->model->interface, NL_MACS_MAX);
	in->many_macs = many;
}

void instance_follow_macs(struct instance *in)
{
	struct nl_macs known;
	struct lb_macs value;

	if (!in->macs_due || !in->maps || nl_macs(in->link.ifindex, &known))
		return;
	value = value_of(&known);
	if (maps_set_macs(in->maps, &value))
		return;
	tell_many(in, known.more);
	in->macs_due = false;
}
