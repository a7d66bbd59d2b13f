/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server that a QUIC connection id names (draft-ietf-quic-load-balancers,
 * plaintext).  Where the id is, no version of QUIC may change (RFC 8999).
 */
#ifndef LB_QUIC_H
#define LB_QUIC_H

#include "parse.h"

#define LB_QUIC_LONG_HEADER 0x80
/* What we read of an id: its first byte and as long a server id as can be. */
#define LB_QUIC_ID_LENGTH (1 + LB_QUIC_ID_MAX)

struct quic_short {
	struct udphdr udp;
	__u8 flags;
	__u8 id[LB_QUIC_ID_LENGTH];
};

struct quic_long {
	struct udphdr udp;
	__u8 flags;
	__u8 version[4];
	__u8 id_length;
	__u8 id[LB_QUIC_ID_LENGTH];
};

/* What is read of a header; its size may be rounded up. */
#define LB_QUIC_LENGTH(header)                                                 \
	(__builtin_offsetof(struct header, id) + LB_QUIC_ID_LENGTH)

static __always_inline _Bool quic_has(const void *udp, const void *end,
				      __u32 wanted)
{
	return udp + wanted <= end &&
	       bpf_ntohs(((struct udphdr *)udp)->len) >= wanted;
}

/* Where the id is, and how long at most; NULL where the packet is too short. */
static __always_inline __u8 *quic_id(void *udp, const void *end,
				     __u32 *id_length)
{
	struct quic_short *header = udp;
	struct quic_long *longer = udp;

	if (!quic_has(udp, end, LB_QUIC_LENGTH(quic_short)))
		return NULL;
	*id_length = LB_QUIC_ID_LENGTH;
	if (!(header->flags & LB_QUIC_LONG_HEADER))
		return header->id;
	if (!quic_has(udp, end, LB_QUIC_LENGTH(quic_long)))
		return NULL;
	*id_length = longer->id_length;
	return longer->id;
}

/* Index of a backend that serves, or LB_NO_BACKEND: not to be told. */
static __always_inline __u32 quic_backend(struct xdp_md *ctx,
					  const struct packet *pkt,
					  const struct lb_service *service,
					  union lb_index *index)
{
	__u32 length, *backend;
	struct lb_quic_config *config;
	struct lb_quic_id key;
	__u8 *id;

	if (pkt->kind != KIND_DATAGRAM &&
	    !(feature(FOLLOW) && pkt->kind == KIND_FIRST))
		return LB_NO_BACKEND;
	id = quic_id(pkt->l4, (void *)(long)ctx->data_end, &length);
	if (!id)
		return LB_NO_BACKEND;
	index->row = service->id * LB_QUIC_CONFIGS + (id[0] >> 5);
	config = bpf_map_lookup_elem(&quic_configs, &index->row);
	if (!config || !config->length || length <= config->length)
		return LB_NO_BACKEND;
	key.server[0] = *(__be32 *)(id + 1) & config->mask[0];
	key.server[1] = *(__be32 *)(id + 5) & config->mask[1];
	key.service = service->id;
	key.config = id[0] >> 5;
	backend = bpf_map_lookup_elem(&quic_ids, &key);
	return backend ? *backend : LB_NO_BACKEND;
}

#endif
