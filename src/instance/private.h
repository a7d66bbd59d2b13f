/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the instance only. */
#ifndef INSTANCE_CORE_H
#define INSTANCE_CORE_H

#include "instance/instance.h"

/* Opens in->nl for the events of that interface.  0 or negative errno. */
int instance_listen(struct instance *in, int ifindex);
/*
 * Can it be balanced on in->link?  0, maybe with a warning, or -EOPNOTSUPP, and
 * why not.
 */
int instance_judge_link(const struct instance *in, char *why, size_t why_size);
/* A plan for where it runs; as plan_build(). */
int instance_plan(const struct instance *in, const struct model *model,
		  struct plan **out, char *why, size_t why_size);
/* Holds a backend for a reason, INSTANCE_..., or no more for that. */
void instance_hold(struct instance *in, uint32_t index, uint8_t why, bool on);
/* After the difference was written: who is to get no packets, when to retry. */
void instance_note_refused(struct instance *in);
/* Says once what has no room, and that it has; anew: once more. */
void instance_tell_refused(struct instance *in, bool anew);
/* Is it time to try them again? */
bool instance_retries_refused(const struct instance *in);
/* As many of the entries as fit, and how many more there are. */
void instance_list_refused(const struct instance *in, char *text, size_t size);
/* The MAC addresses of frames for us are read and written, if they are due. */
void instance_follow_macs(struct instance *in);
/* The addresses that tunnels are sent from; the kernel may choose others now.
 */
void instance_find_sources(struct instance *in);

#endif
