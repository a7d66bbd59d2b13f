/* SPDX-License-Identifier: GPL-2.0-only */
/* Who may use a service: the longest prefix that matches decides. */
#ifndef LB_FILTER_H
#define LB_FILTER_H

#include "packet.h"

static __always_inline _Bool is_denied(const struct packet *pkt,
				       const struct lb_service *service,
				       union lb_index *index)
{
	struct lb_prefix key;
	struct lb_filter *filter;
	__be32 source[4];
	__u32 *denied;

	index->row = service->id * LB_FILTER_LENGTHS;
	set_address(source, pkt, pkt->source, source4(pkt));
#pragma clang loop unroll(disable)
	for (int i = 0; i < LB_FILTER_LENGTHS; i++, index->row++) {
		filter = bpf_map_lookup_elem(&filters, &index->row);
		if (!filter || !filter->length)
			break;
		key.address[0] = source[0] & filter->mask[0];
		key.address[1] = source[1] & filter->mask[1];
		key.address[2] = source[2] & filter->mask[2];
		key.address[3] = source[3] & filter->mask[3];
		key.service = service->id;
		key.length = filter->length;
		denied = bpf_map_lookup_elem(&prefixes, &key);
		if (denied)
			return *denied;
	}
	return service->flags & LB_SERVICE_DENY;
}

#endif
