/* SPDX-License-Identifier: GPL-2.0-only */
/* What the entries of a plan hold; for tables.c only. */
#ifndef TABLES_FILL_H
#define TABLES_FILL_H

#include "tables/tables.h"

/* Each fills its maps of t, whose memory is there already, and zero. */
void tables_fill_services(struct tables *t);
void tables_fill_replies(struct tables *t, const struct tables_state *state);
void tables_fill_backends(struct tables *t, const struct tables_state *state);
void tables_fill_tunnels(struct tables *t, const struct tables_state *state);
void tables_fill_filters(struct tables *t);
void tables_fill_quic(struct tables *t, const struct tables_state *state);

/* In the ring. */
uint16_t tables_weight(const struct tables_state *state, uint32_t index,
		       const struct model_backend *backend);

#endif
