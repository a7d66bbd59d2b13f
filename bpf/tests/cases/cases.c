/* SPDX-License-Identifier: GPL-2.0-only */
#include "cases.h"

static const struct packet_case *const tables[] = {
	cases_parse,	 cases_forward,	  cases_checksum, cases_reply,
	cases_ip6,	 cases_extension, cases_bucket,	  cases_fragment,
	cases_tunnel,	 cases_too_big,	  cases_icmp,	  cases_icmp6,
	cases_echo,	 cases_quic,	  cases_filter,	  cases_strict,
	cases_checksum6, cases_feature,	  cases_sticky,	  cases_local,
	cases_source,	 cases_macs,	  cases_follow,	  cases_tell,
};
#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

const struct packet_case *cases_next(size_t *table, const struct packet_case *c)
{
	c = c ? c + 1 : tables[0];
	while (!c->name) {
		if (++*table == N_TABLES)
			return NULL;
		c = tables[*table];
	}
	return c;
}
